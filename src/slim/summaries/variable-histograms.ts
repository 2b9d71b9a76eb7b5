import { histogramOf } from '../../formats/histogram.ts';
import type { SummaryValue } from '../../formats/summary.ts';
import type { SlimVariable } from '../variables/slim-variable.ts';

/**
 * The distribution of a variable's values, under its name. null for scalars and integers, and for values that have no
 * bucket, NaN and infinities.
 */
export function variableHistogram(variable: SlimVariable): SummaryValue | null {
  if (variable.dtype !== 'float32' || variable.shape.length === 0) return null;
  const values = variable.value.dataSync();
  return values.every(Number.isFinite) ? { tag: variable.name, histogram: histogramOf(values) } : null;
}
