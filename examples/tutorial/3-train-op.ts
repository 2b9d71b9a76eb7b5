// 1.3 Creating the train op: what it does to gradients before they are applied.
import * as slim from 'slim-training';
import { loadData } from './load-data.ts';
import { myModel } from './my-model.ts';

const FLAGS = slim.hparams({ clipGradientNorm: 4 });

// Clip each gradient to a norm of at most 4.
await trainWith('3-clip-gradients', { clipGradientNorm: FLAGS.clipGradientNorm });

// Multiply gradients, by the names of their variables.
const gradientMultipliers = { 'conv0/weights': 1.2, 'fc8/weights': 3.4 };
await trainWith('3-gradient-multipliers', { gradientMultipliers });

/** The same model twice would be the same variables: each training has a graph of its own. */
async function trainWith(name: string, options: slim.learning.CreateTrainOpOptions): Promise<void> {
  await new slim.Graph().asDefault(async () => {
    const totalLoss = await slim.defineLoss(await loadData(), ({ images, labels }) => {
      slim.losses.softmaxCrossEntropy(myModel(images), labels);
      return slim.losses.getTotalLoss();
    });
    const optimizer = new slim.train.GradientDescentOptimizer(0.05);
    const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer, options);
    await slim.learning.train(trainOp, `logs/tutorial/${name}`, { numberOfSteps: 50, logEveryNSteps: 10 });
  });
}
