import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fixturePath } from '../fixture-files.ts';

interface Lenet {
  readonly top: string;
  readonly layers: readonly [string, string, string, string];
  readonly classes: number;
  readonly learningRate: number;
  readonly steps: number;
}

const AS_RECORDED: Lenet = {
  top: 'LeNet',
  layers: ['conv1', 'conv2', 'fc3', 'fc4'],
  classes: 10,
  learningRate: 0,
  steps: 1,
};

/** Scripts that train a LeNet of their own. But for `digits` they take one step that changes nothing. */
const LENETS: Readonly<Record<string, Lenet>> = {
  digits: { ...AS_RECORDED, learningRate: 0.02, steps: 120 },
  same: AS_RECORDED,
  renamed: { ...AS_RECORDED, top: 'digits/net', layers: ['c1', 'c2', 'dense3', 'dense4'] },
  five: { ...AS_RECORDED, classes: 5 },
  twelve: { ...AS_RECORDED, classes: 12 },
};

/**
 * Fills a workspace with what tf_slim trained, `lenet/model.ckpt-200`, and a script for each of {@link LENETS}. When it
 * has trained, `NAME.json` has what the last layer gets and gives of the 16 recorded images.
 */
export async function fillWithLenets(workspace: string): Promise<void> {
  const checkpoint = path.join(workspace, 'lenet');
  await mkdir(checkpoint, { recursive: true });
  for (const file of ['model.ckpt-200.index', 'model.ckpt-200.data-00000-of-00001']) {
    await cp(fixturePath('slim-lenet', 'lenet-momentum', file), path.join(checkpoint, file));
  }
  await cp(fixturePath('slim-lenet', 'data'), path.join(workspace, 'data'), { recursive: true });
  for (const [name, lenet] of Object.entries(LENETS)) {
    await writeFile(path.join(workspace, `${name}.ts`), scriptOf(name, lenet));
  }
}

function scriptOf(name: string, { top, layers, classes, learningRate, steps }: Lenet): string {
  const [conv1, conv2, fc3, fc4] = layers;
  return `import { writeFile } from 'node:fs/promises';
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';

const read = (file: string): Promise<Uint8Array> => slim.data.readBytes(new URL(\`data/\${file}.u8\`, import.meta.url));
const imagesOf = async (file: string, count: number): Promise<tf.Tensor4D> => {
  const pixels = (await read(file)).subarray(0, 64 * count);
  return tf.tensor4d(Float32Array.from(pixels, value => value / 16 - 0.5), [count, 8, 8, 1]);
};

function lenet(images: tf.Tensor4D): { features: tf.Tensor2D; logits: tf.Tensor2D } {
  const layers = (): { features: tf.Tensor2D; logits: tf.Tensor2D } => {
    let net = slim.conv2d(images, 32, [5, 5], { scope: '${conv1}' });
    net = slim.maxPool2d(net, [2, 2]);
    net = slim.conv2d(net, 64, [5, 5], { scope: '${conv2}' });
    net = slim.maxPool2d(net, [2, 2]);
    const features = slim.fullyConnected(slim.flatten(net), 128, { scope: '${fc3}' });
    return { features, logits: slim.fullyConnected(features, ${classes}, { activationFn: null, scope: '${fc4}' }) };
  };
  return slim.variableScope('${top}', '${top}', layers, { reuse: 'auto' });
}

const labels = (await read('train-labels')).subarray(0, 512).map(label => label % ${classes});
const digits = { images: await imagesOf('train-images', 512), labels: tf.tensor1d(labels, 'int32') };
const loss = await slim.defineLoss(slim.data.arrays(digits, { batchSize: 32 }), batch => {
  slim.losses.sparseSoftmaxCrossEntropy(lenet(batch.images).logits, batch.labels);
  return slim.losses.getTotalLoss();
});
const optimizer = new slim.train.MomentumOptimizer(${learningRate}, 0.9);
const trainOp = await slim.learning.createTrainOp(loss, optimizer);
await slim.learning.train(trainOp, 'logs/${name}', { numberOfSteps: ${steps}, saveSummariesSecs: 1e-6 });
const { features, logits } = lenet(await imagesOf('test-images', 16));
const told = JSON.stringify({ features: await features.array(), logits: await logits.array() });
await writeFile(new URL('${name}.json', import.meta.url), told);
`;
}
