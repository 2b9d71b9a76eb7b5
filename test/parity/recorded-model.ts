/** The small model that slim-semantics/train.json describes, its recorded batches, and its variables' values. */

import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { Source } from '../../src/slim/data/source.ts';
import { getDefaultGraph } from '../../src/slim/graph.ts';
import { constantInitializer } from '../../src/slim/initializers/constant.ts';
import type { Initializer } from '../../src/slim/variables/slim-variable.ts';
import { readFixtureJson } from '../fixture-files.ts';
import { expectClose, flatNumbers, type FixtureNumbers } from './tolerance.ts';

export interface FixtureTensor {
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

/** The recorded initial value of a variable. */
export function initial(name: string): Initializer {
  const tensor = model.initial[name];
  if (tensor === undefined) throw new Error(`The fixture has no initial value of ${name}.`);
  return constantInitializer(flatNumbers(tensor.data));
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
