import type * as tf from '@tensorflow/tfjs';
import type { SummaryValue } from '../../formats/summary.ts';
import { GraphKeys } from '../graph-keys.ts';
import { gradientSummaries } from '../learning/gradients-summaries.ts';
import type { GradientAndVariable, Optimizer } from '../optimizers/optimizer.ts';
import type { Pass } from '../pass.ts';

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
    scalar('total_loss', totalLoss),
    ...losses.map((loss, index) => scalar(`losses/${nameOf(loss, index)}`, loss)),
    scalar('learning_rate', optimizer.learningRate(globalStep)),
    ...gradientSummaries(gradients, name => `summarize_grads/${name}_gradient`),
  );
}

function scalar(tag: string, value: tf.Scalar): SummaryValue {
  return { tag, simpleValue: value.dataSync()[0] ?? NaN };
}
