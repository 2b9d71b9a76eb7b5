/** The small models that slim-semantics/train.json describes, its recorded batches, and the replay of recorded steps. */

import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { Source } from '../../src/slim/data/source.ts';
import { getDefaultGraph } from '../../src/slim/scope/graph.ts';
import { constantInitializer } from '../../src/slim/initializers/constant.ts';
import { batchNorm, type BatchNormOptions } from '../../src/slim/layers/batch-norm.ts';
import { conv2d } from '../../src/slim/layers/conv2d.ts';
import { embeddingLookup } from '../../src/slim/layers/embedding-lookup.ts';
import { flatten } from '../../src/slim/layers/flatten.ts';
import { fullyConnected } from '../../src/slim/layers/fully-connected.ts';
import type { TrainOp } from '../../src/slim/learning/train-op.ts';
import { getTotalLoss } from '../../src/slim/losses/collection.ts';
import { sparseSoftmaxCrossEntropy } from '../../src/slim/losses/sparse-softmax-cross-entropy.ts';
import { l2Regularizer } from '../../src/slim/regularizers/l2-regularizer.ts';
import { modelVariable } from '../../src/slim/variables/make-variable.ts';
import type { Initializer } from '../../src/slim/scope/slim-variable.ts';
import { readFixtureJson } from '../fixture-files.ts';
import { expectClose, flatNumbers, type FixtureNumbers } from './tolerance.ts';

interface FixtureTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly FixtureNumbers[];
}

export type FixtureTensors = Readonly<Record<string, FixtureTensor>>;

/** What a replay of recorded steps has to come to. */
export interface RecordedTraining {
  readonly losses: readonly FixtureNumbers[];
  readonly snapshots: Readonly<Record<string, FixtureTensors>>;
  readonly initial_of_the_rest: FixtureTensors;
  readonly final: FixtureTensors;
  readonly checkpoint_names: readonly (readonly [string, readonly number[]])[];
  readonly trainable_variables: readonly string[];
}

const { model } = readFixtureJson('slim-semantics', 'train.json') as {
  readonly model: {
    /** In words: `conv2d(x, F, [3,3], stride 1, SAME, ReLU, scope conv0, l2_regularizer(0.01)) -> flatten -> ...`. */
    readonly definition: string;
    /** `gather(embed/table [11,3], ids) -> fully_connected(K, no activation, scope fc9; weights = linspace(-.5,.5,3K)...`. */
    readonly sparse_model: string;
    /** F outputs of the convolution, K classes. */
    readonly sizes: Readonly<Record<'F' | 'K', number>>;
    readonly initial: FixtureTensors;
    readonly batches_x: FixtureTensor;
    readonly batches_y: FixtureTensor;
    readonly batches_ids: FixtureTensor;
  };
};

/** The first group of what the pattern finds. */
function wordIn(text: string, pattern: RegExp): string {
  const word = pattern.exec(text)?.[1];
  if (word === undefined)
    throw new Error(`${String(pattern)} is not in the definition of the recorded model: ${text}`);
  return word;
}

/** Scopes and settings of the two models' layers. */
const convolution = {
  scope: wordIn(model.definition, /conv2d\(.*?scope ([\w./-]+)/),
  kernel: wordIn(model.definition, /conv2d\(x, F, \[([\d, ]+)\]/)
    .split(',')
    .map(Number) as [number, number],
  stride: Number(wordIn(model.definition, /conv2d\(.*?stride (\d+)/)),
  penalty: Number(wordIn(model.definition, /conv2d\(.*?l2_regularizer\(([^)]+)\)/)),
};
export const dense = {
  scope: wordIn(model.definition, /fully_connected\(.*?scope ([\w./-]+)/),
  penalty: Number(wordIn(model.definition, /fully_connected\(.*?l2_regularizer\(([^)]+)\)/)),
};
const embedding = {
  table: wordIn(model.sparse_model, /gather\((\S+)/),
  scope: wordIn(model.sparse_model, /fully_connected\(.*?scope ([\w./-]+)/),
  from: Number(wordIn(model.sparse_model, /linspace\(([^,]+),/)),
  to: Number(wordIn(model.sparse_model, /linspace\([^,]+,([^,]+),/)),
};

export interface RecordedBatch extends tf.NamedTensorMap {
  readonly x: tf.Tensor4D;
  readonly y: tf.Tensor1D;
  readonly ids: tf.Tensor1D;
}

/** The recorded batches, one after the other. */
export class RecordedBatches implements Source<RecordedBatch> {
  readonly batchesPerEpoch = model.batches_x.shape[0] ?? 0;
  #index = 0;

  peek(): Promise<RecordedBatch> {
    return Promise.resolve({
      x: slice(model.batches_x, this.#index, 'float32') as tf.Tensor4D,
      y: slice(model.batches_y, this.#index, 'int32') as tf.Tensor1D,
      ids: slice(model.batches_ids, this.#index, 'int32') as tf.Tensor1D,
    });
  }

  async next(): Promise<RecordedBatch> {
    const batch = await this.peek();
    this.#index++;
    return batch;
  }

  position(): { index: number } {
    return { index: this.#index };
  }

  seek(): Promise<void> {
    return Promise.reject(new Error('Recorded batches are taken in their order.'));
  }
}

function slice({ shape, data }: FixtureTensor, index: number, dtype: 'float32' | 'int32'): tf.Tensor {
  const rest = shape.slice(1);
  const size = rest.reduce((product, length) => product * length, 1);
  return tf.tensor(flatNumbers(data.slice(index * size, (index + 1) * size)), rest, dtype);
}

function recordedInitial(name: string): FixtureTensor {
  const tensor = model.initial[name];
  if (tensor === undefined) throw new Error(`The fixture has no initial value of ${name}.`);
  return tensor;
}

function initial(name: string): Initializer {
  return constantInitializer(flatNumbers(recordedInitial(name).data));
}

/** Convolution -> flatten -> dense layer, the total loss with L2 penalties. `normalized`: batch norm's options, for a convolution with batch norm. */
export function convolutionalLoss({ x, y }: RecordedBatch, normalized?: BatchNormOptions): tf.Scalar {
  const { scope, kernel, stride, penalty } = convolution;
  const paramInitializers = {
    beta: initial(`${scope}/BatchNorm/beta`),
    gamma: initial(`${scope}/BatchNorm/gamma`),
  };
  const net = conv2d(x, model.sizes.F, kernel, {
    stride,
    weightsInitializer: initial(`${scope}/weights`),
    biasesInitializer: initial(`${scope}/biases`),
    weightsRegularizer: l2Regularizer(penalty),
    scope,
    ...(normalized === undefined
      ? {}
      : { normalizerFn: batchNorm, normalizerParams: { ...normalized, paramInitializers } }),
  });
  const logits = fullyConnected(flatten(net), model.sizes.K, {
    weightsInitializer: initial(`${dense.scope}/weights`),
    biasesInitializer: initial(`${dense.scope}/biases`),
    activationFn: null,
    weightsRegularizer: l2Regularizer(dense.penalty),
    scope: dense.scope,
  });
  sparseSoftmaxCrossEntropy(logits, y);
  return getTotalLoss();
}

/** Table of embeddings -> dense layer, the cross entropy: gradients of the table are sparse. */
export function embeddingLoss({ ids, y }: RecordedBatch): tf.Scalar {
  const { shape } = recordedInitial(embedding.table);
  const table = modelVariable(embedding.table, { shape, initializer: initial(embedding.table) });
  const size = (shape[1] ?? 0) * model.sizes.K;
  const weights = tf.tidy(() => tf.linspace(embedding.from, embedding.to, size).dataSync());
  const logits = fullyConnected(embeddingLookup(table, ids), model.sizes.K, {
    weightsInitializer: constantInitializer(weights),
    activationFn: null,
    scope: embedding.scope,
  });
  sparseSoftmaxCrossEntropy(logits, y);
  return getTotalLoss();
}

/** Makes the recorded steps. Variables' names and shapes, each loss and each recorded value have to be those recorded. */
export async function replaySteps(
  trainOp: TrainOp<RecordedBatch>,
  expected: RecordedTraining,
): Promise<void> {
  const { variables, collections } = trainOp.loss.graph;
  const shapes = [...variables.values()].map(({ name, shape }) => [name, shape] as const);
  expect(new Map(shapes)).toEqual(new Map(expected.checkpoint_names));
  expect(collections.get('trainable_variables').map(({ name }) => name)).toEqual(
    expected.trainable_variables,
  );
  checkVariables(expected.initial_of_the_rest);
  const losses: number[] = [];
  for (let step = 1; step <= expected.losses.length; step++) {
    losses.push(await trainOp.run());
    checkVariables(expected.snapshots[step] ?? {});
  }
  expectClose(losses, expected.losses);
}

/** Expects variables of the default graph to be those recorded: name, dtype, shape, values. */
export function checkVariables(expected: FixtureTensors): void {
  const { variables } = getDefaultGraph();
  for (const [name, { dtype, shape, data }] of Object.entries(expected)) {
    const variable = variables.get(name);
    expect(variable, name).toBeDefined();
    expect({ name, dtype: variable?.dtype, shape: variable?.shape }).toEqual({ name, dtype, shape });
    expectClose(variable?.value.dataSync() ?? [], data, undefined, name);
  }
}
