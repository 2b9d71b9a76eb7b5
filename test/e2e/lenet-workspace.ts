import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dataFile, indexFile } from '../../src/formats/bundle-file-names.ts';
import { fixturePath } from '../fixture-files.ts';
import { inputOf, layersOf, lenetVariant, LOGIT_ROWS, newestOf } from '../lenet-oracle.ts';

const variant = lenetVariant('lenet-momentum');
const layers = layersOf(variant);
const input = inputOf(variant);

/** What tf_slim trained. */
export const RECORDED = {
  ...newestOf(variant),
  scope: variant.config.scope,
  layers: layers.map(({ name }) => name),
  classes: layers.at(-1)?.weights.at(-1) ?? NaN,
};

interface Lenet {
  readonly top: string;
  readonly layers: readonly string[];
  readonly classes: number;
  readonly learningRate: number;
  readonly steps: number;
}

const AS_RECORDED: Lenet = {
  top: RECORDED.scope,
  layers: RECORDED.layers,
  classes: RECORDED.classes,
  learningRate: 0,
  steps: 1,
};

/** Where `renamed` has what was recorded: in another scope, and each layer by another name. */
export const RENAMED = {
  top: 'digits/net',
  rules: [
    ['conv', 'c'],
    ['fc', 'dense'],
  ],
} as const;

/** Scripts that train a LeNet of their own. But for `digits` they take one step that changes nothing. */
const LENETS: Readonly<Record<string, Lenet>> = {
  digits: { ...AS_RECORDED, learningRate: 0.02, steps: 120 },
  same: AS_RECORDED,
  renamed: {
    ...AS_RECORDED,
    top: RENAMED.top,
    layers: RECORDED.layers.map(name =>
      RENAMED.rules.reduce((renamed, [from, to]) => renamed.replace(from, to), name),
    ),
  },
  fewer: { ...AS_RECORDED, classes: Math.floor(RECORDED.classes / 2) },
  more: { ...AS_RECORDED, classes: RECORDED.classes + 2 },
};

/**
 * Fills a workspace with what tf_slim trained, in the folder `lenet`, and a script for each of {@link LENETS}. When it
 * has trained, `NAME.json` has what the last layer gets and gives of the images whose logits are recorded.
 */
export async function fillWithLenets(workspace: string): Promise<void> {
  const checkpoint = path.join(workspace, 'lenet');
  await mkdir(checkpoint, { recursive: true });
  for (const file of [indexFile(RECORDED.path), dataFile(RECORDED.path, 0, 1)]) {
    await cp(file, path.join(checkpoint, path.basename(file)));
  }
  await cp(fixturePath('slim-lenet', 'data'), path.join(workspace, 'data'), { recursive: true });
  for (const [name, lenet] of Object.entries(LENETS)) {
    await writeFile(path.join(workspace, `${name}.ts`), scriptOf(name, lenet));
  }
}

function scriptOf(name: string, { top, layers: names, classes, learningRate, steps }: Lenet): string {
  const [conv1, conv2, fc3, fc4] = names;
  const { shape, divisor, offset, rows } = input;
  /** A layer's channels out and what it looks at, as the recorded weights have them. */
  const conv = (index: number): string => {
    const weights = layers[index]?.weights ?? [];
    return `${weights.at(-1)}, [${weights.slice(0, 2).join(', ')}]`;
  };
  return `import { writeFile } from 'node:fs/promises';
import * as slim from 'slim-training';
import * as tf from '@tensorflow/tfjs';

const read = (file: string): Promise<Uint8Array> => slim.data.readBytes(new URL(\`data/\${file}.u8\`, import.meta.url));
const imagesOf = async (file: string, count: number): Promise<tf.Tensor4D> => {
  const pixels = (await read(file)).subarray(0, ${shape.join(' * ')} * count);
  return tf.tensor4d(Float32Array.from(pixels, value => value / ${divisor} - ${offset}), [count, ${shape.join(', ')}]);
};

function lenet(images: tf.Tensor4D): { features: tf.Tensor2D; logits: tf.Tensor2D } {
  const layers = (): { features: tf.Tensor2D; logits: tf.Tensor2D } => {
    let net = slim.conv2d(images, ${conv(0)}, { scope: '${conv1}' });
    net = slim.maxPool2d(net, [2, 2]);
    net = slim.conv2d(net, ${conv(1)}, { scope: '${conv2}' });
    net = slim.maxPool2d(net, [2, 2]);
    const features = slim.fullyConnected(slim.flatten(net), ${layers[2]?.weights.at(-1)}, { scope: '${fc3}' });
    return { features, logits: slim.fullyConnected(features, ${classes}, { activationFn: null, scope: '${fc4}' }) };
  };
  return slim.variableScope('${top}', '${top}', layers, { reuse: 'auto' });
}

const labels = (await read('train-labels')).subarray(0, ${rows}).map(label => label % ${classes});
const digits = { images: await imagesOf('train-images', ${rows}), labels: tf.tensor1d(labels, 'int32') };
const loss = await slim.defineLoss(slim.data.arrays(digits, { batchSize: ${variant.config.batch} }), batch => {
  slim.losses.sparseSoftmaxCrossEntropy(lenet(batch.images).logits, batch.labels);
  return slim.losses.getTotalLoss();
});
const optimizer = new slim.train.MomentumOptimizer(${learningRate}, 0.9);
const trainOp = await slim.learning.createTrainOp(loss, optimizer);
await slim.learning.train(trainOp, 'logs/${name}', { numberOfSteps: ${steps}, saveSummariesSecs: 1e-6 });
const { features, logits } = lenet(await imagesOf('test-images', ${LOGIT_ROWS.length}));
const told = JSON.stringify({ features: await features.array(), logits: await logits.array() });
await writeFile(new URL('${name}.json', import.meta.url), told);
`;
}
