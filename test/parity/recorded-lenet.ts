/** LeNet as tf_slim trained it, on the recorded batches: slim-lenet's oracle. */

import * as tf from '@tensorflow/tfjs';
import type { Source } from '../../src/slim/data/source.ts';
import * as slim from '../../src/slim/index.ts';
import { uniformValues } from '../../src/slim/random/random-values.ts';
import {
  inputOf,
  labelsOf,
  layersOf,
  lenetCheckpoint,
  lenetVariants,
  LOGIT_ROWS,
  pixelsOf,
  type LenetVariant,
} from '../lenet-oracle.ts';
import { tolerance, type Tolerance } from './tolerance.ts';

export type Replayed = LenetVariant & Required<Pick<LenetVariant, 'replay'>>;

/** Those of which every step was recorded. */
export const replayed = Object.entries(lenetVariants).filter(
  (entry): entry is [string, Replayed] => entry[1].replay !== undefined,
);

interface DigitBatch extends tf.NamedTensorMap {
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor1D;
}

/**
 * As a part of its value, as much as a tilted pixel may be off: a few of float32's roundings, which is what one order of
 * adding up a convolution differs by from another.
 */
const TILT = 2 ** -21;

/** "batch at global_step g uses rows (g*B + [0..B-1]) mod N": N is {@link inputOf}'s. */
export class RecordedDigits implements Source<DigitBatch> {
  readonly batchesPerEpoch = null;
  /** The step of the next batch. */
  step: number;
  /** Other than 0: each pixel is off by rounding, each number in another way. */
  tilt = 0;
  readonly #variant: LenetVariant;

  constructor(variant: LenetVariant, step: number) {
    this.#variant = variant;
    this.step = step;
  }

  peek(): Promise<DigitBatch> {
    const { batch: size } = this.#variant.config;
    const { rows: all } = inputOf(this.#variant);
    const rows = Array.from({ length: size }, (_, row) => (this.step * size + row) % all);
    const images = imagesOf(this.#variant, 'train', rows);
    return Promise.resolve({
      images: this.tilt === 0 ? images : images.mul(this.#factorsOf(images)),
      labels: tf.tensor1d(labelsOf('train', rows), 'int32'),
    });
  }

  async next(): Promise<DigitBatch> {
    const batch = await this.peek();
    this.step++;
    return batch;
  }

  #factorsOf({ shape, size }: tf.Tensor4D): tf.Tensor4D {
    const factors = uniformValues(size, 1000 * this.tilt + this.step, -TILT, TILT);
    return tf.tensor4d(
      factors.map(each => 1 + each),
      shape,
    );
  }

  position(): { step: number } {
    return { step: this.step };
  }

  seek(): Promise<void> {
    return Promise.reject(new Error('Recorded digits are taken in their order.'));
  }
}

export function imagesOf(variant: LenetVariant, set: 'train' | 'test', rows = LOGIT_ROWS): tf.Tensor4D {
  return tf.tensor4d(pixelsOf(variant, set, rows), [rows.length, ...inputOf(variant).shape]);
}

export interface LenetNames {
  readonly top: string;
  /** Of each of {@link layersOf}. */
  readonly layers: readonly string[];
}

export function namesOf(variant: LenetVariant): LenetNames {
  return { top: variant.config.scope, layers: layersOf(variant).map(({ name }) => name) };
}

/**
 * Convolutions, each with its pooling, then dense layers: of the recorded sizes, under these names, with so many classes.
 * `features` is what the last layer gets.
 */
export function lenet(
  images: tf.Tensor4D,
  variant: LenetVariant,
  { top, layers: names }: LenetNames = namesOf(variant),
  classes = classesOf(variant),
): { features: tf.Tensor2D; logits: tf.Tensor2D } {
  const { config } = variant;
  const normalizer = config.batch_norm
    ? {
        normalizerFn: slim.batchNorm,
        normalizerParams: { decay: config.bn_decay ?? 0.999, scale: config.bn_scale ?? false },
      }
    : {};
  const layers = layersOf(variant).map((layer, index) => ({ ...layer, scope: names[index] ?? layer.name }));
  const weightsRegularizer = slim.l2Regularizer(config.l2);
  const build = (): { features: tf.Tensor2D; logits: tf.Tensor2D } => {
    let net = images;
    for (const { scope, weights } of layers.filter(({ weights }) => weights.length === 4)) {
      const [height = 0, width = 0, , outputs = 0] = weights;
      net = slim.maxPool2d(slim.conv2d(net, outputs, [height, width], { scope, ...normalizer }), [2, 2]);
    }
    let features = slim.flatten(net);
    const dense = layers.filter(({ weights }) => weights.length === 2);
    for (const { scope, weights } of dense.slice(0, -1)) {
      features = slim.fullyConnected(features, weights[1] ?? 0, { scope });
    }
    const scope = dense.at(-1)?.scope ?? '';
    return { features, logits: slim.fullyConnected(features, classes, { activationFn: null, scope }) };
  };
  return slim.variableScope(
    top,
    top,
    () => slim.argScope([slim.conv2d, slim.fullyConnected], { weightsRegularizer }, build),
    { reuse: 'auto' },
  );
}

export function classesOf(variant: LenetVariant): number {
  return layersOf(variant).at(-1)?.weights.at(-1) ?? 0;
}

/** The train op, with every variable as the recorded steps begin, and the data that it takes. */
export async function trainOpAtStart(
  variant: Replayed,
): Promise<{ readonly trainOp: slim.learning.TrainOp; readonly data: RecordedDigits }> {
  const { config, replay } = variant;
  const [[firstStep] = [0]] = replay.losses;
  const data = new RecordedDigits(variant, firstStep);
  const loss = await slim.defineLoss(data, ({ images, labels }) => {
    const oneHot = tf.oneHot(labels, classesOf(variant)).toFloat();
    slim.losses.softmaxCrossEntropy(lenet(images, variant).logits, oneHot);
    return slim.losses.getTotalLoss();
  });
  const optimizer =
    config.optimizer === 'adam'
      ? new slim.train.AdamOptimizer(config.learning_rate)
      : new slim.train.MomentumOptimizer(config.learning_rate, config.momentum ?? 0);
  const trainOp = await slim.learning.createTrainOp(loss, optimizer);
  await new slim.train.Saver().restore(lenetCheckpoint(replay.from));
  return { trainOp: trainOp as unknown as slim.learning.TrainOp, data };
}

/** For all of the recorded steps: a step's rounding is the next one's input, so as much again for each 20 of them. */
export function toTheEnd({ replay }: Replayed): Tolerance {
  const { relative, absolute } = tolerance();
  const times = Math.max(1, replay.losses.length / 20);
  return { relative: times * relative, absolute: 10 * times * absolute };
}
