import type { GradientAndVariable } from '../optimizers/optimizer.ts';
import { currentPass } from '../pass.ts';
import { PulledHistogram } from '../summaries/pulled-histogram.ts';
import { scalarRequest } from '../summaries/summary-request.ts';
import type { SummaryMaker, SummaryRequest } from '../summaries/summary-request.ts';
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
  return gradientsAndVariables.flatMap(({ gradient, slices, variable }) => {
    if (gradient === null) return [];
    const tag = tagOf(variable.name);
    const values = slices?.values ?? gradient;
    const make: SummaryMaker = data => [{ tag, histogram: new PulledHistogram(data) }];
    return [{ tensor: values, make }, scalarRequest(`${tag}_norm`, l2Norm(values))];
  });
}
