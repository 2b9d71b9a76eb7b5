/** As CPython 3.11's `'%.4f' % value` writes them. */

import { expect, test } from 'vitest';
import { fixedDecimals } from '../../../../src/slim/learning/fixed-decimals.ts';

test.each([
  [0.03125, 4, '0.0312'],
  [0.09375, 4, '0.0938'],
  [2.5, 0, '2'],
  [3.5, 0, '4'],
  [-2.5, 0, '-2'],
  [-0.03125, 4, '-0.0312'],
  [1.00005, 4, '1.0001'],
  [2.3488101959228516, 4, '2.3488'],
  [5.734375, 4, '5.7344'],
  [123456.78125, 4, '123456.7812'],
  [1e-9, 4, '0.0000'],
  [NaN, 4, 'nan'],
  [Infinity, 4, 'inf'],
  [-Infinity, 4, '-inf'],
])('%d to %i decimals', (value, decimals, expected) => {
  expect(fixedDecimals(value, decimals)).toBe(expected);
});
