// 1.9 The whole of it, in a graph of its own.
import * as slim from 'slim-training';
import { loadData } from './load-data.ts';
import { myModel } from './my-model.ts';

const FLAGS = slim.hparams({ learningRate: 0.1 });
const logdir = 'logs/tutorial/9-full-example';

await new slim.Graph().asDefault(async () => {
  // Create the model and specify the losses
  const totalLoss = await slim.defineLoss(await loadData(), ({ images, labels }) => {
    slim.losses.softmaxCrossEntropy(myModel(images), labels);
    return slim.losses.getTotalLoss();
  });
  const optimizer = new slim.train.GradientDescentOptimizer(FLAGS.learningRate);

  // createTrainOp ensures that each time the loss is asked for, the update ops run and the gradients are applied
  const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer);

  await slim.learning.train(trainOp, logdir, {
    numberOfSteps: 300,
    saveSummariesSecs: 300,
    saveIntervalSecs: 600,
    logEveryNSteps: 50,
  });
});
