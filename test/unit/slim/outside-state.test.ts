/** What a function's text says about what it does besides computing. */

import { runInThisContext } from 'node:vm';
import { expect, test } from 'vitest';
import { changeOfOutsideState } from '../../../src/slim/outside-state.ts';

type Fn = (...args: never) => unknown;
const functionOf = (text: string): Fn => runInThisContext(`(${text})`) as Fn;

test.each([
  ['a counter', 'x => { if (++steps > 50) throw new Error("enough"); return x; }', '++steps'],
  ['a sum', 'x => { total += x; return x; }', 'total += x'],
  ['what is kept for later', 'function loss(x) { const y = x + 1; seen = y; return y; }', 'seen = y'],
  ['a property', 'x => { state.deep[0].count = x; return x; }', 'state.deep[0].count = x'],
  ['several at once', 'x => { ({ a, b: [c = 1, ...d] } = x); }', '{ a, b: [c = 1, ...d] } = x'],
  ['a property that is removed', 'x => { delete cache.x; }', 'delete cache.x'],
  ['a list', 'x => { losses.push(x); return x; }', 'losses.push(x)'],
  ['in a function within', 'xs => xs.map(x => { count++; return x; })', 'count++'],
  ['a loop', 'xs => { for (last of xs) {} }', 'for (last of xs) {}'],
  ['the console', 'x => { console.log(x.shape); return x; }', 'console.log(x.shape)'],
  ['its object', 'function loss(x) { this.calls++; return x; }', 'this.calls++'],
  ['a method', '({ loss(x) { calls++; return x; } }).loss', 'calls++'],
  ['an async method', '({ async loss(x) { calls++; } }).loss', 'calls++'],
  ['the first of two', 'x => { a++; b++; }', 'a++'],
  [
    'a long one',
    `x => { log.push(${"'0123456789' + ".repeat(9)} x); }`,
    `log.push(${"'0123456789' + ".repeat(9)}`.slice(0, 60) + '…',
  ],
])('%s is a change', (_what, text, change) => {
  expect(changeOfOutsideState(functionOf(text))).toBe(change);
});

test.each([
  ['its own variables', 'x => { let net = x; net = net + 1; net++; return net; }'],
  ['its parameters', '({ a, b: [c] }, ...rest) => { a = 1; c++; rest.push(a); return a; }'],
  ['its own arrays', 'xs => { const all = []; for (const x of xs) all.push(x); all[0] = 1; return all; }'],
  ['what it catches', 'x => { try { return x(); } catch (error) { error.seen = true; throw error; } }'],
  ['what it made', 'x => { [1].push(x); make().count = x; }'],
  ['TensorFlow.js', 'x => tf.tidy(() => tf.add(x, tf.mul(scale, x)))'],
  ['an async function', 'async x => { let y = await x; y += 1; return y; }'],
  ['a class within', 'x => { class Layer {} Layer.count = 1; return new Layer(); }'],
])('%s is none', (_what, text) => {
  expect(changeOfOutsideState(functionOf(text))).toBeNull();
});

test('of native code nothing is known', () => {
  expect(changeOfOutsideState(Math.max)).toBeNull();
  expect(changeOfOutsideState((() => undefined).bind(null))).toBeNull();
});
