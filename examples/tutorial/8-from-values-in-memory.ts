// 1.8 Initializing from values in memory: whatever computed or read them.
import * as slim from 'slim-training';
import { loadData, readDigits } from './load-data.ts';

const myLogDir = 'logs/tutorial/8-from-values-in-memory';

const totalLoss = await slim.defineLoss(await loadData(), ({ images, labels }) => {
  const scores = slim.fullyConnected(slim.flatten(images), 10, { activationFn: null, scope: 'fc' });
  slim.losses.softmaxCrossEntropy(scores, labels);
  return slim.losses.getTotalLoss();
});
const optimizer = new slim.train.GradientDescentOptimizer(0.05);
const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer);

const { weights, biases } = nearestMean(await readDigits());
const initFn = slim.assignFromValues({ 'fc/weights': weights, 'fc/biases': biases });
await slim.learning.train(trainOp, myLogDir, { initFn, numberOfSteps: 50, logEveryNSteps: 10 });

/** The linear model that takes an image for the digit whose mean image is nearest: x * mean - |mean|^2 / 2 is greatest. */
function nearestMean({ pixels, digits }: { pixels: Float32Array; digits: Uint8Array }) {
  const means = Array.from({ length: 10 }, (_, digit) => {
    const rows = [...digits.keys()].filter(row => digits[row] === digit);
    return Array.from({ length: 64 }, (_, at) => {
      const sum = rows.reduce((total, row) => total + (pixels[row * 64 + at] ?? 0), 0);
      return sum / rows.length;
    });
  });
  const weights = Array.from({ length: 64 }, (_, at) => means.map(mean => mean[at] ?? 0));
  const biases = means.map(mean => -mean.reduce((sum, value) => sum + value * value, 0) / 2);
  return { weights, biases };
}
