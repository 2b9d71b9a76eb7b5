import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import {
  addArgScope,
  argScope,
  argScopeFuncKey,
  argScopedArguments,
  currentArgScope,
  hasArgScope,
} from '../../../../src/slim/scope/arg-scope.ts';
import * as slim from '../../../../src/slim/index.ts';

interface First {
  readonly stride?: number;
  readonly scope?: string;
}
interface Second {
  readonly scope?: string | null;
  readonly rate?: number;
}

const first = addArgScope(
  function first(input: number, options?: First) {
    return { input, ...options };
  },
  { stride: true, scope: true },
);
const second = addArgScope(
  function second(input: number, size: number, options?: Second) {
    return { input, size, ...options };
  },
  { scope: true, rate: true },
);

test('gives defaults to the functions named, and to no others', () => {
  argScope([first], { stride: 2 }, () => {
    expect(first(1)).toEqual({ input: 1, stride: 2 });
    expect(second(1, 2)).toEqual({ input: 1, size: 2 });
  });
  expect(first(1)).toEqual({ input: 1 });
});

test('what a call says wins; an option that is undefined says nothing', () => {
  argScope([first], { stride: 2, scope: 'a' }, () => {
    expect(first(1, { stride: 3 })).toEqual({ input: 1, stride: 3, scope: 'a' });
    expect(first(1, { stride: undefined } as unknown as First)).toEqual({ input: 1, stride: 2, scope: 'a' });
  });
  argScope([second], { scope: 'a' }, () => {
    expect(second(1, 2, { scope: null })).toEqual({ input: 1, size: 2, scope: null });
  });
});

test('inner scopes add to outer ones', () => {
  argScope([first, second], { scope: 'outer' }, () => {
    argScope([first], { stride: 4 }, () => {
      expect(first(1)).toEqual({ input: 1, stride: 4, scope: 'outer' });
    });
    argScope([first], { scope: 'inner' }, () => {
      expect(first(1)).toEqual({ input: 1, scope: 'inner' });
      expect(second(1, 2)).toEqual({ input: 1, size: 2, scope: 'outer' });
    });
  });
});

test('a scope that was handed out is entered again as it was', () => {
  const kept = argScope([first], { stride: 5 }, scope => scope);
  argScope([first], { scope: 'around' }, () => {
    argScope(kept, () => {
      expect(first(1)).toEqual({ input: 1, stride: 5 });
      expect(currentArgScope()).toBe(kept);
    });
  });
});

test('follows async code', async () => {
  const inScope = (stride: number): Promise<object> =>
    argScope([first], { stride }, async () => {
      await new Promise(resolve => setTimeout(resolve, stride));
      return first(1);
    });
  expect(await Promise.all([inScope(3), inScope(1)])).toEqual([
    { input: 1, stride: 3 },
    { input: 1, stride: 1 },
  ]);
});

test('refuses a function that takes no defaults', () => {
  const plain = function plain(): void {
    // Does nothing.
  };
  expect(hasArgScope(first)).toBe(true);
  expect(hasArgScope(plain)).toBe(false);
  expect(() => argScope([plain as unknown as typeof first], {}, () => null)).toThrow(
    'argScope got plain, which takes no defaults',
  );
});

test('tells which options it can give a function, and which are given', () => {
  expect(argScopedArguments(first)).toEqual(['stride', 'scope']);
  argScope([first], { stride: 2 }, ({ defaults }) => {
    expect(defaults.get(argScopeFuncKey(first))).toEqual({ stride: 2 });
    expect(defaults.get(argScopeFuncKey(second))).toBeUndefined();
  });
});

test('refuses an option that a function has not, in a scope and in a call', () => {
  const misspelt = { strides: 2 } as First;
  const message = 'first has no option strides. It has scope, stride.';
  expect(() => argScope([first], misspelt, () => null)).toThrow(message);
  expect(() => first(1, misspelt)).toThrow(message);
  const inputs = tf.zeros<tf.Rank.R4>([1, 4, 4, 1]);
  const otherLayout = { dataFormat: 'NCHW' } as slim.ConvolutionOptions;
  expect(() => slim.conv2d(inputs, 1, 3, otherLayout)).toThrow('has no option dataFormat');
  inputs.dispose();
});

test('options that not all functions take do not compile', () => {
  // @ts-expect-error second has no stride
  expect(() => argScope([first, second], { stride: 2 }, () => null)).toThrow('second has no option stride');
  // @ts-expect-error of another type
  argScope([first], { stride: 'two' }, () => null);
});

test('names of options that are missing or too many do not compile', () => {
  const fn = (input: number, options?: First): object => ({ input, ...options });
  // @ts-expect-error scope is missing
  addArgScope(fn, { stride: true });
  // @ts-expect-error there is no rate
  addArgScope(fn, { stride: true, scope: true, rate: true });
  const more = { stride: true, scope: true, rate: true } as const;
  // @ts-expect-error there is no rate
  addArgScope(fn, { ...more });
});
