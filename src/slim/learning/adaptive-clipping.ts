import * as tf from '@tensorflow/tfjs';
import { currentContext } from '../scope/graph.ts';
import type { Graph } from '../scope/graph.ts';
import { makeOptimizerVariable } from '../optimizers/slots.ts';
import type { GradientAndVariable } from '../optimizers/optimizer.ts';
import { currentPass } from '../scope/running-pass.ts';
import { joinScope } from '../scope/scope-names.ts';
import { scalarRequest } from '../scope/summary-request.ts';
import { addUpdateOp } from '../scope/update-ops.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { globalNorm, scaled } from './gradients.ts';

export interface AdaptiveClippingOptions {
  /** Standard deviations above the mean of the norm's logarithm that are too much. Default 2. */
  readonly stdFactor?: number;
  /** Of the moving averages. Default 0.95. */
  readonly decay?: number;
  /** The norm is never above it. Default: null, none. */
  readonly staticMaxNorm?: number | null;
  /** The averages follow faster in the first steps that it counts. Default: null, they do not. */
  readonly globalStep?: SlimVariable | null;
  /** A summary of the largest norm that passes, `global_norm/adaptive_max_gradient_norm`. Default: false. */
  readonly reportSummary?: boolean;
  /** Added to the norm, and the least variance of its logarithm. Default 1e-8. */
  readonly epsilon?: number;
  /** Scope of its variables. Default: `AdaptiveMaxNorm`, numbered where there is one already. */
  readonly name?: string | null;
}

/** Moving averages of the logarithm of the gradients' norm and of its square, scalars. */
interface LogNorm {
  readonly mean: SlimVariable;
  readonly squareMean: SlimVariable;
}

/**
 * Makes a `transformGradsFn` that scales all gradients alike when their common L2 norm is unusual: what is above
 * `exp(mean + stdFactor * std)` of the norm's logarithm becomes `exp(mean)`. The moving averages are variables that a
 * checkpoint holds.
 *
 * Source: `adaptive_clipping_fn` of tf_slim/layers/optimizers.py (section 3.2.1 of Hermann et al., arXiv 1412.1602).
 */
export function adaptiveClippingFn(
  options: AdaptiveClippingOptions = {},
): (gradients: readonly GradientAndVariable[]) => GradientAndVariable[] {
  const averages = new WeakMap<Graph, LogNorm>();
  return gradients => {
    const context = currentContext();
    const logNorm = averages.get(context.graph) ?? makeAverages(options.name ?? null);
    averages.set(context.graph, logNorm);
    const factor = clippingFactor(globalNorm(gradients), logNorm, options);
    return gradients.map(entry => scaled(entry, factor));
  };
}

function makeAverages(name: string | null): LogNorm {
  const { graph, variableScope } = currentContext();
  const own = name ?? graph.scopeNames.uniqueVariableScope(variableScope, 'AdaptiveMaxNorm');
  graph.scopeNames.openVariableScope(joinScope(variableScope, own));
  return {
    mean: makeOptimizerVariable(`${own}/mean`, [], 0),
    squareMean: makeOptimizerVariable(`${own}/sq_mean`, [], 0),
  };
}

function clippingFactor(norm: tf.Scalar, averages: LogNorm, options: AdaptiveClippingOptions): tf.Scalar {
  const { stdFactor = 2, staticMaxNorm = null, reportSummary = false, epsilon = 1e-8 } = options;
  const logNorm = norm.add<tf.Scalar>(tf.scalar(epsilon)).log<tf.Scalar>();
  const decay = decayNow(options);
  const mean = following(averages.mean, logNorm, decay);
  const squareMean = following(averages.squareMean, logNorm.square(), decay);
  const std = squareMean.sub(mean.square()).maximum(tf.scalar(epsilon)).sqrt();
  const maxNorm = mean.add<tf.Scalar>(std.mul(tf.scalar(stdFactor))).exp<tf.Scalar>();
  if (reportSummary) {
    const tag = joinScope(currentContext().variableScope, 'global_norm/adaptive_max_gradient_norm');
    currentPass()?.summaries?.push(scalarRequest(tag, maxNorm));
  }
  const factor = tf.where<tf.Scalar>(norm.less(maxNorm), tf.scalar(1), mean.exp().div(norm));
  return staticMaxNorm === null ? factor : tf.scalar(staticMaxNorm).div(norm).minimum(factor);
}

function decayNow({ decay = 0.95, globalStep = null }: AdaptiveClippingOptions): tf.Scalar {
  if (globalStep === null) return tf.scalar(decay);
  const step = globalStep.value.toFloat();
  return tf.scalar(decay).minimum(step.div(step.add(tf.scalar(1))));
}

/** A moving average with this step's value in it. The variable takes it on once the weights were updated. */
function following(average: SlimVariable, value: tf.Scalar, decay: tf.Scalar): tf.Scalar {
  const updated = average.value.sub<tf.Scalar>(average.value.sub(value).mul(tf.scalar(1).sub(decay)));
  addUpdateOp(
    average.name,
    () => {
      average.value.assign(updated);
    },
    null,
  );
  return updated;
}
