/** Which rows of a checkpoint's variable are which rows of the model's, where files name the rows: one label a line. */

import type { RowRange } from './restore-mapping.ts';
import { shapeText, type Shape } from './shape-fit.ts';

export interface RowsByLabel {
  readonly axis: number;
  readonly ranges: readonly RowRange[];
}

/**
 * @param stored Labels of the rows in the checkpoint, and its shape; `wanted`: the model's.
 * @throws Error when the files do not have a label for each row, a label is there twice, or none is in both.
 */
export function rowsByLabel(
  stored: { readonly labels: readonly string[]; readonly shape: Shape },
  wanted: { readonly labels: readonly string[]; readonly shape: Shape },
): RowsByLabel {
  const axis = labelledAxis(stored, wanted);
  const rowOf = new Map<string, number>();
  stored.labels.forEach((label, row) => {
    const before = rowOf.get(label);
    if (before !== undefined) {
      throw new Error(
        `The label "${label}" is in lines ${before + 1} and ${row + 1} of the checkpoint's labels.`,
      );
    }
    rowOf.set(label, row);
  });
  const ranges: RowRange[] = [];
  wanted.labels.forEach((label, into) => {
    const from = rowOf.get(label);
    if (from === undefined) return;
    const last = ranges.at(-1);
    if (last?.from === from - (last?.count ?? 0) && last.into === into - last.count) {
      ranges[ranges.length - 1] = { ...last, count: last.count + 1 };
    } else ranges.push({ from, into, count: 1 });
  });
  if (ranges.length === 0) throw new Error('No label is in both files.');
  return { axis, ranges };
}

/** The lines of a file of labels; empty ones at its end are none. */
export function labelsIn(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map(line => line.trim());
}

/** The axis that has a row for each label on both sides; where there are several, the last: classes come last. */
function labelledAxis(
  stored: { readonly labels: readonly string[]; readonly shape: Shape },
  wanted: { readonly labels: readonly string[]; readonly shape: Shape },
): number {
  const isAlone = (axis: number): boolean =>
    stored.shape.every((size, other) => other === axis || size === wanted.shape[other]);
  const axis = stored.shape.findLastIndex(
    (size, at) => size === stored.labels.length && wanted.shape[at] === wanted.labels.length && isAlone(at),
  );
  if (axis !== -1 && stored.shape.length === wanted.shape.length) return axis;
  throw new Error(
    `${stored.labels.length} labels for the checkpoint's ${shapeText(stored.shape)} and ${wanted.labels.length} for ` +
      `the model's ${shapeText(wanted.shape)}: there has to be one for each row of the axis in which they differ.`,
  );
}
