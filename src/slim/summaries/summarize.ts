import * as tf from '@tensorflow/tfjs';
import { compilePythonRegex } from '../../restore/python-regex.ts';
import { getCollection, tensorName } from '../scope/collection-access.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { currentPass } from '../scope/running-pass.ts';
import { isTensor } from '../scope/tensor-kind.ts';
import { SlimVariable } from '../scope/slim-variable.ts';
import { addHistogramSummary, addScalarSummary } from './add-summary.ts';

/**
 * Summaries of tensors and variables, whole collections of them, by their names: inside the function given to `defineLoss` or
 * `defineMetrics`, in passes that are summarized.
 *
 * Source: tf_slim/layers/summaries.py.
 */
export type Summarizer = (tensor: tf.Tensor | SlimVariable) => void;

export interface SummarizeCollectionOptions {
  /** A regular expression of Python's dialect, matched from the start of each name. Default: all, also without a name. */
  readonly nameFilter?: string;
  /** What summarizes each of them. */
  readonly summarizer?: Summarizer;
}

/**
 * A scalar as a scalar, all else as a histogram; nothing of booleans.
 *
 * @param tag Default: `NAME_summary`.
 * @throws Error when there is neither a tag nor a name.
 */
export function summarizeTensor(tensor: tf.Tensor | SlimVariable, tag?: string): void {
  // A clone is what the variable is now: it takes on its new value before summaries are read.
  const values = tensor instanceof SlimVariable ? tensor.value.clone() : tensor;
  if (values.dtype === 'bool') return;
  const add = values.rank === 0 ? addScalarSummary : addHistogramSummary;
  add(values, tag ?? `${nameToSummarize(tensor)}_summary`);
}

/**
 * A layer's output: a histogram, `NAME/activation`; and of a layer whose activation function is `tf.relu`, `tf.relu6` or
 * `tf.softplus`, how much of what it was applied to is below 0, `NAME/zeros`, and for `tf.relu6` above 6, `NAME/sixes`. The name
 * is the layer's scope.
 *
 * @throws Error when it has no name: a layer gives one with `outputsCollections`.
 */
export function summarizeActivation(tensor: tf.Tensor | SlimVariable): void {
  const name = nameToSummarize(tensor);
  const activation = tensor instanceof SlimVariable ? undefined : currentPass()?.activations.get(tensor);
  if (activation !== undefined && currentPass()?.summaries !== null) {
    const { activationFn, inputs } = activation;
    const functions: readonly unknown[] = [tf.relu, tf.relu6, tf.softplus];
    // By the inputs, as in TF-Slim: it spares comparing rounded outputs.
    if (functions.includes(activationFn)) addScalarSummary(fraction(inputs.less(0)), `${name}/zeros`);
    if (activationFn === tf.relu6) addScalarSummary(fraction(inputs.greater(6)), `${name}/sixes`);
  }
  addHistogramSummary(tensor instanceof SlimVariable ? tensor.value.clone() : tensor, `${name}/activation`);
}

/** @param summarizer Default: {@link summarizeTensor}. */
export function summarizeTensors(
  tensors: readonly (tf.Tensor | SlimVariable)[],
  summarizer: Summarizer = summarizeTensor,
): void {
  for (const tensor of tensors) summarizer(tensor);
}

/** The tensors and variables in a collection; by default with {@link summarizeTensor}. */
export function summarizeCollection(collection: string, options: SummarizeCollectionOptions = {}): void {
  const { nameFilter, summarizer } = options;
  const pattern = nameFilter === undefined ? null : compilePythonRegex(nameFilter);
  const tensors = getCollection(collection).filter(item => isTensor(item) || item instanceof SlimVariable);
  const chosen = tensors.filter(item => pattern === null || pattern.match(nameOf(item) ?? ''));
  summarizeTensors(chosen, summarizer);
}

/** All variables of the graph. The training loop summarizes them by itself, under their names without `_summary`. */
export function summarizeVariables(options: SummarizeCollectionOptions = {}): void {
  summarizeCollection(GraphKeys.GLOBAL_VARIABLES, options);
}

/** The collection `GraphKeys.WEIGHTS`: what layers' `variablesCollections` put into it. */
export function summarizeWeights(options: SummarizeCollectionOptions = {}): void {
  summarizeCollection(GraphKeys.WEIGHTS, options);
}

/** The collection `GraphKeys.BIASES`: what layers' `variablesCollections` put into it. */
export function summarizeBiases(options: SummarizeCollectionOptions = {}): void {
  summarizeCollection(GraphKeys.BIASES, options);
}

/**
 * The collection `GraphKeys.ACTIVATIONS`: what layers' `outputsCollections` put into it; by default with
 * {@link summarizeActivation}.
 */
export function summarizeActivations(options: SummarizeCollectionOptions = {}): void {
  summarizeCollection(GraphKeys.ACTIVATIONS, { summarizer: summarizeActivation, ...options });
}

function fraction(condition: tf.Tensor): tf.Tensor {
  return condition.toFloat().mean();
}

function nameOf(tensor: tf.Tensor | SlimVariable): string | undefined {
  return tensor instanceof SlimVariable ? tensor.name : tensorName(tensor);
}

function nameToSummarize(tensor: tf.Tensor | SlimVariable): string {
  const name = nameOf(tensor);
  if (name === undefined) throw new Error('A tensor without a name needs a tag for its summary.');
  return name;
}
