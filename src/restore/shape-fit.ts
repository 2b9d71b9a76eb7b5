/** What can be done with a tensor of one shape for a variable of another. */

import { elementCount } from '../formats/tensor-value.ts';
import type { RestoreAction } from './restore-mapping.ts';

export type Shape = readonly number[];

export function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** `[5, 5, 1, 32]`. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** The only axis in which the shapes differ; null when there is none or there are several. */
export function differingAxis(stored: Shape, wanted: Shape): number | null {
  if (stored.length !== wanted.length) return null;
  const axes = wanted.flatMap((size, axis) => (size === stored[axis] ? [] : [axis]));
  return axes.length === 1 ? (axes[0] ?? null) : null;
}

/** Orders of axes that other libraries ask for, the usual one first. */
const LAYOUTS: readonly (readonly number[])[] = [
  // Dense layers of PyTorch.
  [1, 0],
  // Convolutions of PyTorch: [out, in, kernel...] -> [kernel..., in, out].
  [2, 1, 0],
  [2, 3, 1, 0],
  [2, 3, 4, 1, 0],
  // And back.
  [3, 2, 0, 1],
  [4, 3, 0, 1, 2],
];

/** An order of axes that makes `wanted` of `stored`, that of a known layout first; null when there is none. */
export function transposingAxes(stored: Shape, wanted: Shape): readonly number[] | null {
  const fits = (axes: readonly number[]): boolean => isSameShape(transposedShape(stored, axes), wanted);
  if (stored.length !== wanted.length || stored.length < 2) return null;
  const layout = LAYOUTS.find(axes => axes.length === stored.length && fits(axes));
  return layout ?? matchAxes(stored, wanted);
}

export function transposedShape(stored: Shape, axes: readonly number[]): Shape {
  return axes.map(axis => stored[axis] ?? -1);
}

export function isPermutation(axes: readonly number[], rank: number): boolean {
  return axes.length === rank && new Set(axes).size === rank && axes.every(axis => axis >= 0 && axis < rank);
}

/** Each axis takes the first one of its size that is left; null also where that would change nothing. */
function matchAxes(stored: Shape, wanted: Shape): readonly number[] | null {
  const left = new Set(stored.keys());
  const axes = wanted.map(size => {
    const axis = [...left].find(each => stored[each] === size) ?? -1;
    left.delete(axis);
    return axis;
  });
  return axes.includes(-1) || axes.every((axis, at) => axis === at) ? null : axes;
}

/** The actions that are possible, the most likely first. */
export function possibleActions(stored: Shape, wanted: Shape): RestoreAction[] {
  const actions: RestoreAction[] = [];
  if (isSameShape(stored, wanted)) actions.push('restore');
  if (differingAxis(stored, wanted) !== null) actions.push('partial');
  if (transposingAxes(stored, wanted) !== null) actions.push('transpose');
  if (!isSameShape(stored, wanted) && elementCount(stored) === elementCount(wanted)) actions.push('reshape');
  actions.push('skip');
  return actions;
}
