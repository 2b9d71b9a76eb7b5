/** LeNet as tf_slim trained it, on the recorded batches: slim-lenet's oracle. */

import * as tf from '@tensorflow/tfjs';
import type { Source } from '../../src/slim/data/source.ts';
import * as slim from '../../src/slim/index.ts';
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

/** "batch at global_step g uses rows (g*B + [0..B-1]) mod N": N is {@link inputOf}'s. */
class RecordedDigits implements Source<DigitBatch> {
  readonly batchesPerEpoch = null;
  private readonly variant: LenetVariant;
  private step: number;

  constructor(variant: LenetVariant, step: number) {
    this.variant = variant;
    this.step = step;
  }

  peek(): Promise<DigitBatch> {
    const { batch: size } = this.variant.config;
    const { rows: all } = inputOf(this.variant);
    const rows = Array.from({ length: size }, (_, row) => (this.step * size + row) % all);
    return Promise.resolve({
      images: imagesOf(this.variant, 'train', rows),
      labels: tf.tensor1d(labelsOf('train', rows), 'int32'),
    });
  }

  async next(): Promise<DigitBatch> {
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

/** The train op, with every variable as the recorded steps begin. */
export async function trainOpAtStart(variant: Replayed): Promise<slim.learning.TrainOp> {
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
  return trainOp as unknown as slim.learning.TrainOp;
}

/** For all of the recorded steps: a step's rounding is the next one's input, so as much again for each 20 of them. */
export function toTheEnd({ replay }: Replayed): Tolerance {
  const { relative, absolute } = tolerance();
  const times = Math.max(1, replay.losses.length / 20);
  return { relative: times * relative, absolute: 10 * times * absolute };
}

/**
 * Whether training becomes another one than the recorded on its way, with the native backend's batch norm. In step 25 two
 * neighbours under `pool1`, in channel 13, differ by no more than rounding, and the gradient goes to the other one than in
 * the recording: the sums over the channel, which are the gradients of gamma and beta, stay as they are to 1e-7, and the
 * gradient of the weights there jumps by 6e-3.
 */
export function meetsTie({ config }: Replayed): boolean {
  return config.batch_norm && tf.getBackend() === 'tensorflow';
}

/** For losses after that. */
export const AFTER_TIE: Tolerance = { relative: 0.02, absolute: 0 };
