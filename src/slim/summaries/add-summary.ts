import type * as tf from '@tensorflow/tfjs';
import { histogramOf } from '../../formats/histogram.ts';
import { tensorName } from '../scope/collection-access.ts';
import { log } from '../log.ts';
import { currentPass } from '../scope/running-pass.ts';
import { encodePng } from './encode-png.ts';
import { PulledHistogram } from './pulled-histogram.ts';
import { areFinite } from './step-event.ts';
import type { SummaryMaker, SummaryRequest } from '../scope/summary-request.ts';

/**
 * Summaries asked for inside a model. A pass that is summarized computes them, all others skip them.
 *
 * Source: tf_slim/summaries.py. Tags are made as there: `PREFIX/NAME`, characters that TensorBoard does not take as `_`.
 */
export interface SummaryNameOptions {
  /** In front of the name, with a `/` between. */
  readonly prefix?: string;
}

export interface PrintedSummaryOptions extends SummaryNameOptions {
  /** Say the value on the console as well. Default: false. */
  readonly printSummary?: boolean;
}

/** @param tensor a scalar. @param name Default: the tensor's, if it has one. */
export function addScalarSummary(
  tensor: tf.Tensor,
  name?: string,
  options: PrintedSummaryOptions = {},
): void {
  withTag(tensor, name, options, tag => [
    {
      tensor,
      make: ([simpleValue = NaN]) => {
        if (options.printSummary === true) log(`${tag}: ${simpleValue}`);
        return [{ tag, simpleValue }];
      },
    },
  ]);
}

/** @throws RangeError when a value is NaN or infinite. */
export function addHistogramSummary(
  tensor: tf.Tensor,
  name?: string,
  options: SummaryNameOptions = {},
): void {
  withTag(tensor, name, options, tag => {
    const make: SummaryMaker = values => [
      { tag, histogram: areFinite(values) ? new PulledHistogram(values) : histogramOf(values) },
    ];
    return [{ tensor, make }];
  });
}

/** The fraction of zeros, under `NAME/Fraction_of_Zero_Values`: how sparse activations are. */
export function addZeroFractionSummary(
  tensor: tf.Tensor,
  name?: string,
  options: PrintedSummaryOptions = {},
): void {
  withTag(tensor, name, options, base => {
    const tag = `${base}/Fraction_of_Zero_Values`;
    const make: SummaryMaker = values => {
      const simpleValue = values.filter(value => value === 0).length / values.length;
      if (options.printSummary === true) log(`${tag}: ${simpleValue}`);
      return [{ tag, simpleValue }];
    };
    return [{ tensor, make }];
  });
}

/**
 * The first three images of a batch, `NAME/image/0` and so on.
 *
 * @param tensor [batch, height, width, channels] with 1, 3 or 4 channels. float32 is scaled as TensorFlow does: to its
 * largest value when none is negative, else with 0 as the middle grey. int32 is taken as it is, 0 to 255.
 */
export function addImageSummary(tensor: tf.Tensor4D, name?: string, options: SummaryNameOptions = {}): void {
  withTag(tensor, name, options, tag => {
    const [batch, height, width, channels] = tensor.shape;
    if (channels !== 1 && channels !== 3 && channels !== 4) {
      throw new RangeError(`An image summary takes 1, 3 or 4 channels, not ${channels}: ${tag}.`);
    }
    const count = Math.min(batch, 3);
    return Array.from({ length: count }, (_, index): SummaryRequest => {
      const make: SummaryMaker = values => {
        const encoded = encodePng(width, height, channels, pixelsOf(values));
        return [
          {
            tag: `${tag}/image${count === 1 ? '' : `/${index}`}`,
            image: { height, width, colorspace: channels, encoded },
          },
        ];
      };
      return { tensor: tensor.slice([index, 0, 0, 0], [1, height, width, channels]), make };
    });
  });
}

export function addScalarSummaries(tensors: readonly tf.Tensor[], options: PrintedSummaryOptions = {}): void {
  for (const tensor of tensors) addScalarSummary(tensor, undefined, options);
}

export function addHistogramSummaries(tensors: readonly tf.Tensor[], options: SummaryNameOptions = {}): void {
  for (const tensor of tensors) addHistogramSummary(tensor, undefined, options);
}

export function addImageSummaries(tensors: readonly tf.Tensor4D[], options: SummaryNameOptions = {}): void {
  for (const tensor of tensors) addImageSummary(tensor, undefined, options);
}

export function addZeroFractionSummaries(
  tensors: readonly tf.Tensor[],
  options: PrintedSummaryOptions = {},
): void {
  for (const tensor of tensors) addZeroFractionSummary(tensor, undefined, options);
}

function withTag(
  tensor: tf.Tensor,
  name: string | undefined,
  { prefix }: SummaryNameOptions,
  make: (tag: string) => SummaryRequest[],
): void {
  const pass = currentPass();
  if (pass === null) {
    throw new Error('Summaries are asked for inside the function given to defineLoss or defineMetrics.');
  }
  const base = name ?? tensorName(tensor);
  if (base === undefined) throw new Error('A tensor without a name needs one for its summary.');
  const tag = (prefix === undefined ? base : `${prefix}/${base}`)
    .replace(/[^-/\w.]/g, '_')
    .replace(/^\/+/, '');
  if (pass.summaries !== null) pass.summaries.push(...make(tag));
}

/** Bytes of an image, [1, height, width, channels]: `NormalizeFloatImage` of tensorflow/core/kernels/image/summary_image_op. */
function pixelsOf(image: Float32Array | Int32Array | Uint8Array): Uint8Array {
  if (!(image instanceof Float32Array)) return Uint8Array.from(image);
  const values = Float64Array.from(image);
  const finite = values.filter(Number.isFinite);
  const max = finite.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const min = finite.reduce((smallest, value) => Math.min(smallest, value), Infinity);
  const isNegative = min < 0;
  const largest = Math.max(Math.abs(min), Math.abs(max));
  const scale = largest < 1e-6 ? 0 : (isNegative ? 127 : 255) / largest;
  const offset = isNegative ? 128 : 0;
  return Uint8Array.from(values, value => (Number.isFinite(value) ? value * scale + offset : 255));
}
