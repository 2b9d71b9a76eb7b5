/** `createTrainOp` and batch norm against TF-Slim's own steps: every case of slim-semantics/train.json. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { addToCollection, getCollection } from '../../src/slim/collection-access.ts';
import { defineLoss } from '../../src/slim/define-loss.ts';
import { Graph } from '../../src/slim/graph.ts';
import { GraphKeys } from '../../src/slim/graph-keys.ts';
import type { BatchNormOptions } from '../../src/slim/layers/batch-norm.ts';
import { createTrainOp, type CreateTrainOpOptions } from '../../src/slim/learning/create-train-op.ts';
import { clipGradientNormsFn } from '../../src/slim/learning/gradients.ts';
import { NonFiniteError } from '../../src/slim/learning/non-finite-error.ts';
import type { TrainOp } from '../../src/slim/learning/train-op.ts';
import { GradientDescentOptimizer } from '../../src/slim/optimizers/gradient-descent.ts';
import { MomentumOptimizer } from '../../src/slim/optimizers/momentum.ts';
import type { Optimizer } from '../../src/slim/optimizers/optimizer.ts';
import type { SummaryValue } from '../../src/formats/summary.ts';
import { getOrCreateGlobalStep } from '../../src/slim/variables/global-step.ts';
import { variable } from '../../src/slim/variables/make-variable.ts';
import { getUniqueVariable } from '../../src/slim/variables/select-variables.ts';
import { readFixtureJson } from '../fixture-files.ts';
import { RecordedBatches, checkVariables, convolutionalLoss, replaySteps } from './recorded-model.ts';
import type { RecordedBatch, RecordedTraining } from './recorded-model.ts';
import { chooseBackend } from './tolerance.ts';

interface Recorded extends RecordedTraining {
  readonly what: string;
  readonly update_ops_collection: readonly string[];
  readonly log: readonly string[];
  readonly summaries?: readonly string[];
  readonly error_at_step?: number;
  readonly error?: { readonly core_message: string };
}

const { check_numerics_inf_loss: infiniteLoss, ...recorded } = (
  readFixtureJson('slim-semantics', 'train.json') as { readonly train: Record<string, Recorded> }
).train;

/** What TF-Slim does and we refuse, on purpose: asserted below. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  // TF-Slim ignores a multiplier of no variable, so that a misspelt name trains as if there were none.
  multipliers_unknown_name: /No variable to multiply the gradient of: .+\. Trained are: conv0\/weights/,
};

interface Case {
  readonly batchNorm?: BatchNormOptions;
  readonly optimizer?: () => Optimizer;
  /** Asked for after the loss was defined. */
  readonly options?: () => CreateTrainOpOptions;
  /** What a value of batch 5 is replaced by. */
  readonly poison?: number;
}

const momentum = (): Optimizer => new MomentumOptimizer(0.05, 0.9);
const multipliers = { 'conv0/weights': 1.2, 'fc8/weights': 3.4 };

const cases: Readonly<Record<string, Case>> = {
  sgd: {},
  momentum: { optimizer: momentum },
  nesterov: { optimizer: () => new MomentumOptimizer(0.05, 0.9, { useNesterov: true }) },
  sgd_clip_4: { options: () => ({ clipGradientNorm: 4 }) },
  'sgd_clip_0.5': { options: () => ({ clipGradientNorm: 0.5 }) },
  'sgd_clip_0.05': { options: () => ({ clipGradientNorm: 0.05 }) },
  sgd_clip_negative: { options: () => ({ clipGradientNorm: -1 }) },
  training_clip_fn: { options: () => ({ transformGradsFn: clipGradientNormsFn(0.3) }) },
  multipliers_by_name: { options: () => ({ gradientMultipliers: multipliers }) },
  multipliers_by_variable: {
    options: () => ({
      gradientMultipliers: new Map([
        [getUniqueVariable('conv0/weights'), 1.2],
        [getUniqueVariable('fc8/weights'), 3.4],
      ]),
    }),
  },
  multipliers_then_clip: {
    options: () => ({ gradientMultipliers: multipliers, clipGradientNorm: 0.3 }),
  },
  multipliers_zero: {
    optimizer: momentum,
    options: () => ({ gradientMultipliers: { 'conv0/weights': 0 } }),
  },
  multipliers_unknown_name: { options: () => ({ gradientMultipliers: { 'no/such': 9 } }) },
  multipliers_tensor: { options: () => ({ gradientMultipliers: { 'fc8/weights': tf.scalar(2.5) } }) },
  variables_to_train: {
    options: () => ({
      variablesToTrain: [getUniqueVariable('fc8/weights'), getUniqueVariable('fc8/biases')],
    }),
  },
  global_step_none: {
    options: () => {
      getOrCreateGlobalStep();
      return { globalStep: null };
    },
  },
  summarize_gradients: { options: () => ({ summarizeGradients: true }) },
  bn_default: { batchNorm: {} },
  bn_update_ops_empty: { batchNorm: {}, options: () => ({ updateOps: [] }) },
  bn_update_ops_custom: { batchNorm: {}, options: () => ({ updateOps: [makeCounter()] }) },
  bn_update_ops_custom_plus_default: {
    batchNorm: {},
    options: () => ({ updateOps: [makeCounter(), ...getCollection(GraphKeys.UPDATE_OPS)] }),
  },
  'bn_decay_0.9_scale': { batchNorm: { decay: 0.9, scale: true } },
  bn_unfused: { batchNorm: { fused: false, decay: 0.9 } },
  bn_no_center: { batchNorm: { center: false, scale: true, decay: 0.9 } },
  bn_in_place: { batchNorm: { updatesCollections: null, decay: 0.9 } },
  bn_zero_debias: { batchNorm: { zeroDebiasMovingMean: true, decay: 0.9 } },
  bn_epsilon: { batchNorm: { epsilon: 0.1, decay: 0.5, scale: true, fused: false } },
  bn_momentum_clip: {
    batchNorm: { decay: 0.9, scale: true },
    optimizer: momentum,
    options: () => ({ clipGradientNorm: 0.5 }),
  },
  check_numerics_nan: { poison: NaN },
  check_numerics_off: { poison: NaN, options: () => ({ checkNumerics: false }) },
  check_numerics_inf_input: { poison: Infinity },
};

beforeAll(chooseBackend);

/** An update op that counts up by 2. */
function makeCounter(): () => void {
  const counter = variable('counter', { shape: [], initializer: () => tf.scalar(0), trainable: false });
  return () => {
    counter.value.assign(counter.value.add(2));
  };
}

/** The recorded batches, with one value of the sixth replaced. */
class PoisonedBatches extends RecordedBatches {
  private readonly poison: number;

  constructor(poison: number) {
    super();
    this.poison = poison;
  }

  override async peek(): Promise<RecordedBatch> {
    const batch = await super.peek();
    if (this.position().index !== 5) return batch;
    const values = batch.x.dataSync().slice();
    values[0] = this.poison;
    const x = tf.tensor4d(values, batch.x.shape);
    batch.x.dispose();
    return { ...batch, x };
  }
}

async function makeTrainOp(name: string): Promise<TrainOp<RecordedBatch>> {
  const definition = cases[name];
  if (definition === undefined) throw new Error(`The test knows no case ${name}.`);
  const data =
    definition.poison === undefined ? new RecordedBatches() : new PoisonedBatches(definition.poison);
  const loss = await defineLoss(data, batch => convolutionalLoss(batch, definition.batchNorm));
  const optimizer = definition.optimizer?.() ?? new GradientDescentOptimizer(0.1);
  return createTrainOp(loss, optimizer, definition.options?.() ?? {});
}

async function replay(name: string, expected: Recorded): Promise<void> {
  const log = vi.spyOn(console, 'log').mockReturnValue(undefined);
  await new Graph().asDefault(async () => {
    const trainOp = await makeTrainOp(name);
    expect(getCollection(GraphKeys.UPDATE_OPS)).toHaveLength(expected.update_ops_collection.length);
    expect(log.mock.calls.filter(([line]) => String(line).startsWith('WARNING'))).toHaveLength(
      expected.log.length,
    );
    log.mockRestore();
    await replaySteps(trainOp, expected);
    if (expected.error === undefined) checkVariables(expected.final);
    else await checkRefusal(trainOp, expected.error.core_message, expected.error_at_step);
  });
}

/** The step that fails says so in TensorFlow's words, names a gradient, and changes nothing. */
async function checkRefusal(trainOp: TrainOp<RecordedBatch>, message: string, step = NaN): Promise<void> {
  const values = (): number[][] =>
    [...trainOp.loss.graph.variables.values()].map(({ value }) => [...value.dataSync()]);
  const before = values();
  const failure = await trainOp.run().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NonFiniteError);
  expect(String(failure)).toContain(message);
  expect(String(failure)).toContain(
    `at global step ${step}. The first bad gradient is that of conv0/weights: `,
  );
  expect(values()).toEqual(before);
}

describe('steps are those of TF-Slim', () => {
  const kept = Object.entries(recorded).filter(([name]) => REFUSED[name] === undefined);
  test.each(kept)('%s', replay);
});

describe('what we refuse', () => {
  test.each(Object.entries(REFUSED))('%s', async (name, message) => {
    await new Graph().asDefault(() => expect(makeTrainOp(name)).rejects.toThrow(message));
  });
});

test('a loss that is infinite is refused before anything is changed', async () => {
  expect(infiniteLoss).toMatchObject({ result: { ok: false } });
  await new Graph().asDefault(async () => {
    const loss = await defineLoss(new RecordedBatches(), () => {
      const v = variable('v', { shape: [], initializer: () => tf.scalar(0) });
      return tf.div<tf.Scalar>(1, v.value);
    });
    const trainOp = await createTrainOp(loss, new GradientDescentOptimizer(0.1));
    await expect(trainOp.run()).rejects.toThrow('LossTensor is inf or nan : Tensor had Inf values');
    expect(getUniqueVariable('v').value.dataSync()[0]).toBe(0);
  });
});

test('gradient summaries have the tags of TF-Slim', async () => {
  await new Graph().asDefault(async () => {
    const trainOp = await makeTrainOp('summarize_gradients');
    const summaries: SummaryValue[] = [];
    trainOp.summarizeNextRun(summaries);
    await trainOp.run();
    const tags = summaries.map(({ tag }) => tag).filter(tag => tag.includes('gradient'));
    expect(new Set(tags)).toEqual(new Set(recorded['summarize_gradients']?.summaries));
  });
});

test('an update op added outside of the model runs in each step', async () => {
  await new Graph().asDefault(async () => {
    const loss = await defineLoss(new RecordedBatches(), batch => convolutionalLoss(batch));
    addToCollection(GraphKeys.UPDATE_OPS, makeCounter());
    const trainOp = await createTrainOp(loss, new GradientDescentOptimizer(0.1));
    await trainOp.run();
    await trainOp.run();
    expect(getUniqueVariable('counter').value.dataSync()[0]).toBe(4);
  });
});

test('a list of update ops in third place is refused', async () => {
  await new Graph().asDefault(async () => {
    const loss = await defineLoss(new RecordedBatches(), batch => convolutionalLoss(batch));
    const updateOps = [] as CreateTrainOpOptions;
    await expect(createTrainOp(loss, new GradientDescentOptimizer(0.1), updateOps)).rejects.toThrow(
      '{ updateOps: [...] }',
    );
  });
});
