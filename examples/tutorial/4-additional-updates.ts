// 1.4 Additional updates: ops that run with each step. Batch norm's moving averages are such.
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';
import { loadData } from './load-data.ts';

// What is collected: batch norm's moving averages.
await train('4-collected', totalLoss => slim.learning.createTrainOp(totalLoss, optimizer()));

// None at all.
await train('4-none', totalLoss => slim.learning.createTrainOp(totalLoss, optimizer(), { updateOps: [] }));

// Others instead.
await train('4-others', totalLoss => {
  const myOtherUpdateOps = [countUp('others')];
  return slim.learning.createTrainOp(totalLoss, optimizer(), { updateOps: myOtherUpdateOps });
});

// Others as well.
await train('4-added', totalLoss => {
  slim.addToCollection(slim.GraphKeys.UPDATE_OPS, countUp('added0'));
  slim.addToCollection(slim.GraphKeys.UPDATE_OPS, countUp('added1'));
  return slim.learning.createTrainOp(totalLoss, optimizer());
});

// Which is the same as:
await train('4-added-by-hand', totalLoss => {
  slim.addToCollection(slim.GraphKeys.UPDATE_OPS, countUp('added0'));
  slim.addToCollection(slim.GraphKeys.UPDATE_OPS, countUp('added1'));
  const updateOps = slim.getCollection(slim.GraphKeys.UPDATE_OPS);
  return slim.learning.createTrainOp(totalLoss, optimizer(), { updateOps });
});

/** An update op of one's own: a function that assigns a variable. This one counts how often it runs. */
function countUp(name: string): slim.UpdateOp {
  const count = slim.variable(name, { shape: [], dtype: 'int32', trainable: false });
  return () => {
    count.value.assign(count.value.add(tf.scalar(1, 'int32')));
  };
}

function optimizer(): slim.train.Optimizer {
  return new slim.train.MomentumOptimizer(0.05, 0.9);
}

async function train(
  name: string,
  createTrainOp: (totalLoss: slim.Loss<Digits>) => Promise<slim.learning.TrainOp<Digits>>,
): Promise<void> {
  await new slim.Graph().asDefault(async () => {
    const totalLoss = await slim.defineLoss(await loadData(), ({ images, labels }) => {
      slim.losses.softmaxCrossEntropy(myModel(images), labels);
      return slim.losses.getTotalLoss();
    });
    const trainOp = await createTrainOp(totalLoss);
    await slim.learning.train(trainOp, `logs/tutorial/${name}`, { numberOfSteps: 20, logEveryNSteps: 10 });
  });
}

interface Digits extends tf.NamedTensorMap {
  images: tf.Tensor4D;
  labels: tf.Tensor2D;
}

function myModel(images: tf.Tensor4D): tf.Tensor2D {
  const net = slim.conv2d(images, 8, [3, 3], { normalizerFn: slim.batchNorm, scope: 'conv0' });
  return slim.fullyConnected(slim.flatten(net), 10, { activationFn: null, scope: 'fc8' });
}
