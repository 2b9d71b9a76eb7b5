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
import { Graph } from '../../src/slim/scope/graph.ts';
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
import { keywordIn } from './python-text.ts';
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
    readonly nan_during_train: {
      readonly ok: false;
      readonly message: string;
      readonly core_message: string;
      readonly checkpoints_left: readonly string[];
    };
  };
  /** In words: `v = [1,2,3], u = [0,0] (unused); loss = sum(v*v); SGD 0.1`. */
  readonly tiny_model: string;
};

const tiny = {
  v: keywordIn(fixture.tiny_model, 'v') as number[],
  u: keywordIn(fixture.tiny_model, 'u') as number[],
  learningRate: Number(/SGD ([\d.e-]+)/.exec(fixture.tiny_model)?.[1]),
};
/** The loss at first. A step multiplies v by 1 - 2 * learning rate, and the loss by the square of that. */
const FIRST_LOSS = tiny.v.reduce((sum, value) => sum + value * value, 0);
const LOSS_FACTOR = (1 - 2 * tiny.learningRate) ** 2;

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
  readonly #length: number;
  #index = 0;

  constructor(length = Infinity) {
    this.#length = length;
  }

  peek(): Promise<NumberBatch | null> {
    return Promise.resolve(this.#index < this.#length ? tf.scalar(this.#index) : null);
  }

  async next(): Promise<NumberBatch | null> {
    const batch = await this.peek();
    this.#index++;
    return batch;
  }

  position(): { index: number } {
    return { index: this.#index };
  }

  seek({ index = 0 }: { index?: number }): Promise<void> {
    this.#index = index;
    return Promise.resolve();
  }
}

/** The fixture's {@link tiny} model: the loss is the sum of v * v; u is unused. */
function tinyLoss(factor?: (batch: NumberBatch) => tf.Scalar): (batch: NumberBatch) => tf.Scalar {
  return batch => {
    const v = variable('v', { shape: [tiny.v.length], initializer: () => tf.tensor1d(tiny.v) });
    variable('u', { shape: [tiny.u.length], initializer: () => tf.tensor1d(tiny.u) });
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
  return createTrainOp(loss, new GradientDescentOptimizer(tiny.learningRate), options());
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
      expect([...getUniqueVariable('u').value.dataSync()]).toEqual(tiny.u);
    });
  },
};

/** What TF-Slim does and we do otherwise, on purpose: what happens instead is asserted under the same name. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  init_op_None: 'Variables have values from the moment they are made; TF-Slim fails for want of them.',
  resume_sequence: 'A finished run takes no step more; extraStepOnResume brings it back.',
  nan_during_train: 'The weights of before the bad step are saved; TF-Slim saves nothing more.',
};

const training: Readonly<Record<string, Case>> = {
  train_op_None: async outcome => {
    await expect(train(null as never, logdir)).rejects.toThrow(inOurWords(outcome));
  },
  number_of_steps_0: refusesSteps(0),
  number_of_steps_negative: refusesSteps(-1),
  logdir_None_summary_op: refusesWithoutFolder('summaryOp', () => []),
  logdir_None_saver: refusesWithoutFolder('saver', new Saver()),
  logdir_None_trace: refusesWithoutFolder('traceEveryNSteps', 2),
  init_op_None: async outcome => {
    expect(outcome.ok).toBe(false);
    expectClose([(await trainTiny(logdir, { numberOfSteps: 1, initOp: null })) ?? NaN], FIRST_LOSS);
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
    // That before the last step.
    expectClose([loss ?? NaN], FIRST_LOSS * LOSS_FACTOR ** (steps - 1));
    await expectNewest(latest, steps);
  },
  init_fn_skipped_when_logdir_has_checkpoint: async () => {
    const { value: runs } = fixture.train.init_fn_skipped_when_logdir_has_checkpoint;
    // What the recorded function makes of each number of v is told by the first loss.
    const initial = Math.sqrt((runs[0]?.losses[0] ?? NaN) / tiny.v.length);
    for (const expected of runs) {
      let calls = 0;
      const losses: number[] = [];
      await trainTiny(logdir, {
        numberOfSteps: expected.number_of_steps,
        initFn: () => {
          calls++;
          getUniqueVariable('v').value.assign(tf.fill([tiny.v.length], initial));
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
};

/** Cases whose names say how many steps. */
const counted: readonly (readonly [RegExp, (...counts: number[]) => Case])[] = [
  [
    /^logdir_None_number_of_steps_(\d+)$/,
    numberOfSteps => async outcome => {
      const loss = await trainTiny(null, { numberOfSteps });
      expectClose([loss ?? NaN], outcome.ok ? (outcome.value as number) : NaN);
    },
  ],
  [
    /^log_lines_(\d+)_steps_log_every_(\d+)$/,
    (numberOfSteps, logEveryNSteps) => async outcome => {
      await trainTiny(logdir, { numberOfSteps, logEveryNSteps });
      const withoutTime = (line: string): string =>
        line.replace(/\(\d+\.\d{3} sec\/step\)/, '(0.000 sec/step)');
      const expected = (outcome.ok ? (outcome.value as readonly string[]) : [])
        .map(line => line.replace(/^INFO: /, '').replace('<LOGDIR>', logdir))
        .filter(line => /^(Saving|global step|Stopping|Finished)/.test(line));
      expect(expected.length).toBeGreaterThan(0);
      // Ours also says in which mode the steps run, and when it saves at the end.
      const steps = lines.map(withoutTime).filter(line => !line.startsWith('Training steps run in'));
      expect(steps).toEqual([...expected, `Saving checkpoint to path ${join(logdir, 'model.ckpt')}`]);
    },
  ],
];

function countedCase(name: string): Case | undefined {
  for (const [pattern, make] of counted) {
    const found = pattern.exec(name);
    if (found !== null) return make(...found.slice(1).map(Number));
  }
  return undefined;
}

describe.each([
  ['createTrainOp', fixture.create_train_op, creating],
  ['train', fixture.train, training],
] as const)('%s', (_, outcomes, cases) => {
  const named = Object.entries(outcomes).map(
    ([name, outcome]) => [`${name}${name in DIFFERENCES ? ', our way' : ''}`, name, outcome] as const,
  );
  test.each(named)('%s', async (_title, name, outcome) => {
    const check = cases[name] ?? countedCase(name);
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
