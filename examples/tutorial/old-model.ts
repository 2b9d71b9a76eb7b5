import * as slim from 'slim-training';
import { loadData } from './load-data.ts';
import { myModel } from './my-model.ts';

/** Trains myModel for a moment, and saves it: what others start from. Returns the checkpoint's path. */
export function oldModelCheckpoint(): Promise<string> {
  return new slim.Graph().asDefault(async () => {
    const totalLoss = await slim.defineLoss(await loadData(), ({ images, labels }) => {
      slim.losses.softmaxCrossEntropy(myModel(images), labels);
      return slim.losses.getTotalLoss();
    });
    const optimizer = new slim.train.MomentumOptimizer(0.05, 0.9);
    const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer);
    for (let step = 0; step < 60; step++) await trainOp.run();
    return new slim.train.Saver().save('logs/tutorial/old-model/model.ckpt', 60);
  });
}
