/** The small models that slim-semantics/train.json describes, its recorded batches, and the replay of recorded steps. */

import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { Source } from '../../src/slim/data/source.ts';
import { getDefaultGraph } from '../../src/slim/graph.ts';
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
import type { Initializer } from '../../src/slim/variables/slim-variable.ts';
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
    /** F outputs of the convolution, K classes. */
    readonly sizes: Readonly<Record<'F' | 'K', number>>;
    readonly initial: FixtureTensors;
    readonly batches_x: FixtureTensor;
    readonly batches_y: FixtureTensor;
    readonly batches_ids: FixtureTensor;
  };
};

export interface RecordedBatch extends tf.NamedTensorMap {
  readonly x: tf.Tensor4D;
  readonly y: tf.Tensor1D;
  readonly ids: tf.Tensor1D;
}

/** The recorded batches, one after the other. */
export class RecordedBatches implements Source<RecordedBatch> {
  readonly batchesPerEpoch = model.batches_x.shape[0] ?? 0;
  private index = 0;

  peek(): Promise<RecordedBatch> {
    return Promise.resolve({
      x: slice(model.batches_x, this.index, 'float32') as tf.Tensor4D,
      y: slice(model.batches_y, this.index, 'int32') as tf.Tensor1D,
      ids: slice(model.batches_ids, this.index, 'int32') as tf.Tensor1D,
    });
  }

  async next(): Promise<RecordedBatch> {
    const batch = await this.peek();
    this.index++;
    return batch;
  }

  position(): { index: number } {
    return { index: this.index };
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

/** conv0 -> flatten -> fc8, the total loss with L2 penalties. `normalized`: batch norm's options, for conv0 with batch norm. */
export function convolutionalLoss({ x, y }: RecordedBatch, normalized?: BatchNormOptions): tf.Scalar {
  const weightsRegularizer = l2Regularizer(0.01);
  const paramInitializers = {
    beta: initial('conv0/BatchNorm/beta'),
    gamma: initial('conv0/BatchNorm/gamma'),
  };
  const net = conv2d(x, model.sizes.F, [3, 3], {
    weightsInitializer: initial('conv0/weights'),
    biasesInitializer: initial('conv0/biases'),
    weightsRegularizer,
    scope: 'conv0',
    ...(normalized === undefined
      ? {}
      : { normalizerFn: batchNorm, normalizerParams: { ...normalized, paramInitializers } }),
  });
  const logits = fullyConnected(flatten(net), model.sizes.K, {
    weightsInitializer: initial('fc8/weights'),
    biasesInitializer: initial('fc8/biases'),
    activationFn: null,
    weightsRegularizer,
    scope: 'fc8',
  });
  sparseSoftmaxCrossEntropy(logits, y);
  return getTotalLoss();
}

/** embed/table -> fc9, the cross entropy: gradients of the table are sparse. */
export function embeddingLoss({ ids, y }: RecordedBatch): tf.Scalar {
  const { shape } = recordedInitial('embed/table');
  const table = modelVariable('embed/table', { shape, initializer: initial('embed/table') });
  const size = (shape[1] ?? 0) * model.sizes.K;
  const weights = tf.tidy(() => tf.linspace(-0.5, 0.5, size).dataSync());
  const logits = fullyConnected(embeddingLookup(table, ids), model.sizes.K, {
    weightsInitializer: constantInitializer(weights),
    activationFn: null,
    scope: 'fc9',
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
