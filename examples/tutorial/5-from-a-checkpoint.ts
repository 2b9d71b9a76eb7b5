// 1.5 Initializing from a checkpoint: variables begin by what another training saved.
import * as slim from 'slim-training';
import { loadData } from './load-data.ts';
import { myModel } from './my-model.ts';
import { oldModelCheckpoint } from './old-model.ts';

const checkpointPath = await oldModelCheckpoint();
const myLogDir = 'logs/tutorial/5-from-a-checkpoint';

const totalLoss = await slim.defineLoss(await loadData(), ({ images, labels }) => {
  slim.losses.softmaxCrossEntropy(myModel(images), labels);
  return slim.losses.getTotalLoss();
});
const optimizer = new slim.train.GradientDescentOptimizer(0.01);
const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer);

// Run by train where the log folder has no checkpoint of its own yet.
const initFn = await slim.assignFromCheckpoint(checkpointPath, slim.getModelVariables());
await slim.learning.train(trainOp, myLogDir, { initFn, numberOfSteps: 50, logEveryNSteps: 10 });
