/** LeNet as tf_slim trained it, on the recorded batches: slim-lenet's oracle. */

import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import type { Source } from '../../src/slim/data/source.ts';
import * as slim from '../../src/slim/index.ts';
import { fixturePath, readFixtureJson } from '../fixture-files.ts';
import { tolerance, type Tolerance } from './tolerance.ts';

/** What the oracle says of one training. */
export interface Variant {
  readonly config: {
    readonly batch_norm: boolean;
    readonly optimizer: 'momentum' | 'adam';
    readonly learning_rate: number;
    readonly momentum: number | null;
    readonly batch: number;
    readonly l2: number;
    readonly bn_decay: number | null;
    readonly bn_scale: boolean | null;
    readonly scope: string;
  };
  readonly latest_checkpoint: string;
  readonly replay?: {
    readonly from: string;
    readonly losses: readonly (readonly [step: number, loss: number, lossBefore: number])[];
  };
  readonly checkpoints: Readonly<
    Record<string, { readonly inference_logits_16: readonly (readonly number[])[] }>
  >;
}

const { variants } = readFixtureJson('slim-lenet', 'oracle.json') as {
  readonly variants: Readonly<Record<string, Variant>>;
};

export type Replayed = Variant & Required<Pick<Variant, 'replay'>>;
/** Those of which every step was recorded. */
export const replayed = Object.entries(variants).filter(
  (entry): entry is [string, Replayed] => entry[1].replay !== undefined,
);

/** "batch at global_step g uses rows (g*B + [0..B-1]) mod 512". */
class RecordedDigits implements Source<{ images: tf.Tensor4D; labels: tf.Tensor1D }> {
  readonly batchesPerEpoch = null;
  private readonly images = readFileSync(fixturePath('slim-lenet', 'data', 'train-images.u8'));
  private readonly labels = readFileSync(fixturePath('slim-lenet', 'data', 'train-labels.u8'));
  private readonly size: number;
  private step: number;

  constructor(size: number, step: number) {
    this.size = size;
    this.step = step;
  }

  peek(): Promise<{ images: tf.Tensor4D; labels: tf.Tensor1D }> {
    const rows = Array.from({ length: this.size }, (_, row) => (this.step * this.size + row) % 512);
    const pixels = rows.flatMap(row => [...this.images.subarray(row * 64, row * 64 + 64)]);
    return Promise.resolve({
      images: imagesOf(pixels),
      labels: tf.tensor1d(
        rows.map(row => this.labels[row] ?? 0),
        'int32',
      ),
    });
  }

  async next(): Promise<{ images: tf.Tensor4D; labels: tf.Tensor1D }> {
    const batch = await this.peek();
    this.step++;
    return batch;
  }

  position(): { step: number } {
    return { step: this.step };
  }

  seek(): Promise<void> {
    return Promise.reject(new Error('Recorded digits are taken in their order.'));
  }
}

function imagesOf(pixels: readonly number[]): tf.Tensor4D {
  return tf.tensor4d(
    Float32Array.from(pixels, value => value / 16 - 0.5),
    [pixels.length / 64, 8, 8, 1],
  );
}

function lenet(images: tf.Tensor4D, { config }: Variant): tf.Tensor2D {
  const normalizer = config.batch_norm
    ? {
        normalizerFn: slim.batchNorm,
        normalizerParams: { decay: config.bn_decay ?? 0.999, scale: config.bn_scale ?? false },
      }
    : {};
  const weightsRegularizer = slim.l2Regularizer(config.l2);
  return slim.variableScope(config.scope, config.scope, () =>
    slim.argScope([slim.conv2d, slim.fullyConnected], { weightsRegularizer }, () => {
      let net = slim.conv2d(images, 32, [5, 5], { scope: 'conv1', ...normalizer });
      net = slim.maxPool2d(net, [2, 2], { scope: 'pool1' });
      net = slim.conv2d(net, 64, [5, 5], { scope: 'conv2', ...normalizer });
      net = slim.maxPool2d(net, [2, 2], { scope: 'pool2' });
      const flat = slim.fullyConnected(slim.flatten(net), 128, { scope: 'fc3' });
      return slim.fullyConnected(flat, 10, { activationFn: null, scope: 'fc4' });
    }),
  );
}

/** The train op, with every variable as the recorded steps begin. */
export async function trainOpAtStart(variant: Replayed): Promise<slim.learning.TrainOp> {
  const { config, replay } = variant;
  const [[firstStep] = [0]] = replay.losses;
  const data = new RecordedDigits(config.batch, firstStep);
  const loss = await slim.defineLoss(data, ({ images, labels }) => {
    slim.losses.softmaxCrossEntropy(lenet(images, variant), tf.oneHot(labels, 10).toFloat());
    return slim.losses.getTotalLoss();
  });
  const optimizer =
    config.optimizer === 'adam'
      ? new slim.train.AdamOptimizer(config.learning_rate)
      : new slim.train.MomentumOptimizer(config.learning_rate, config.momentum ?? 0);
  const trainOp = await slim.learning.createTrainOp(loss, optimizer);
  await new slim.train.Saver().restore(fixturePath('slim-lenet', ...replay.from.split('/')));
  return trainOp as unknown as slim.learning.TrainOp;
}

/** For all of the 60 and 39 steps: a step's rounding is the next one's input, so as much again for each 20 of them. */
export function toTheEnd(): Tolerance {
  const { relative, absolute } = tolerance();
  return { relative: 3 * relative, absolute: 30 * absolute };
}
