import { histogramOf } from '../../formats/histogram.ts';
import type { SummaryValue } from '../../formats/summary.ts';
import type { SlimVariable } from '../variables/slim-variable.ts';

/** The distribution of a variable's values, under its name; null when it holds NaN or infinities, which have no bucket. */
export function variableHistogram(variable: SlimVariable): SummaryValue | null {
  const values = variable.value.dataSync();
  return values.every(Number.isFinite) ? { tag: variable.name, histogram: histogramOf(values) } : null;
}
