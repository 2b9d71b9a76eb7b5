/** How the values of one stored variable are laid into one of the model's, by the action that was chosen for it. */

import { elementCount } from '../formats/tensor-value.ts';
import type { RowRange, VariableChoice } from './restore-mapping.ts';
import type { Arrangement } from './restore-plan.ts';
import {
  differingAxis,
  isPermutation,
  isSameShape,
  possibleActions,
  shapeText,
  transposedShape,
  transposingAxes,
  type Shape,
} from './shape-fit.ts';

export type Arranged =
  | { readonly arrangement: Arrangement; readonly detail: string | null }
  /** Why not, as a part of a sentence that begins with the variable. */
  | { readonly problem: string };

export function arrange(stored: Shape, wanted: Shape, choice: VariableChoice): Arranged {
  switch (choice.action ?? 'restore') {
    case 'partial':
      return arrangeRows(stored, wanted, choice);
    case 'transpose':
      return arrangeTransposed(stored, wanted, choice);
    case 'reshape':
      return arrangeReshaped(stored, wanted);
    case 'restore':
    case 'skip':
      if (isSameShape(stored, wanted)) return { arrangement: { kind: 'whole' }, detail: null };
      return {
        problem: `has ${shapeText(wanted)}; possible: ${possibleActions(stored, wanted).join(', ')}`,
      };
  }
}

/** One after the other: `rows 0–9 of 1,001`. */
function rowsText(rows: readonly RowRange[], size: number): string {
  const span = (first: number, count: number): string =>
    count === 1 ? String(first) : `${first}–${first + count - 1}`;
  const from = rows.map(range => span(range.from, range.count)).join(', ');
  const into = rows.map(range => span(range.into, range.count)).join(', ');
  return `rows ${from} of ${size.toLocaleString('en')}${from === into ? '' : ` into ${into}`}`;
}

function arrangeRows(stored: Shape, wanted: Shape, { axis: chosen, rows }: VariableChoice): Arranged {
  if (stored.length !== wanted.length) {
    return { problem: `has ${shapeText(wanted)}, of another rank: partial needs as many axes` };
  }
  const axis = chosen ?? differingAxis(stored, wanted);
  if (axis === null) {
    return {
      problem: `has ${shapeText(wanted)}: partial needs the axis along which rows are counted, since not exactly one differs`,
    };
  }
  const [storedRows, wantedRows] = [stored[axis], wanted[axis]];
  if (storedRows === undefined || wantedRows === undefined) return { problem: `has no axis ${axis}` };
  if (wanted.some((size, at) => at !== axis && size !== stored[at])) {
    return { problem: `has ${shapeText(wanted)}: for partial only axis ${axis} may differ` };
  }
  const ranges = rows ?? [{ from: 0, into: 0, count: Math.min(storedRows, wantedRows) }];
  const outside = ranges.find(
    ({ from, into, count }) => from + count > storedRows || into + count > wantedRows,
  );
  if (outside !== undefined) {
    return {
      problem: `cannot take ${rowsText([outside], storedRows)}: it has ${wantedRows} rows along axis ${axis}`,
    };
  }
  if (!ranges.some(({ count }) => count > 0)) return { problem: 'would get no rows at all' };
  return { arrangement: { kind: 'rows', axis, rows: ranges }, detail: rowsText(ranges, storedRows) };
}

function arrangeTransposed(stored: Shape, wanted: Shape, { axes: chosen }: VariableChoice): Arranged {
  const axes = chosen ?? transposingAxes(stored, wanted);
  if (axes === null) return { problem: `has ${shapeText(wanted)}: no order of the axes gives that` };
  if (!isPermutation(axes, stored.length) || stored.length !== wanted.length) {
    return {
      problem: `cannot be transposed by ${shapeText(axes)}: that is no order of ${stored.length} axes`,
    };
  }
  const shape = transposedShape(stored, axes);
  if (!isSameShape(shape, wanted)) {
    return {
      problem: `has ${shapeText(wanted)}: transposed by ${shapeText(axes)} it would be ${shapeText(shape)}`,
    };
  }
  return { arrangement: { kind: 'transposed', axes }, detail: `axes ${shapeText(axes)}` };
}

function arrangeReshaped(stored: Shape, wanted: Shape): Arranged {
  if (elementCount(stored) !== elementCount(wanted)) {
    return { problem: `has ${shapeText(wanted)}: reshape needs as many elements` };
  }
  if (isSameShape(stored, wanted)) return { arrangement: { kind: 'whole' }, detail: null };
  return { arrangement: { kind: 'reshaped' }, detail: `from shape ${shapeText(stored)}` };
}
