import * as tf from '@tensorflow/tfjs';
import { ownValues } from '../../backends/own-values.ts';
import type { SummaryValue } from '../../formats/summary.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { PulledHistogram } from './pulled-histogram.ts';

/**
 * The distribution of a variable's values, under its name. null for scalars and integers. It is not written when a value has
 * no bucket: NaN and infinities.
 */
export function variableHistogram(variable: SlimVariable): SummaryValue | null {
  if (variable.dtype !== 'float32' || variable.shape.length === 0) return null;
  return { tag: variable.name, histogram: new PulledHistogram(ownValues(tf, variable.value)) };
}
