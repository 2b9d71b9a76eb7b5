/** A script that trains, in a second. */

/** Fits a line to four points. `atStep` is run after each step. */
export function lineScript({ steps = 40, atStep = '', after = '' } = {}): string {
  return `
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';

const FLAGS = slim.hparams({ learningRate: 0.05 });
const points = { x: tf.tensor2d([[0], [1], [2], [3]]), y: tf.tensor2d([[1], [3], [5], [7]]) };
const loss = await slim.defineLoss(slim.data.arrays(points, { batchSize: 4 }), ({ x, y }) => {
  const line = slim.fullyConnected(x, 1, { activationFn: null, scope: 'line' });
  slim.losses.meanSquaredError(line, y);
  return slim.losses.getTotalLoss();
});
const optimizer = new slim.train.GradientDescentOptimizer(FLAGS.learningRate);
const trainOp = await slim.learning.createTrainOp(loss, optimizer);
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
const onStep = async ({ step }: { step: number }): Promise<void> => { void pause; void step; ${atStep} };
await slim.learning.train(trainOp, 'logs/line', {
  numberOfSteps: ${steps},
  saveSummariesSecs: 0,
  saveIntervalSecs: 0,
  logEveryNSteps: 10,
  hooks: { onStep },
});
${after}
`;
}
