/** Losses against what TF-Slim and tf.losses computed: every case of slim-semantics/losses.json. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { Graph } from '../../src/slim/scope/graph.ts';
import { absoluteDifference } from '../../src/slim/losses/absolute-difference.ts';
import {
  addLoss,
  getLosses,
  getRegularizationLosses,
  getTotalLoss,
} from '../../src/slim/losses/collection.ts';
import { cosineDistance } from '../../src/slim/losses/cosine-distance.ts';
import { hingeLoss } from '../../src/slim/losses/hinge-loss.ts';
import { huberLoss } from '../../src/slim/losses/huber-loss.ts';
import { logLoss } from '../../src/slim/losses/log-loss.ts';
import { meanPairwiseSquaredError } from '../../src/slim/losses/mean-pairwise-squared-error.ts';
import { meanSquaredError } from '../../src/slim/losses/mean-squared-error.ts';
import { sigmoidCrossEntropy } from '../../src/slim/losses/sigmoid-cross-entropy.ts';
import { softmaxCrossEntropy } from '../../src/slim/losses/softmax-cross-entropy.ts';
import { sparseSoftmaxCrossEntropy } from '../../src/slim/losses/sparse-softmax-cross-entropy.ts';
import type { Reduction } from '../../src/slim/losses/weights.ts';
import { Pass } from '../../src/slim/scope/pass.ts';
import { runInPass } from '../../src/slim/scope/running-pass.ts';
import { l1L2Regularizer } from '../../src/slim/regularizers/l1-l2-regularizer.ts';
import { l1Regularizer } from '../../src/slim/regularizers/l1-regularizer.ts';
import { l2Regularizer } from '../../src/slim/regularizers/l2-regularizer.ts';
import { sumRegularizer } from '../../src/slim/regularizers/sum-regularizer.ts';
import { variable } from '../../src/slim/variables/make-variable.ts';
import type { Regularizer } from '../../src/slim/scope/slim-variable.ts';
import { readFixtureJson } from '../fixture-files.ts';
import { callIn, keywordIn, numberOf, optionsOf, PythonName, type PythonValue } from './python-text.ts';
import { chooseBackend, expectClose, flatNumbers, type FixtureNumbers } from './tolerance.ts';

interface FixtureTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly FixtureNumbers[];
}

interface Outcome {
  readonly value: FixtureNumbers;
  readonly shape: readonly number[];
  readonly grad_wrt_first_input: FixtureNumbers;
  readonly losses_collection: number;
}

type Cases = Readonly<Record<string, Outcome | { readonly error_class: string; readonly message: string }>>;

interface LossFixture {
  readonly pred: string;
  readonly label: string;
  readonly kwargs: Readonly<Record<string, PythonValue>>;
  readonly cases: Cases;
  readonly reductions?: Readonly<Record<string, Cases>>;
}

interface TotalLossFixture {
  readonly with: number;
  readonly without: number;
  readonly reg_values: readonly number[];
}

interface Fixture {
  readonly inputs: Readonly<Record<string, FixtureTensor>>;
  readonly weights: Readonly<Record<string, FixtureTensor | null>>;
  readonly slim_losses: Readonly<Record<string, LossFixture>>;
  readonly tf_losses: Readonly<Record<string, LossFixture>>;
  readonly errors: Readonly<Record<string, { readonly message: string }>>;
  /** `w` is what the cases have in common, in words. */
  readonly total_loss: Readonly<Record<string, TotalLossFixture | { readonly ok: false } | string>> & {
    readonly errors: Readonly<Record<string, { readonly ok: boolean }>>;
  };
}

const fixture = readFixtureJson('slim-semantics', 'losses.json') as Fixture;

interface Options {
  readonly weights?: tf.Tensor;
  readonly reduction?: Reduction;
  /** Of the cosine distance alone. */
  readonly axis?: PythonValue;
}

type LossFunction = (predictions: tf.Tensor, labels: tf.Tensor, options: Options) => tf.Tensor;

/** By Python's names. The fixture's may go on: `mean_squared_error_4d`. */
const ours: Readonly<Record<string, LossFunction>> = {
  absolute_difference: absoluteDifference,
  mean_squared_error: meanSquaredError,
  log_loss: logLoss,
  huber_loss: huberLoss,
  mean_pairwise_squared_error: pairwise,
  sigmoid_cross_entropy: sigmoidCrossEntropy,
  softmax_cross_entropy: softmaxCrossEntropy,
  sparse_softmax_cross_entropy: sparseSoftmaxCrossEntropy,
  cosine_distance: (x, y, { axis, ...options }) => cosineDistance(x, y, numberOf(axis), options),
  hinge_loss: (x, y, { reduction, ...options }) =>
    reduction === undefined ? hingeLoss(x, y) : hingeLoss(x, y, { ...options, reduction }),
};

function lossFunctionOf(name: string): LossFunction {
  const found = Object.entries(ours).find(([each]) => name === each || name.startsWith(`${each}_`));
  if (found === undefined) throw new Error(`The test knows no loss ${name}.`);
  return found[1];
}

function pairwise(predictions: tf.Tensor, labels: tf.Tensor, { weights, reduction }: Options): tf.Tensor {
  return meanPairwiseSquaredError(predictions, labels, {
    ...(weights === undefined ? {} : { weights }),
    ...(reduction === undefined ? {} : { reduction: 'sumByNonzeroWeights' }),
  });
}

const reductions: Readonly<Record<string, Reduction>> = {
  none: 'none',
  weighted_sum: 'sum',
  weighted_mean: 'mean',
  weighted_sum_over_batch_size: 'sumOverBatchSize',
  weighted_sum_by_nonzero_weights: 'sumByNonzeroWeights',
};

/** What of the fixture is not so with us, on purpose. */
const DIFFERENCES = {
  /** TF-Slim lets these weights, [batch, 1], pass and multiplies each sample's loss by the weights of all: refused. */
  isRefused: (name: string, { shape: [batch, column, ...more] }: FixtureTensor): boolean =>
    name.startsWith('mean_pairwise_squared_error') && batch !== 1 && column === 1 && more.length === 0,
  /** tf.losses adds unreduced losses to the collection, and get_total_loss fails on them later. */
  unreducedLossesInCollection: 0,
  /** TF-Slim refuses `l2_regularizer(1)` for `1.`: JavaScript has one kind of number. */
  acceptedScale: 'l2_int',
} as const;

beforeAll(chooseBackend);

function input(name: string): tf.Tensor {
  const found = fixture.inputs[name];
  if (found === undefined) throw new Error(`The fixture has no input ${name}.`);
  return tensorOf(found);
}

function tensorOf({ dtype, shape, data }: FixtureTensor): tf.Tensor {
  return tf.tensor(flatNumbers(data), [...shape], dtype === 'float32' ? 'float32' : 'int32');
}

function inPass<T>(fn: () => T): T {
  const pass = new Pass({ kind: 'build', isTraining: true, step: tf.scalar(0, 'int32') });
  return runInPass(new Graph(), pass, fn);
}

function tensorsOf(loss: LossFixture, weightsName: string, reduction: Reduction | undefined) {
  const weights = fixture.weights[weightsName];
  return {
    predictions: input(loss.pred),
    labels: input(loss.label),
    options: {
      ...optionsOf(loss.kwargs),
      ...(weights === null || weights === undefined ? {} : { weights: tensorOf(weights) }),
      ...(reduction === undefined ? {} : { reduction }),
    },
  };
}

function checkCase(
  name: string,
  loss: LossFixture,
  cases: Cases,
  weightsName: string,
  reduction?: Reduction,
): void {
  const lossFunction = lossFunctionOf(name);
  const expected = cases[weightsName];
  if (expected === undefined) throw new Error(`The fixture has no case ${weightsName} of ${name}.`);
  tf.tidy(() => {
    const { predictions, labels, options } = tensorsOf(loss, weightsName, reduction);
    const compute = (x: tf.Tensor): tf.Tensor => inPass(() => lossFunction(x, labels, options));
    const weights = fixture.weights[weightsName] ?? null;
    const isRefused = reduction === undefined && weights !== null && DIFFERENCES.isRefused(name, weights);
    if ('error_class' in expected || isRefused) {
      expect(() => compute(predictions)).toThrow(RangeError);
      return;
    }
    const value = compute(predictions);
    expect(value.shape).toEqual(expected.shape);
    expect(value.dtype).toBe('float32');
    expectClose(value.dataSync(), expected.value);
    expectClose(
      tf
        .grad(x => compute(x).sum())(predictions)
        .dataSync(),
      expected.grad_wrt_first_input,
    );
    const added = inPass(() => (lossFunction(predictions, labels, options), getLosses().length));
    expect(added, 'losses in the collection').toBe(
      reduction === 'none' ? DIFFERENCES.unreducedLossesInCollection : expected.losses_collection,
    );
  });
}

test('there are cases of both', () => {
  expect(Object.keys(fixture.slim_losses)).not.toEqual([]);
  expect(Object.keys(fixture.tf_losses)).not.toEqual([]);
});

describe.each(Object.entries(fixture.slim_losses))('tf_slim.losses.%s', (name, loss) => {
  test.each(Object.keys(loss.cases))('weights: %s', weightsName => {
    checkCase(name, loss, loss.cases, weightsName);
  });
});

describe.each(Object.entries(fixture.tf_losses))('tf.losses.%s', (name, loss) => {
  test.each(Object.keys(loss.cases))('weights: %s', weightsName => {
    checkCase(name, loss, loss.cases, weightsName, 'sumByNonzeroWeights');
  });
  for (const [reductionName, cases] of Object.entries(loss.reductions ?? {})) {
    test.each(Object.keys(cases))(`reduction: ${reductionName}, weights: %s`, weightsName => {
      const reduction = reductions[reductionName];
      if (reduction === undefined) throw new Error(`The test knows no reduction ${reductionName}.`);
      checkCase(name, loss, cases, weightsName, reduction);
    });
  }
});

describe('errors', () => {
  /** As plain JavaScript may call it. */
  const untyped = (fn: unknown): ((...args: unknown[]) => unknown) => fn as (...args: unknown[]) => unknown;
  const difference = untyped(absoluteDifference);
  const distance = untyped(cosineDistance);
  const [two, square] = [() => tf.zeros([2]), () => tf.zeros([2, 2])];
  const attempts: Readonly<Record<string, () => unknown>> = {
    shape_mismatch_slim_mse: () => meanSquaredError(tf.zeros([5, 4]), tf.zeros([5, 2])),
    shape_mismatch_tf_mse: () => meanSquaredError(tf.zeros([5, 4]), tf.zeros([5, 2]), { reduction: 'mean' }),
    weights_none_slim: () => difference(two(), two(), { weights: null }),
    weights_none_tf: () => difference(two(), two(), { weights: null, reduction: 'sum' }),
    cosine_no_axis_slim: () => distance(square(), square()),
    cosine_no_axis_tf: () => distance(square(), square(), undefined, { reduction: 'mean' }),
    label_none_slim: () => difference(two()),
    weights_bad_shape_tf: () =>
      meanSquaredError(tf.zeros([5, 4]), tf.zeros([5, 4]), {
        weights: tf.ones([6]),
        reduction: 'sumByNonzeroWeights',
      }),
  };

  test.each(Object.entries(fixture.errors))('%s', (name, { message }) => {
    const attempt = attempts[name];
    if (attempt === undefined) throw new Error(`The test knows no error ${name}.`);
    expect(() => inPass(attempt), message).toThrow(Error);
  });

  test('an error of shapes shows both', () => {
    expect(() => inPass(() => meanSquaredError(tf.zeros([5, 4]), tf.zeros([5, 2])))).toThrow(
      'predictions and labels must have one shape; got [5, 4] and [5, 2].',
    );
  });
});

describe('total loss', () => {
  const { errors, ...totals } = fixture.total_loss;
  const { w: setting } = totals;
  if (typeof setting !== 'string') throw new Error('The fixture does not say what the total losses are of.');
  /** `w = LG; losses: slim absolute_difference(P, LR) + add_loss(3.5)`. */
  const weights = keywordIn(setting, 'w');
  const [predictions, labels] = callIn(setting, /absolute_difference/)?.positional ?? [];
  const [added] = callIn(setting, /add_loss/)?.positional ?? [];
  const named = (value: PythonValue | undefined): tf.Tensor => {
    if (!(value instanceof PythonName)) throw new Error(`The total losses have an unknown input: ${setting}`);
    return input(value.name);
  };

  /** `l2_0.1`, `l1_l2_0.05_0.1`; `sum` is of the two that are given to l1_l2. */
  function regularizerOf(name: string): Regularizer {
    const [, kind, ...scales] = /^(l1_l2|l1|l2)_([\d.e-]+)(?:_([\d.e-]+))?$/.exec(name) ?? [];
    const [scale = NaN, second = NaN] = scales.map(Number);
    if (kind === 'l1_l2') return l1L2Regularizer(scale, second);
    if (kind !== undefined) return kind === 'l1' ? l1Regularizer(scale) : l2Regularizer(scale);
    const both = Object.keys(totals).find(each => each.startsWith('l1_l2_'));
    if (name !== 'sum' || both === undefined) throw new Error(`The test knows no regularizer ${name}.`);
    const [l1 = NaN, l2 = NaN] = both.replace('l1_l2_', '').split('_').map(Number);
    return sumRegularizer([l1Regularizer(l1), l2Regularizer(l2)]);
  }

  function checkTotal(regularizer: Regularizer, expected: TotalLossFixture): void {
    const pass = new Pass({ kind: 'build', isTraining: true, step: tf.scalar(0, 'int32') });
    runInPass(new Graph(), pass, () => {
      variable('w', { initializer: named(weights), regularizer });
      absoluteDifference(named(predictions), named(labels));
      addLoss(tf.scalar(numberOf(added)));
      const penalties = getRegularizationLosses();
      expectClose(
        penalties.map(penalty => penalty.dataSync()[0] ?? NaN),
        expected.reg_values,
      );
      expectClose(getTotalLoss().dataSync(), expected.with);
      expectClose(getTotalLoss({ addRegularizationLosses: false }).dataSync(), expected.without);
    });
  }

  test.each(Object.entries(totals))('%s', (name, expected) => {
    if (typeof expected === 'string') {
      expect(name).toBe('w');
      return;
    }
    if ('ok' in expected) {
      expect(name).toMatch(/^no_losses_/);
      expect(() => inPass(() => getTotalLoss())).toThrow('There is no loss to sum up');
      return;
    }
    checkTotal(regularizerOf(name), expected);
  });

  const scales: Readonly<Record<string, () => Regularizer>> = {
    l2_negative: () => l2Regularizer(-1),
    l2_int: () => l2Regularizer(1),
    l1_big: () => l1Regularizer(2.5),
    l2_ge1: () => l2Regularizer(1.5),
  };

  test.each(Object.entries(errors))('regularizer %s', (name, { ok }) => {
    const make = scales[name];
    if (make === undefined) throw new Error(`The test knows no scale ${name}.`);
    if (ok || name === DIFFERENCES.acceptedScale) expect(make).not.toThrow();
    else expect(make).toThrow('at least 0, not -1');
  });
});
