/** `createTrainOp` and batch norm against TF-Slim's own steps: every case of slim-semantics/train.json. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { addToCollection, getCollection } from '../../src/slim/scope/collection-access.ts';
import { defineLoss } from '../../src/slim/define-loss.ts';
import { Graph } from '../../src/slim/scope/graph.ts';
import { GraphKeys } from '../../src/slim/scope/graph-keys.ts';
import type { BatchNormOptions } from '../../src/slim/layers/batch-norm.ts';
import { createTrainOp, type CreateTrainOpOptions } from '../../src/slim/learning/create-train-op.ts';
import { clipGradientNormsFn } from '../../src/slim/learning/gradients.ts';
import { NonFiniteError } from '../../src/slim/learning/non-finite-error.ts';
import type { TrainOp } from '../../src/slim/learning/train-op.ts';
import { GradientDescentOptimizer } from '../../src/slim/optimizers/gradient-descent.ts';
import type { Optimizer } from '../../src/slim/optimizers/optimizer.ts';
import type { SummaryValue } from '../../src/formats/summary.ts';
import { getOrCreateGlobalStep } from '../../src/slim/variables/global-step.ts';
import { variable } from '../../src/slim/variables/make-variable.ts';
import { getUniqueVariable } from '../../src/slim/variables/select-variables.ts';
import { readFixtureJson } from '../fixture-files.ts';
import { callIn, keywordIn, numberOf, optionsOf, PythonName } from './python-text.ts';
import { RecordedBatches, checkVariables, convolutionalLoss, dense, replaySteps } from './recorded-model.ts';
import type { RecordedBatch, RecordedTraining } from './recorded-model.ts';
import { optimizerIn } from './recorded-optimizers.ts';
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
  multipliers_unknown_name: /No variable to multiply the gradient of: .+\. Trained are: /,
};

/** What a case is made of, in the fixture's words; a setting that they leave to another case is taken from that one. */
interface Case {
  /** Null: without batch norm. */
  readonly batchNorm: BatchNormOptions | null;
  readonly optimizer: Optimizer;
  /** Asked for after the loss was defined. */
  readonly options: () => CreateTrainOpOptions;
  /** What the first value of a batch is replaced by. */
  readonly poison: { readonly value: number; readonly batch: number } | null;
}

function wordsOf(name: string): string {
  const what = recorded[name]?.what;
  if (what === undefined) throw new Error(`The fixture has no case ${name}, of which others are told.`);
  return what;
}

/** Where the sentence has no call of an optimizer: Momentum where it says so, else plain gradient descent. */
function optimizerOf(what: string): Optimizer {
  const abbreviated = /\bMomentum(?=\()/.test(what) ? what.replace('Momentum(', 'MomentumOptimizer(') : what;
  const words = /\bMomentum\b/.test(abbreviated) ? wordsOf('momentum') : wordsOf('sgd');
  const optimizer = optimizerIn(abbreviated) ?? optimizerIn(words);
  if (optimizer === undefined) throw new Error(`There is no optimizer in: ${what}`);
  return optimizer;
}

function batchNormOf({ what, checkpoint_names: names }: Recorded): BatchNormOptions | null {
  if (!names.some(([name]) => name.includes('/BatchNorm/'))) return null;
  return optionsOf(callIn(what, /batch_norm/)?.keywords ?? {});
}

function multipliersOf(what: string): CreateTrainOpOptions {
  const [, factor] = /multiplier as a float32 tensor (\S+)/.exec(what) ?? [];
  if (factor !== undefined) {
    return { gradientMultipliers: { [`${dense.scope}/weights`]: tf.scalar(Number(factor)) } };
  }
  if (what.includes('a key naming no variable')) return { gradientMultipliers: { 'no/such': 9 } };
  if (!what.includes('multipliers')) return {};
  const byName = (keywordIn(what, 'gradient_multipliers') ??
    keywordIn(wordsOf('multipliers_by_name'), 'gradient_multipliers')) as Record<string, number>;
  if (!what.includes('keyed by variable')) return { gradientMultipliers: byName };
  return {
    gradientMultipliers: new Map(
      Object.entries(byName).map(([name, value]) => [getUniqueVariable(name), value]),
    ),
  };
}

function updateOpsOf(what: string): CreateTrainOpOptions {
  if (what.includes('custom + collection')) {
    return { updateOps: [makeCounter(), ...getCollection(GraphKeys.UPDATE_OPS)] };
  }
  const given = keywordIn(what, 'update_ops');
  if (!Array.isArray(given)) return {};
  return { updateOps: given.map(() => makeCounter()) };
}

function optionsIn(what: string): CreateTrainOpOptions {
  const norm = keywordIn(what, 'clip_gradient_norm');
  const clipping = callIn(what, /clip_gradient_norms_fn/);
  const trained = /variables_to_train=\[([^\]]*)\]/.exec(what)?.[1];
  return {
    ...multipliersOf(what),
    ...updateOpsOf(what),
    ...(norm === undefined ? {} : { clipGradientNorm: numberOf(norm) }),
    ...(clipping === undefined
      ? {}
      : { transformGradsFn: clipGradientNormsFn(numberOf(clipping.positional[0])) }),
    ...(trained === undefined ? {} : { variablesToTrain: trained.split(', ').map(getUniqueVariable) }),
    ...(keywordIn(what, 'global_step') === null ? { globalStep: null } : {}),
    ...(keywordIn(what, 'summarize_gradients') === true ? { summarizeGradients: true } : {}),
    ...(keywordIn(what, 'check_numerics') === false ? { checkNumerics: false } : {}),
  };
}

/** "an Infinity in batch 5"; "the same" is a NaN in the batch of check_numerics_nan. */
function poisonOf(name: string, what: string): Case['poison'] {
  if (!name.startsWith('check_numerics_')) return null;
  const words = what.startsWith('the same') ? wordsOf('check_numerics_nan') : what;
  const [, kind, batch] = /\b(NaN|Infinity) in batch (\d+)/.exec(words) ?? [];
  if (kind === undefined) throw new Error(`${name} does not say what is wrong in which batch: ${what}`);
  return { value: Number(kind), batch: Number(batch) };
}

function caseOf(name: string): Case {
  const expected = recorded[name];
  if (expected === undefined) throw new Error(`The fixture has no case ${name}.`);
  const { what } = expected;
  return {
    batchNorm: batchNormOf(expected),
    optimizer: optimizerOf(what),
    options: () => {
      if (keywordIn(what, 'global_step') === null) getOrCreateGlobalStep();
      return optionsIn(what);
    },
    poison: poisonOf(name, what),
  };
}

beforeAll(chooseBackend);

/** An update op that counts up, by as much as bn_update_ops_custom says: `update_ops=[assign_add(counter, 2)]`. */
function makeCounter(): () => void {
  const [name, by] = callIn(wordsOf('bn_update_ops_custom'), /assign_add/)?.positional ?? [];
  if (!(name instanceof PythonName)) throw new Error('bn_update_ops_custom does not say what it adds to.');
  const counter = variable(name.name, { shape: [], initializer: () => tf.scalar(0), trainable: false });
  return () => {
    counter.value.assign(counter.value.add(numberOf(by)));
  };
}

/** The recorded batches, with the first value of one replaced. */
class PoisonedBatches extends RecordedBatches {
  readonly #poison: NonNullable<Case['poison']>;

  constructor(poison: NonNullable<Case['poison']>) {
    super();
    this.#poison = poison;
  }

  override async peek(): Promise<RecordedBatch> {
    const batch = await super.peek();
    if (this.position().index !== this.#poison.batch) return batch;
    const values = batch.x.dataSync().slice();
    values[0] = this.#poison.value;
    const x = tf.tensor4d(values, batch.x.shape);
    batch.x.dispose();
    return { ...batch, x };
  }
}

async function makeTrainOp(name: string): Promise<TrainOp<RecordedBatch>> {
  const { batchNorm, optimizer, options, poison } = caseOf(name);
  const data = poison === null ? new RecordedBatches() : new PoisonedBatches(poison);
  const loss = await defineLoss(data, batch => convolutionalLoss(batch, batchNorm ?? undefined));
  return createTrainOp(loss, optimizer, options());
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
  const [first = ''] = trainOp.loss.graph.collections.get('trainable_variables').map(({ name }) => name);
  expect(String(failure)).toContain(`at global step ${step}. The first bad gradient is that of ${first}: `);
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

test('every setting of a case is one that the test knows', () => {
  const known =
    /^(?:use_nesterov|clip_gradient_norm|transform_grads_fn|gradient_multipliers|variables_to_train|global_step|summarize_gradients|update_ops|check_numerics|decay|scale|center|fused|epsilon|updates_collections|zero_debias_moving_mean)$/;
  for (const [name, { what }] of Object.entries(recorded)) {
    const settings = [...what.matchAll(/\b(\w+)=/g)].map(([, setting = '']) => setting);
    expect([name, settings.filter(setting => !known.test(setting))]).toEqual([name, []]);
  }
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
    expect(tags.length).toBeGreaterThan(0);
    expect(new Set(tags)).toEqual(new Set(recorded['summarize_gradients']?.summaries));
  });
});

test('an update op added outside of the model runs in each step', async () => {
  await new Graph().asDefault(async () => {
    const loss = await defineLoss(new RecordedBatches(), batch => convolutionalLoss(batch));
    const counter = variable('counter', { shape: [], initializer: () => tf.scalar(0), trainable: false });
    addToCollection(GraphKeys.UPDATE_OPS, () => {
      counter.value.assign(counter.value.add(2));
    });
    const trainOp = await createTrainOp(loss, new GradientDescentOptimizer(0.1));
    await trainOp.run();
    await trainOp.run();
    expect(counter.value.dataSync()[0]).toBe(4);
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
