/** Several optimizers in one graph against TensorFlow's: every case of slim-semantics/optimizer_pairs.json. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import * as slim from '../../src/slim/index.ts';
import { readFixtureJson } from '../fixture-files.ts';
import type { PythonValue } from './python-text.ts';
import { optimizerNamed } from './recorded-optimizers.ts';
import { chooseBackend, expectClose } from './tolerance.ts';

interface PairCase {
  readonly case: string;
  /** Names of settings, one for each train op. */
  readonly optimizers: readonly string[];
  /** Whether all train `w`; otherwise every second one trains `v`. */
  readonly one_variable: boolean;
  /** Of each step, one for each train op. */
  readonly losses: readonly (readonly number[])[];
  /** All variables. */
  readonly final: Readonly<Record<string, readonly number[]>>;
}

type Settings = Readonly<Record<string, PythonValue>> & {
  readonly type: string;
  readonly learning_rate: number;
};

const { initial, targets, weights, settings, cases } = readFixtureJson(
  'slim-semantics',
  'optimizer_pairs.json',
) as {
  readonly initial: Readonly<Record<string, readonly number[]>>;
  /** What each train op pulls its variable to. */
  readonly targets: readonly number[];
  readonly weights: readonly number[];
  readonly settings: Readonly<Record<string, Settings>>;
  readonly cases: readonly PairCase[];
};

beforeAll(chooseBackend);

function makeOptimizer(name: string): slim.train.Optimizer {
  const setting = settings[name];
  if (setting === undefined) throw new Error(`The fixture has no settings ${name}.`);
  const { type, learning_rate: rate, ...keywords } = setting;
  return optimizerNamed(`${type}Optimizer`, rate, keywords);
}

/** sum((x - target)^2 * weights) of a variable. */
function lossOf(variable: string, target: number): Promise<slim.Loss<{ x: tf.Tensor }>> {
  const data = slim.data.arrays({ x: tf.zeros([1, 1]) }, { batchSize: 1 });
  return slim.defineLoss(data, () => {
    const x = slim.modelVariable(variable, {
      shape: [weights.length],
      initializer: slim.constantInitializer(initial[variable] ?? []),
    });
    return x.value
      .sub(target)
      .square()
      .mul(tf.tensor1d([...weights]))
      .sum<tf.Scalar>();
  });
}

test('there are cases', () => {
  expect(cases).not.toEqual([]);
});

/** TensorFlow makes slots of what a loss has gradients for, whether it is told the variables or takes all there are. */
const waysToChoose = [
  ['its variable is named', true],
  ['all are trainable', false],
] as const;

for (const [way, isNamed] of waysToChoose) {
  test.each(cases.map(each => [each.case, each] as const))(`%s, ${way}`, (_, recorded) =>
    new slim.Graph().asDefault(async () => {
      const variables = recorded.optimizers.map((_, at) =>
        recorded.one_variable || at % 2 === 0 ? 'w' : 'v',
      );
      const losses: Awaited<ReturnType<typeof lossOf>>[] = [];
      for (const [at, variable] of variables.entries()) {
        losses.push(await lossOf(variable, targets[at] ?? NaN));
      }
      const trainOps: { run(): Promise<number> }[] = [];
      for (const [at, name] of recorded.optimizers.entries()) {
        const loss = losses[at];
        if (loss === undefined) throw new Error('Each train op has a loss.');
        trainOps.push(
          await slim.learning.createTrainOp(loss, makeOptimizer(name), {
            ...(isNamed
              ? { variablesToTrain: slim.getTrainableVariables().filter(v => v.name === variables[at]) }
              : {}),
            ...(at === 0 ? {} : { globalStep: null }),
          }),
        );
      }
      const trained: number[][] = [];
      while (trained.length < recorded.losses.length) {
        const step: number[] = [];
        for (const trainOp of trainOps) step.push(await trainOp.run());
        trained.push(step);
      }
      expectClose(trained.flat(), recorded.losses, undefined, 'losses');
      const found = slim.getVariables();
      expect(found.map(({ name }) => name).sort()).toEqual(Object.keys(recorded.final).sort());
      for (const { name, value } of found) {
        expectClose(await value.data(), recorded.final[name] ?? [], undefined, name);
      }
    }),
  );
}
