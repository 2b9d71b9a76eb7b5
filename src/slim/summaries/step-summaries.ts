import type * as tf from '@tensorflow/tfjs';
import { GraphKeys } from '../scope/graph-keys.ts';
import { gradientSummaries } from '../learning/gradients-summaries.ts';
import type { GradientAndVariable, Optimizer } from '../optimizers/optimizer.ts';
import type { Pass } from '../scope/pass.ts';
import { scalarRequest } from '../scope/summary-request.ts';

/** What every step that is summarized says: total loss, each loss and penalty, learning rate, and gradients if wanted. */
export function summarizeStep(
  pass: Pass,
  optimizer: Optimizer,
  globalStep: tf.Scalar,
  totalLoss: tf.Scalar,
  gradients: readonly GradientAndVariable[],
): void {
  const losses = [
    ...pass.collections.get(GraphKeys.LOSSES),
    ...pass.collections.get(GraphKeys.REGULARIZATION_LOSSES),
  ];
  const nameOf = (loss: tf.Scalar, index: number): string =>
    pass.tensorNames.get(loss)?.replace(/\/value$/, '') ?? `loss_${index}`;
  pass.summaries?.push(
    scalarRequest('total_loss', totalLoss),
    ...losses.map((loss, index) => scalarRequest(`losses/${nameOf(loss, index)}`, loss)),
    scalarRequest('learning_rate', optimizer.learningRate(globalStep)),
    ...gradientSummaries(gradients, name => `summarize_grads/${name}_gradient`),
  );
}
