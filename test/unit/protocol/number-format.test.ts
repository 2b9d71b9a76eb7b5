import { describe, expect, it } from 'vitest';
import { NumberFormat } from '../../../src/protocol/number-format.ts';

const english = new NumberFormat('en-US');
const german = new NumberFormat('de-DE');

describe('NumberFormat', () => {
  it.each([
    [0.18349, '0.183'],
    [0.4, '0.400'],
    [2, '2.00'],
    [94.27, '94.3'],
    [999.6, '1,000'],
    [4210, '4,210'],
    [123456.7, '123,457'],
    [1234567, '1.23e6'],
    [0.001, '0.00100'],
    [0.00081, '8.1e-4'],
    [0.000812345, '8.12e-4'],
    [0.00099999, '0.00100'],
    [-0.5, '\u22120.500'],
    [-0.00081, '\u22128.1e-4'],
    [0, '0'],
    [-0, '0'],
    [NaN, 'NaN'],
    [Infinity, '\u221e'],
    [-Infinity, '\u2212\u221e'],
    [5e-324, '4.94e-324'],
    [1.7976931348623157e308, '1.8e308'],
  ])('writes %d in a card as %s', (value, written) => {
    expect(english.brief(value)).toBe(written);
  });

  it('writes one digit more in a tooltip', () => {
    expect([0.20736, 0.402, 1.5, 0.00081234].map(value => english.precise(value))).toEqual([
      '0.2074',
      '0.4020',
      '1.500',
      '8.123e-4',
    ]);
  });

  it("follows the locale's separators", () => {
    expect(german.count(4210)).toBe('4.210');
    expect(german.brief(0.18349)).toBe('0,183');
    expect(german.brief(0.000812)).toBe('8,12e-4');
  });

  it('writes fractions as percentages', () => {
    expect(english.percent(0.9431, 'brief')).toBe('94.3%');
    expect(english.percent(0.94314, 'precise')).toBe('94.31%');
    expect(english.percent(1, 'brief')).toBe('100%');
    expect(english.percent(NaN, 'brief')).toBe('NaN');
  });

  it.each([
    [0, '0s'],
    [0.4, '0s'],
    [59.4, '59s'],
    [59.6, '1m 00s'],
    [124, '2m 04s'],
    [3599.7, '1h 00m'],
    [3780, '1h 03m'],
    [86399, '1d 00h'],
    [187200, '2d 04h'],
    [-3, '0s'],
    [Infinity, '\u2014'],
  ])('writes %d seconds as %s', (seconds, written) => {
    expect(english.duration(seconds)).toBe(written);
  });

  it('writes rates with three digits, and whole from a hundred on', () => {
    expect([48.23, 0.3512, 1204.4, 99.96].map(rate => english.rate(rate))).toEqual([
      '48.2',
      '0.351',
      '1,204',
      '100',
    ]);
  });

  it('shortens steps on an axis', () => {
    expect([0, 500, 1000, 1500, 20000, 3e6].map(step => english.compact(step))).toEqual([
      '0',
      '500',
      '1k',
      '1.5k',
      '20k',
      '3M',
    ]);
  });

  it('gives ticks the digits that tell them apart', () => {
    expect([0, 0.5, 1, 1.5].map(value => english.tick(value, 0.5))).toEqual(['0', '0.5', '1', '1.5']);
    expect([0.03, 0.035].map(value => english.tick(value, 0.005))).toEqual(['0.03', '0.035']);
    expect(english.tick(0.25, 0.25)).toBe('0.25');
    expect(english.tick(0.00002, 0.00002)).toBe('2e-5');
    expect(english.tick(-20, 10)).toBe('\u221220');
    expect(english.tick(2.5e6, 5e5)).toBe('2.5e6');
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.00 kB'],
    [10_240_000, '10.2 MB'],
    [3.2e9, '3.20 GB'],
  ])('writes the size of a file of %d bytes as %s', (bytes, written) => {
    expect(english.fileSize(bytes)).toBe(written);
  });
});
