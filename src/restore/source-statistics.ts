/** What is to be known of the values that a variable would get, before it gets them. */

import { hasChecksums, type Checkpoint } from '../formats/checkpoint.ts';
import { dtypeSize } from '../formats/dtype.ts';
import { hasNumbers } from '../formats/tensor-numbers.ts';
import { byteLengthOf, type TensorValue } from '../formats/tensor-value.ts';
import { valueBins, valueStatistics } from '../formats/value-statistics.ts';
import type { ValueStatistics } from '../protocol/value-statistics.ts';
import { copyRows } from './rearrange-values.ts';
import type { Arrangement } from './restore-plan.ts';

export interface SourceStatistics {
  /** Of the whole variable of the checkpoint; null: its type holds no numbers. */
  readonly all: ValueStatistics | null;
  /** Of the rows that are copied, where not all are, over the same bins. */
  readonly rows: ValueStatistics | null;
  /** Whether the file has checksums, so that these values are known to be what was written. */
  readonly isVerified: boolean;
}

/** Reads that one variable. @throws FormatError naming it when it is damaged. */
export async function sourceStatistics(
  checkpoint: Checkpoint,
  source: string,
  arrangement: Arrangement | null,
): Promise<SourceStatistics> {
  const value = await checkpoint.read(source);
  const isVerified = hasChecksums(checkpoint.format);
  if (!hasNumbers(value.dtype)) return { all: null, rows: null, isVerified };
  const all = valueStatistics(value);
  if (arrangement?.kind !== 'rows') return { all, rows: null, isVerified };
  const part = rowsOf(value, arrangement);
  const rows = valueStatistics(part);
  if (rows.finite === null || all.finite === null) return { all, rows, isVerified };
  const bins = valueBins(part, all.finite.bins);
  return { all, rows: { ...rows, finite: { ...rows.finite, bins } }, isVerified };
}

/** Only those rows, one after the other. */
export function rowsOf(
  value: TensorValue,
  { axis, rows }: Extract<Arrangement, { kind: 'rows' }>,
): TensorValue {
  const size = dtypeSize(value.dtype) ?? 1;
  const count = rows.reduce((sum, range) => sum + range.count, 0);
  const shape = value.shape.with(axis, count);
  const bytes = new Uint8Array(byteLengthOf(value.dtype, shape) ?? 0);
  let into = 0;
  const packed = rows.map(range => {
    const at = into;
    into += range.count;
    return { ...range, into: at };
  });
  // The bytes of an element are one more axis.
  copyRows(value.bytes, [...value.shape, size], bytes, [...shape, size], { axis, rows: packed });
  return { dtype: value.dtype, shape, bytes };
}
