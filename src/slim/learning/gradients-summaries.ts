import type * as tf from '@tensorflow/tfjs';
import type { GradientAndVariable } from '../optimizers/optimizer.ts';
import { currentPass } from '../scope/running-pass.ts';
import { PulledHistogram } from '../summaries/pulled-histogram.ts';
import { scalarRequest } from '../scope/summary-request.ts';
import type { SummaryMaker, SummaryRequest } from '../scope/summary-request.ts';
import { l2Norm } from './gradients.ts';

/**
 * Summaries of gradients, for a `transformGradsFn`: `VARIABLE/gradient`, a histogram, and `VARIABLE/gradient_norm`. Nothing
 * is computed in steps that are not summarized.
 *
 * Source: `add_gradients_summaries` of tf_slim/learning.py.
 */
export function addGradientsSummaries(gradientsAndVariables: readonly GradientAndVariable[]): void {
  const summaries = currentPass()?.summaries ?? null;
  if (summaries !== null)
    summaries.push(...gradientSummaries(gradientsAndVariables, name => `${name}/gradient`));
}

/** A histogram, which is not written when a value has no bucket, and the norm of each gradient that there is. */
export function gradientSummaries(
  gradientsAndVariables: readonly GradientAndVariable[],
  tagOf: (variable: string) => string,
): SummaryRequest[] {
  return gradientsAndVariables.flatMap(entry => [
    ...gradientHistograms([entry], tagOf),
    ...gradientNorms([entry], variable => `${tagOf(variable)}_norm`),
  ]);
}

export function gradientHistograms(
  gradientsAndVariables: readonly GradientAndVariable[],
  tagOf: (variable: string) => string,
): SummaryRequest[] {
  return presentGradients(gradientsAndVariables).map(({ variable, values }) => {
    const tag = tagOf(variable);
    const make: SummaryMaker = data => [{ tag, histogram: new PulledHistogram(data) }];
    return { tensor: values, make };
  });
}

export function gradientNorms(
  gradientsAndVariables: readonly GradientAndVariable[],
  tagOf: (variable: string) => string,
): SummaryRequest[] {
  return presentGradients(gradientsAndVariables).map(({ variable, values }) =>
    scalarRequest(tagOf(variable), l2Norm(values)),
  );
}

/** The values of gradients, of sparse ones their slices', by the names of variables. */
function presentGradients(
  gradientsAndVariables: readonly GradientAndVariable[],
): { readonly variable: string; readonly values: tf.Tensor }[] {
  return gradientsAndVariables.flatMap(({ gradient, slices, variable }) =>
    gradient === null ? [] : [{ variable: variable.name, values: slices?.values ?? gradient }],
  );
}
