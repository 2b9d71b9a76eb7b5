import { expect, test } from 'vitest';
import { addArgScope, argScope, currentArgScope, hasArgScope } from '../../../src/slim/arg-scope.ts';

interface First {
  readonly stride?: number;
  readonly scope?: string;
}
interface Second {
  readonly scope?: string | null;
  readonly rate?: number;
}

const first = addArgScope(function first(input: number, options?: First) {
  return { input, ...options };
});
const second = addArgScope(function second(input: number, size: number, options?: Second) {
  return { input, size, ...options };
});

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

test('options that not all functions take do not compile', () => {
  // @ts-expect-error second has no stride
  argScope([first, second], { stride: 2 }, () => null);
  // @ts-expect-error of another type
  argScope([first], { stride: 'two' }, () => null);
});
