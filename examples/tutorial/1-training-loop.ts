// 1.1 The training loop: it takes steps, and writes summaries and checkpoints.
import * as slim from 'slim-training';
import { loadData } from './load-data.ts';
import { myModel } from './my-model.ts';

const totalLoss = await slim.defineLoss(await loadData(), ({ images, labels }) => {
  slim.losses.softmaxCrossEntropy(myModel(images), labels);
  return slim.losses.getTotalLoss();
});
const optimizer = new slim.train.GradientDescentOptimizer(0.1);
const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer);

await slim.learning.train(trainOp, 'logs/tutorial/1-training-loop', {
  numberOfSteps: 200, // gradient steps in all, counted by the global step
  saveSummariesSecs: 300, // summaries every 5 minutes
  saveIntervalSecs: 600, // a checkpoint every 10 minutes
  logEveryNSteps: 20,
});
