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
    readonly resume_sequence: { readonly value: readonly Resumed[] };
    readonly OutOfRangeError_ends_quietly_and_saves: {
      readonly value: { readonly returned_loss: number; readonly latest: string };
    };
    readonly init_fn_skipped_when_logdir_has_checkpoint: {
      readonly value: readonly {
        readonly number_of_steps: number;
        readonly init_fn_calls: number;
        readonly losses: readonly number[];
      }[];
    };
    readonly log_lines_7_steps_log_every_3: { readonly value: readonly string[] };
    readonly nan_during_train: {
      readonly core_message: string;
      readonly checkpoints_left: readonly string[];
    };
    readonly logdir_None_number_of_steps_5: { readonly value: number };
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

describe('createTrainOp', () => {
  const message = (name: string): string => {
    const outcome = fixture.create_train_op[name];
    if (outcome?.ok !== false) throw new Error(`${name} is no error in the fixture.`);
    return outcome.message;
  };

  test('multiply_None_gradient and create_multiplier_of_None_gradient', async () => {
    const gradientMultipliers = { u: 2 };
    await new Graph().asDefault(async () => {
      await expect(tinyTrainOp(() => ({ gradientMultipliers }))).rejects.toThrow(
        message('create_multiplier_of_None_gradient').slice(0, -1),
      );
      const u = getUniqueVariable('u');
      expect(() => multiplyGradients([{ gradient: null, variable: u }], gradientMultipliers)).toThrow(
        message('multiply_None_gradient').slice(0, -1),
      );
    });
  });

  test('multiply_not_a_list, multiply_empty, multiply_not_dict', () => {
    const theirNames = (text: string): string =>
      text
        .replace('grads_and_vars', 'gradsAndVars')
        .replace('gradient_multipliers', 'gradientMultipliers')
        .replace(/dict\.$/, '');
    const none = {} as Record<string, number>;
    expect(() => multiplyGradients(none as never, { v: 1 })).toThrow(
      theirNames(message('multiply_not_a_list')),
    );
    expect(() => multiplyGradients([], none)).toThrow(theirNames(message('multiply_empty')));
    expect(() => multiplyGradients([], 3 as never)).toThrow(theirNames(message('multiply_not_dict')));
  });

  test('create_no_gradients_at_all', async () => {
    await new Graph().asDefault(async () => {
      const making = tinyTrainOp(() => ({ variablesToTrain: [getUniqueVariable('u')] }));
      await expect(making).rejects.toThrow(
        'No gradients provided for any variable: the loss depends on none of u.',
      );
    });
  });

  test('create_no_variables, create_empty_variables_to_train, create_untrainable_variable', async () => {
    await new Graph().asDefault(async () => {
      const loss = await defineLoss(new Numbers(), batch => batch.mul(2));
      await expect(createTrainOp(loss, new GradientDescentOptimizer(0.1))).rejects.toThrow(
        'There is no trainable variable',
      );
    });
    await new Graph().asDefault(async () => {
      await expect(tinyTrainOp(() => ({ variablesToTrain: [] }))).rejects.toThrow(
        'variablesToTrain is empty',
      );
      const fixed = variable('fixed', { shape: [], trainable: false });
      await expect(tinyTrainOp(() => ({ variablesToTrain: [fixed] }))).rejects.toThrow(
        'fixed is not trainable',
      );
    });
  });

  test('create_with_unused_variable_ok', async () => {
    expect(fixture.create_train_op['create_with_unused_variable_ok']?.ok).toBe(true);
    await new Graph().asDefault(async () => {
      const trainOp = await tinyTrainOp();
      await trainOp.run();
      expect([...getUniqueVariable('u').value.dataSync()]).toEqual([0, 0]);
    });
  });
});

describe('train', () => {
  test('train_op_None', async () => {
    await expect(train(null as never, logdir)).rejects.toThrow('trainOp cannot be empty');
  });

  test.each([0, -1])('number_of_steps %i', async numberOfSteps => {
    await expect(trainTiny(null, { numberOfSteps })).rejects.toThrow(
      '`numberOfSteps` must be either null or a positive',
    );
  });

  test('logdir_None refuses what goes to a log folder', async () => {
    await expect(trainTiny(null, { summaryOp: () => [] })).rejects.toThrow(
      'Cannot provide summaryOp because logdir is null',
    );
    await expect(trainTiny(null, { saver: new Saver() })).rejects.toThrow(
      'Cannot provide saver because logdir is null',
    );
    await expect(trainTiny(null, { traceEveryNSteps: 2 })).rejects.toThrow(
      'Cannot provide traceEveryNSteps because logdir is null',
    );
  });

  test('logdir_None_number_of_steps_5', async () => {
    const loss = await trainTiny(null, { numberOfSteps: 5 });
    expectClose([loss ?? NaN], fixture.train.logdir_None_number_of_steps_5.value);
  });

  /** TF-Slim's init_op None leaves variables without values and fails; ours have one from the start. */
  test('init_op_None trains all the same', async () => {
    expect(fixture.train['init_op_None']?.ok).toBe(false);
    expect(await trainTiny(logdir, { numberOfSteps: 1, initOp: null })).toBe(14);
  });

  test('resume_sequence, as TF-Slim, with extraStepOnResume', async () => {
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
  });

  test('resume_sequence, our way: a finished run takes no step more', async () => {
    expect(await trainTiny(logdir, { numberOfSteps: 5 })).not.toBeNull();
    expect(await trainTiny(logdir, { numberOfSteps: 5 })).toBeNull();
    await expectNewest('model.ckpt-5', 5);
    expect(await trainTiny(logdir, { numberOfSteps: 8 })).not.toBeNull();
    await expectNewest('model.ckpt-8', 8);
  });

  test('nan_during_train', async () => {
    const { core_message: message, checkpoints_left: theirs } = fixture.train.nan_during_train;
    const nanAtThird = (batch: NumberBatch): tf.Scalar =>
      tf.where(batch.equal(2), tf.scalar(NaN), tf.scalar(1));
    const training = trainTiny(logdir, { numberOfSteps: 5 }, new Numbers(), nanAtThird);
    await expect(training).rejects.toThrow(message);
    // TF-Slim leaves what it had saved before; ours is saved as well as it was before the step that failed.
    const left = readdirSync(logdir).filter(name => name.endsWith('.index'));
    expect(left).toEqual([...theirs, 'model.ckpt-2.index']);
  });

  test('OutOfRangeError_ends_quietly_and_saves', async () => {
    const { latest } = fixture.train.OutOfRangeError_ends_quietly_and_saves.value;
    const steps = Number(latest.replace('model.ckpt-', ''));
    const loss = await trainTiny(logdir, {}, new Numbers(steps));
    // Each step multiplies v by 0.8; the loss is that before the last step.
    expectClose([loss ?? NaN], 14 * 0.64 ** (steps - 1));
    await expectNewest(latest, steps);
  });

  test('init_fn_skipped_when_logdir_has_checkpoint', async () => {
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
  });

  test('log_lines_7_steps_log_every_3', async () => {
    await trainTiny(logdir, { numberOfSteps: 7, logEveryNSteps: 3 });
    const withoutTime = (line: string): string =>
      line.replace(/\(\d+\.\d{3} sec\/step\)/, '(0.000 sec/step)');
    const expected = fixture.train.log_lines_7_steps_log_every_3.value
      .map(line => line.replace(/^INFO: /, '').replace('<LOGDIR>', logdir))
      .filter(line => /^(Saving|global step|Stopping|Finished)/.test(line));
    const steps = lines.map(withoutTime);
    // Ours also says when it saves at the end.
    expect(steps).toEqual([...expected, `Saving checkpoint to path ${join(logdir, 'model.ckpt')}`]);
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
