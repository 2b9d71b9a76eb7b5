import type * as tf from '@tensorflow/tfjs';
import type { SummaryValue } from '../../formats/summary.ts';
import { GraphKeys } from '../graph-keys.ts';
import { gradientSummaries } from '../learning/gradients-summaries.ts';
import type { GradientAndVariable, Optimizer } from '../optimizers/optimizer.ts';
import type { Pass } from '../pass.ts';

/** What every step that is summarized says: total loss, each loss and penalty, learning rate, and gradients if wanted. */
export function summarizeStep(
  summaries: SummaryValue[],
  pass: Pass,
  optimizer: Optimizer,
  totalLoss: tf.Scalar,
  gradients: readonly GradientAndVariable[],
): void {
  summaries.push(scalar('total_loss', totalLoss));
  const losses = [
    ...pass.collections.get(GraphKeys.LOSSES),
    ...pass.collections.get(GraphKeys.REGULARIZATION_LOSSES),
  ];
  losses.forEach((loss, index) => {
    const name = pass.tensorNames.get(loss) ?? `loss_${index}`;
    summaries.push(scalar(`losses/${name.replace(/\/value$/, '')}`, loss));
  });
  summaries.push(scalar('learning_rate', optimizer.learningRate(pass.step)));
  summaries.push(...gradientSummaries(gradients, name => `summarize_grads/${name}_gradient`));
}

function scalar(tag: string, value: tf.Scalar): SummaryValue {
  return { tag, simpleValue: value.dataSync()[0] ?? NaN };
}
