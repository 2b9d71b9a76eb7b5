/** Errors of `createTrainOp` and the loop's behaviour against TF-Slim's: slim-semantics/errors_and_loop.json. */

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import { readCheckpointState } from '../../src/formats/checkpoint-state.ts';
import type { Source } from '../../src/slim/data/source.ts';
import { defineLoss } from '../../src/slim/define-loss.ts';
import { Graph } from '../../src/slim/graph.ts';
import { createTrainOp, type CreateTrainOpOptions } from '../../src/slim/learning/create-train-op.ts';
import { multiplyGradients } from '../../src/slim/learning/gradients.ts';
import { Saver } from '../../src/slim/learning/saver.ts';
import type { TrainOp } from '../../src/slim/learning/train-op.ts';
import type { TrainOptions } from '../../src/slim/learning/train-options.ts';
import { train } from '../../src/slim/learning/train.ts';
import { GradientDescentOptimizer } from '../../src/slim/optimizers/gradient-descent.ts';
import { variable } from '../../src/slim/variables/make-variable.ts';
import { getUniqueVariable } from '../../src/slim/variables/select-variables.ts';
import { readFixtureJson } from '../fixture-files.ts';
import { chooseBackend, expectClose } from './tolerance.ts';

type Outcome<T = unknown> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

interface Resumed {
  readonly number_of_steps: number;
  readonly train_steps_executed: number;
  readonly returned_loss: number;
  readonly latest_checkpoint: string;
  readonly global_step_in_it: number;
}

const fixture = readFixtureJson('slim-semantics', 'errors_and_loop.json') as {
  readonly create_train_op: Readonly<Record<string, Outcome>>;
  readonly train: Readonly<Record<string, Outcome>> & {
    readonly resume_sequence: { readonly ok: true; readonly value: readonly Resumed[] };
    readonly OutOfRangeError_ends_quietly_and_saves: {
      readonly ok: true;
      readonly value: { readonly returned_loss: number; readonly latest: string };
    };
    readonly init_fn_skipped_when_logdir_has_checkpoint: {
      readonly ok: true;
      readonly value: readonly {
        readonly number_of_steps: number;
        readonly init_fn_calls: number;
        readonly losses: readonly number[];
      }[];
    };
    readonly log_lines_7_steps_log_every_3: { readonly ok: true; readonly value: readonly string[] };
    readonly nan_during_train: {
      readonly ok: false;
      readonly message: string;
      readonly core_message: string;
      readonly checkpoints_left: readonly string[];
    };
    readonly logdir_None_number_of_steps_5: { readonly ok: true; readonly value: number };
  };
};

beforeAll(chooseBackend);

let logdir = '';
let lines: string[] = [];
beforeEach(() => {
  logdir = mkdtempSync(join(tmpdir(), 'slim-loop-'));
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines.push(line);
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(logdir, { recursive: true, force: true });
});

type NumberBatch = tf.Scalar;

/** The number of the batch; ends after `length`. */
class Numbers implements Source<NumberBatch> {
  readonly batchesPerEpoch = null;
  private readonly length: number;
  private index = 0;

  constructor(length = Infinity) {
    this.length = length;
  }

  peek(): Promise<NumberBatch | null> {
    return Promise.resolve(this.index < this.length ? tf.scalar(this.index) : null);
  }

  async next(): Promise<NumberBatch | null> {
    const batch = await this.peek();
    this.index++;
    return batch;
  }

  position(): { index: number } {
    return { index: this.index };
  }

  seek({ index = 0 }: { index?: number }): Promise<void> {
    this.index = index;
    return Promise.resolve();
  }
}

/** The fixture's `tiny_model`: v = [1, 2, 3], u = [0, 0] (unused); loss = sum(v * v); gradient descent by 0.1. */
function tinyLoss(factor?: (batch: NumberBatch) => tf.Scalar): (batch: NumberBatch) => tf.Scalar {
  return batch => {
    const v = variable('v', { shape: [3], initializer: () => tf.tensor1d([1, 2, 3]) });
    variable('u', { shape: [2], initializer: () => tf.tensor1d([0, 0]) });
    const loss = v.value.square().sum<tf.Scalar>();
    return factor === undefined ? loss : loss.mul(factor(batch));
  };
}

async function tinyTrainOp(
  options: () => CreateTrainOpOptions = () => ({}),
  data = new Numbers(),
  factor?: (batch: NumberBatch) => tf.Scalar,
): Promise<TrainOp<NumberBatch>> {
  const loss = await defineLoss(data, tinyLoss(factor));
  return createTrainOp(loss, new GradientDescentOptimizer(0.1), options());
}

/** A process of its own: a new graph, trained into the log folder. */
function trainTiny(
  folder: string | null,
  options: TrainOptions<NumberBatch>,
  data = new Numbers(),
  factor?: (batch: NumberBatch) => tf.Scalar,
): Promise<number | null> {
  return new Graph().asDefault(async () =>
    train(await tinyTrainOp(undefined, data, factor), folder, options),
  );
}

/** Python's words and names in ours, without what only Python has. */
function inOurWords(outcome: Outcome): string {
  if (outcome.ok) throw new Error('The fixture has no error here.');
  return outcome.message
    .replace('grads_and_vars', 'gradsAndVars')
    .replace('gradient_multipliers', 'gradientMultipliers')
    .replace('train_op', 'trainOp')
    .replace('number_of_steps', 'numberOfSteps')
    .replace('either None or a positive number', 'either null or a positive integer')
    .replace(/(None|dict)?\.$/, '');
}

function refusesWithoutFolder(name: 'summaryOp' | 'saver' | 'traceEveryNSteps', value: unknown): Case {
  return async outcome => {
    expect(outcome.ok).toBe(false);
    const options = { [name]: value } as TrainOptions<NumberBatch>;
    await expect(trainTiny(null, options)).rejects.toThrow(`Cannot provide ${name} because logdir is null`);
  };
}

function refusesSteps(numberOfSteps: number): Case {
  return async outcome => {
    await expect(trainTiny(null, { numberOfSteps })).rejects.toThrow(inOurWords(outcome));
  };
}

/** What is expected of a case, given what TF-Slim did. */
type Case = (outcome: Outcome) => Promise<void>;

const creating: Readonly<Record<string, Case>> = {
  multiply_None_gradient: async outcome => {
    await new Graph().asDefault(async () => {
      await tinyTrainOp();
      const none = [{ gradient: null, variable: getUniqueVariable('u') }];
      expect(() => multiplyGradients(none, { u: 2 })).toThrow(inOurWords(outcome));
    });
  },
  multiply_not_a_list: outcome => {
    expect(() => multiplyGradients({} as never, { v: 1 })).toThrow(inOurWords(outcome));
    return Promise.resolve();
  },
  multiply_empty: outcome => {
    expect(() => multiplyGradients([], {})).toThrow(inOurWords(outcome));
    return Promise.resolve();
  },
  multiply_not_dict: outcome => {
    expect(() => multiplyGradients([], 3 as never)).toThrow(inOurWords(outcome));
    return Promise.resolve();
  },
  create_multiplier_of_None_gradient: async outcome => {
    await new Graph().asDefault(async () => {
      const making = tinyTrainOp(() => ({ gradientMultipliers: { u: 2 } }));
      await expect(making).rejects.toThrow(inOurWords(outcome));
    });
  },
  create_no_gradients_at_all: async outcome => {
    expect(inOurWords(outcome)).toMatch(/^No gradients provided for any variable/);
    await new Graph().asDefault(async () => {
      const making = tinyTrainOp(() => ({ variablesToTrain: [getUniqueVariable('u')] }));
      await expect(making).rejects.toThrow(
        'No gradients provided for any variable: the loss depends on none of u.',
      );
    });
  },
  create_no_variables: async outcome => {
    expect(outcome.ok).toBe(false);
    await new Graph().asDefault(async () => {
      const loss = await defineLoss(new Numbers(), batch => batch.mul(2));
      const making = createTrainOp(loss, new GradientDescentOptimizer(0.1));
      await expect(making).rejects.toThrow('There is no trainable variable');
    });
  },
  create_empty_variables_to_train: async outcome => {
    expect(outcome.ok).toBe(false);
    await new Graph().asDefault(async () => {
      const making = tinyTrainOp(() => ({ variablesToTrain: [] }));
      await expect(making).rejects.toThrow('variablesToTrain is empty');
    });
  },
  create_untrainable_variable: async outcome => {
    expect(outcome.ok).toBe(false);
    await new Graph().asDefault(async () => {
      const fixed = variable('fixed', { shape: [], trainable: false });
      const making = tinyTrainOp(() => ({ variablesToTrain: [fixed] }));
      await expect(making).rejects.toThrow('fixed is not trainable');
    });
  },
  create_with_unused_variable_ok: async outcome => {
    expect(outcome.ok).toBe(true);
    await new Graph().asDefault(async () => {
      const trainOp = await tinyTrainOp();
      await trainOp.run();
      expect([...getUniqueVariable('u').value.dataSync()]).toEqual([0, 0]);
    });
  },
};

/** What TF-Slim does and we do otherwise, on purpose: what happens instead is asserted under the same name. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  init_op_None: 'Variables have values from the moment they are made; TF-Slim fails for want of them.',
  resume_sequence: 'A finished run takes no step more; extraStepOnResume brings it back.',
  nan_during_train: 'The weights of before the bad step are saved; TF-Slim saves nothing more.',
};

const training: Readonly<Record<keyof typeof fixture.train, Case>> = {
  train_op_None: async outcome => {
    await expect(train(null as never, logdir)).rejects.toThrow(inOurWords(outcome));
  },
  number_of_steps_0: refusesSteps(0),
  number_of_steps_negative: refusesSteps(-1),
  logdir_None_summary_op: refusesWithoutFolder('summaryOp', () => []),
  logdir_None_saver: refusesWithoutFolder('saver', new Saver()),
  logdir_None_trace: refusesWithoutFolder('traceEveryNSteps', 2),
  logdir_None_number_of_steps_5: async () => {
    const loss = await trainTiny(null, { numberOfSteps: 5 });
    expectClose([loss ?? NaN], fixture.train.logdir_None_number_of_steps_5.value);
  },
  init_op_None: async outcome => {
    expect(outcome.ok).toBe(false);
    expect(await trainTiny(logdir, { numberOfSteps: 1, initOp: null })).toBe(14);
  },
  resume_sequence: async () => {
    for (const expected of fixture.train.resume_sequence.value) {
      let steps = 0;
      const loss = await trainTiny(logdir, {
        numberOfSteps: expected.number_of_steps,
        extraStepOnResume: true,
        hooks: {
          onStep: () => {
            steps++;
          },
        },
      });
      expectClose([loss ?? NaN], expected.returned_loss);
      expect(steps).toBe(expected.train_steps_executed);
      await expectNewest(expected.latest_checkpoint, expected.global_step_in_it);
    }
    rmSync(logdir, { recursive: true });
    expect(await trainTiny(logdir, { numberOfSteps: 5 })).not.toBeNull();
    expect(await trainTiny(logdir, { numberOfSteps: 5 })).toBeNull();
    await expectNewest('model.ckpt-5', 5);
    expect(await trainTiny(logdir, { numberOfSteps: 8 })).not.toBeNull();
    await expectNewest('model.ckpt-8', 8);
  },
  nan_during_train: async () => {
    const { core_message: message, checkpoints_left: theirs } = fixture.train.nan_during_train;
    const nanAtThird = (batch: NumberBatch): tf.Scalar =>
      tf.where(batch.equal(2), tf.scalar(NaN), tf.scalar(1));
    const failing = trainTiny(logdir, { numberOfSteps: 5 }, new Numbers(), nanAtThird);
    await expect(failing).rejects.toThrow(message);
    const left = readdirSync(logdir).filter(name => name.endsWith('.index'));
    expect(left).toEqual([...theirs, 'model.ckpt-2.index']);
  },
  OutOfRangeError_ends_quietly_and_saves: async () => {
    const { latest } = fixture.train.OutOfRangeError_ends_quietly_and_saves.value;
    const steps = Number(latest.replace('model.ckpt-', ''));
    const loss = await trainTiny(logdir, {}, new Numbers(steps));
    // Each step multiplies v by 0.8; the loss is that before the last step.
    expectClose([loss ?? NaN], 14 * 0.64 ** (steps - 1));
    await expectNewest(latest, steps);
  },
  init_fn_skipped_when_logdir_has_checkpoint: async () => {
    for (const expected of fixture.train.init_fn_skipped_when_logdir_has_checkpoint.value) {
      let calls = 0;
      const losses: number[] = [];
      await trainTiny(logdir, {
        numberOfSteps: expected.number_of_steps,
        initFn: () => {
          calls++;
          getUniqueVariable('v').value.assign(tf.tensor1d([5, 5, 5]));
        },
        hooks: {
          onStep: ({ loss }) => {
            losses.push(loss);
          },
        },
      });
      expect(calls).toBe(expected.init_fn_calls);
      const isSkipped = lines.includes('initFn is not run: it is for a log folder without checkpoints.');
      expect(isSkipped).toBe(calls === 0);
      expectClose(losses, expected.losses);
    }
  },
  log_lines_7_steps_log_every_3: async () => {
    await trainTiny(logdir, { numberOfSteps: 7, logEveryNSteps: 3 });
    const withoutTime = (line: string): string =>
      line.replace(/\(\d+\.\d{3} sec\/step\)/, '(0.000 sec/step)');
    const expected = fixture.train.log_lines_7_steps_log_every_3.value
      .map(line => line.replace(/^INFO: /, '').replace('<LOGDIR>', logdir))
      .filter(line => /^(Saving|global step|Stopping|Finished)/.test(line));
    // Ours also says in which mode the steps run, and when it saves at the end.
    const steps = lines.map(withoutTime).filter(line => !line.startsWith('Training steps run in'));
    expect(steps).toEqual([...expected, `Saving checkpoint to path ${join(logdir, 'model.ckpt')}`]);
  },
};

describe.each([
  ['createTrainOp', fixture.create_train_op, creating],
  ['train', fixture.train, training],
] as const)('%s', (_, outcomes, cases) => {
  const named = Object.entries(outcomes).map(
    ([name, outcome]) => [`${name}${name in DIFFERENCES ? ', our way' : ''}`, name, outcome] as const,
  );
  test.each(named)('%s', async (_title, name, outcome) => {
    const check = cases[name];
    if (check === undefined) throw new Error(`The test knows no case ${name}.`);
    await check(outcome);
  });
});

async function expectNewest(name: string, globalStep: number): Promise<void> {
  const state = await readCheckpointState(logdir);
  expect(state?.model).toBe(join(logdir, name));
  expect(existsSync(join(logdir, 'train.lock'))).toBe(false);
  const checkpoint = await openCheckpoint(join(logdir, name));
  const { bytes } = await checkpoint.read('global_step');
  await checkpoint.close();
  expect(new BigInt64Array(bytes.slice().buffer)[0]).toBe(BigInt(globalStep));
}
