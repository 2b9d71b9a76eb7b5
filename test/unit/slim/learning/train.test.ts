/** The loop: resuming, saving, what it writes, whom it obeys, and how it fails. */

import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  TRAINING_HOST,
  installTrainingHost,
  type TrainingCommand,
} from '../../../../src/protocol/training-host.ts';
import * as slim from '../../../../src/slim/index.ts';
import { uniformValues } from '../../../../src/slim/random/random-values.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';
import { consoleLines } from '../console-lines.ts';
import { checkpointsIn, contentOf, eventsIn, newLogFolder, scalarsIn } from '../log-folder.ts';
import { RecordingHost } from '../recording-host.ts';
import { makeSmall, trainSmall } from '../small-training.ts';

beforeAll(chooseBackend);

const lines = consoleLines();
afterEach(() => {
  Reflect.deleteProperty(globalThis, TRAINING_HOST);
});

describe('resuming', () => {
  /** Beside dropout, batch norm, Adam and shuffled data, which the small training has anyway. */
  const kinds: [string, (() => slim.learning.CreateTrainOpOptions) | undefined, string[]][] = [
    [
      'with dropout, batch norm and shuffled data',
      undefined,
      ['fc1/BatchNorm/moving_mean', 'fc1/weights/Adam_1'],
    ],
    [
      'with averaged variables, accumulated and clipped gradients besides',
      () => {
        const average = new slim.train.ExponentialMovingAverage(0.9);
        slim.addToCollection(slim.GraphKeys.UPDATE_OPS, average.apply(slim.getTrainableVariables()));
        return { accumulateGradients: 2, clipGradientNorm: 0.5 };
      },
      ['fc1/weights/ExponentialMovingAverage'],
    ],
  ];

  test.each(kinds)(
    'a run that was stopped at random steps ends bit for bit as one that was not, %s',
    async (_, options, slots) => {
      const [whole, parts] = [newLogFolder(), newLogFolder()];
      await trainSmall(whole, () => ({ numberOfSteps: 200 }), {}, options);
      const stops = [...uniformValues(5, 20, 1, 200)].map(Math.floor).sort((a, b) => a - b);
      expect(new Set(stops).size).toBe(5);
      for (const numberOfSteps of [...stops, 200])
        await trainSmall(parts, () => ({ numberOfSteps }), {}, options);
      const [expected, actual] = await Promise.all(
        [whole, parts].map(folder => contentOf(join(folder, 'model.ckpt-200'))),
      );
      expect(Object.keys(expected ?? {})).toEqual(expect.arrayContaining([...slots, 'slim_data/index']));
      expect(actual).toEqual(expected);
    },
  );

  test('takes up every train op of the run: its data, and how many steps it took', async () => {
    const numbers = (seed: number): slim.data.IndexedSource<{ x: tf.Tensor2D }> =>
      slim.data.arrays({ x: tf.range(0, 40).reshape<tf.Tensor2D>([40, 1]) }, { batchSize: 3, seed });
    /** A process of its own: two train ops by turns, one of which counts no step, on data of their own and shared ones. */
    const runTo = (logdir: string, numberOfSteps: number): Promise<number[]> =>
      new slim.Graph().asDefault(async () => {
        const lossOf = (
          data: slim.data.Source<{ x: tf.Tensor2D }>,
          scope: string,
        ): Promise<slim.Loss<{ x: tf.Tensor2D }>> =>
          slim.defineLoss(data, ({ x }) => {
            const net = slim.dropout(x, { keepProb: 0.5, scope: `${scope}/dropout` });
            return slim.fullyConnected(net, 2, { scope, activationFn: null }).mean<tf.Scalar>();
          });
        const shared = numbers(1);
        const [first, second, third] = [
          await lossOf(numbers(2), 'a'),
          await lossOf(shared, 'b'),
          await lossOf(shared, 'c'),
        ];
        const optimizer = (): slim.train.Optimizer =>
          new slim.train.MomentumOptimizer(step => tf.scalar(0.001).mul(step.add(1)), 0.9);
        const a = await slim.learning.createTrainOp(first, optimizer(), { globalStep: null });
        const b = await slim.learning.createTrainOp(second, optimizer());
        const c = await slim.learning.createTrainOp(third, optimizer(), { globalStep: null });
        const losses: number[] = [];
        await slim.learning.train(b, logdir, {
          numberOfSteps,
          trainStepFn: async op => {
            losses.push(await a.run(), await c.run(), await a.run());
            const result = await slim.learning.trainStep(op);
            losses.push(result.totalLoss);
            return result;
          },
        });
        return losses;
      });
    const [whole, parts] = [newLogFolder(), newLogFolder()];
    const expected = await runTo(whole, 9);
    const got = [...(await runTo(parts, 4)), ...(await runTo(parts, 9))];
    expect(got).toEqual(expected);
    expect(await contentOf(join(parts, 'model.ckpt-9'))).toEqual(
      await contentOf(join(whole, 'model.ckpt-9')),
    );
  });

  test('goes on from the newest checkpoint that is sound, and says which were not', async () => {
    const logdir = newLogFolder();
    await trainSmall(logdir, () => ({ numberOfSteps: 10, saveEveryNSteps: 5 }));
    expect(checkpointsIn(logdir)).toEqual(['model.ckpt-0', 'model.ckpt-5', 'model.ckpt-10']);
    truncateSync(join(logdir, 'model.ckpt-10.data-00000-of-00001'), 100);
    await trainSmall(logdir, () => ({ numberOfSteps: 12 }));
    expect(lines.filter(line => line.includes('damaged'))).toHaveLength(1);
    expect(lines).toContain(`Restoring parameters from ${join(logdir, 'model.ckpt-5')}`);
    expect(checkpointsIn(logdir)).toContain('model.ckpt-12');
  });

  test('does not begin anew where all checkpoints are damaged', async () => {
    const logdir = newLogFolder();
    writeFileSync(join(logdir, 'model.ckpt-7.index'), 'not an index');
    await expect(trainSmall(logdir, () => ({ numberOfSteps: 1 }))).rejects.toThrow('none that is sound');
    expect(existsSync(join(logdir, 'train.lock'))).toBe(false);
  });

  test('a model that changed is refused, with the variables that differ', async () => {
    const logdir = newLogFolder();
    await trainSmall(logdir, () => ({ numberOfSteps: 1 }));
    const other = new slim.Graph().asDefault(async () => {
      const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([4, 3]) });
      const loss = await slim.defineLoss(data, ({ x }) =>
        slim
          .fullyConnected(slim.fullyConnected(x, 8, { scope: 'fc1' }), 2, { scope: 'new' })
          .mean<tf.Scalar>(),
      );
      const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(1));
      return slim.learning.train(trainOp, logdir, { numberOfSteps: 2 });
    });
    await expect(other).rejects.toThrow(
      /fc1\/weights is \[4, 8\] there, \[3, 8\] here.+new\/weights is not in it.+assignFromCheckpoint/,
    );
  });

  test('data at their end end the run well, and a later start has none left', async () => {
    const logdir = newLogFolder();
    await trainSmall(logdir, () => ({}), { numEpochs: 2 });
    expect(checkpointsIn(logdir).at(-1)).toBe('model.ckpt-14');
    expect(await trainSmall(logdir, () => ({}), { numEpochs: 2 })).toBeNull();
  });
});

describe('checkpoints', () => {
  test('the five newest stay, and those that are listed are those that are there', async () => {
    const logdir = newLogFolder();
    await trainSmall(logdir, () => ({ numberOfSteps: 9, saveEveryNSteps: 1 }));
    const expected = [5, 6, 7, 8, 9].map(step => `model.ckpt-${step}`);
    expect(checkpointsIn(logdir)).toEqual(expected);
    const state = readFileSync(join(logdir, 'checkpoint'), 'utf8');
    expect([...state.matchAll(/all_model_checkpoint_paths: "(.*)"/g)].map(match => match[1])).toEqual(
      expected,
    );
    await trainSmall(logdir, () => ({ numberOfSteps: 11 }));
    expect(checkpointsIn(logdir)).toEqual([6, 7, 8, 9, 11].map(step => `model.ckpt-${step}`));
  });

  test('a Saver of the own keeps as many as it is told', async () => {
    const logdir = newLogFolder();
    const saver = new slim.train.Saver({ maxToKeep: 2 });
    await trainSmall(logdir, () => ({ numberOfSteps: 4, saveEveryNSteps: 1, saver }));
    expect(checkpointsIn(logdir)).toEqual(['model.ckpt-3', 'model.ckpt-4']);
  });

  test('timers that are off save at the end only', async () => {
    const logdir = newLogFolder();
    await trainSmall(logdir, () => ({ numberOfSteps: 2, saveIntervalSecs: 0, saveSummariesSecs: 0 }));
    expect(checkpointsIn(logdir)).toEqual(['model.ckpt-2']);
    expect(scalarsIn(logdir, 'total_loss').size).toBe(0);
  });

  test('what was trained before an exception is saved, and the exception is told', async () => {
    const logdir = newLogFolder();
    const training = trainSmall(logdir, () => ({
      hooks: {
        onStep: ({ step }) => {
          if (step === 3) throw new Error('from the hook');
        },
      },
    }));
    await expect(training).rejects.toThrow('from the hook');
    expect(checkpointsIn(logdir).at(-1)).toBe('model.ckpt-3');
    expect(existsSync(join(logdir, 'train.lock'))).toBe(false);
  });

  test('the best by a metric stay, however old, also over a resume', async () => {
    const logdir = newLogFolder();
    const scores = [0.5, 0.9, 0.1, 0.7, NaN, 0.2, 0.3, 0.4];
    const trainTo = (numberOfSteps: number): Promise<unknown> =>
      new slim.Graph().asDefault(async graph => {
        const { trainOp } = await makeSmall();
        const evaluate = (): Promise<{ score: number }> =>
          Promise.resolve({ score: scores[trainOp.currentStep() - 1] ?? NaN });
        return slim.learning.train(trainOp, logdir, {
          numberOfSteps,
          saver: new slim.train.Saver({ maxToKeep: 1 }),
          evaluate: { metrics: { graph, evaluate }, everyNSteps: 1 },
          keepBest: { metric: 'score', count: 2 },
        });
      });
    await trainTo(5);
    expect(checkpointsIn(logdir)).toEqual(['model.ckpt-2', 'model.ckpt-4', 'model.ckpt-5']);
    await trainTo(8);
    expect(checkpointsIn(logdir)).toEqual(['model.ckpt-2', 'model.ckpt-4', 'model.ckpt-8']);
    const best = JSON.parse(readFileSync(join(logdir, 'best_checkpoints.json'), 'utf8')) as object;
    expect(best).toEqual({
      metric: 'score',
      mode: 'max',
      checkpoints: [
        { name: 'model.ckpt-2', step: 2, value: 0.9 },
        { name: 'model.ckpt-4', step: 4, value: 0.7 },
      ],
    });
  });
});

test('a best checkpoint that is named outside of the log folder is not deleted with those that were overtaken', async () => {
  const root = newLogFolder();
  const [other, logdir] = [join(root, 'other'), join(root, 'logs')];
  await trainSmall(other, () => ({ numberOfSteps: 1 }));
  mkdirSync(logdir);
  const names = ['../other/model.ckpt-1', join(other, 'model.ckpt-1')];
  const checkpoints = names.map(name => ({ name, step: 1, value: 0 }));
  const content = JSON.stringify({ metric: 'score', mode: 'max', checkpoints });
  writeFileSync(join(logdir, 'best_checkpoints.json'), content);
  await new slim.Graph().asDefault(async graph => {
    const { trainOp } = await makeSmall();
    return slim.learning.train(trainOp, logdir, {
      numberOfSteps: 2,
      evaluate: { metrics: { graph, evaluate: () => Promise.resolve({ score: 1 }) }, everyNSteps: 1 },
      keepBest: { metric: 'score', count: 2 },
    });
  });
  expect(checkpointsIn(other)).toEqual(['model.ckpt-0', 'model.ckpt-1']);
  const best = JSON.parse(readFileSync(join(logdir, 'best_checkpoints.json'), 'utf8')) as {
    checkpoints: { name: string }[];
  };
  expect(best.checkpoints.map(({ name }) => name)).toEqual(['model.ckpt-1', 'model.ckpt-2']);
});

describe('early stopping', () => {
  const scores = [1, 3, 2, 2.5, 2, 9];

  function train(logdir: string, numberOfSteps: number): Promise<unknown> {
    return new slim.Graph().asDefault(async graph => {
      const { trainOp } = await makeSmall();
      const evaluate = (): Promise<{ score: number }> =>
        Promise.resolve({ score: scores[trainOp.currentStep() - 1] ?? NaN });
      return slim.learning.train(trainOp, logdir, {
        numberOfSteps,
        evaluate: { metrics: { graph, evaluate }, everyNSteps: 1 },
        earlyStopping: { metric: 'score', patience: 3 },
      });
    });
  }

  test('ends when the metric has not become better for so long', async () => {
    const logdir = newLogFolder();
    await train(logdir, 100);
    expect(checkpointsIn(logdir).at(-1)).toBe('model.ckpt-5');
    expect(lines).toContain('Stopping early: score has not become better in 3 evaluations.');
  });

  test('a resumed run has no more patience than it had left', async () => {
    const logdir = newLogFolder();
    await train(logdir, 4);
    await train(logdir, 100);
    expect(checkpointsIn(logdir).at(-1)).toBe('model.ckpt-5');
  });

  test('asks for a metric that there is', async () => {
    const training = trainSmall(null, ({ metrics }) => ({
      numberOfSteps: 1,
      evaluate: { metrics, everyNSteps: 1 },
      earlyStopping: { metric: 'acuracy', patience: 1 },
    }));
    await expect(training).rejects.toThrow('earlyStopping asks for the metric acuracy; there are accuracy.');
  });
});

describe('event files', () => {
  test('hold losses, learning rate, evaluations and histograms, at the steps they belong to', async () => {
    const logdir = newLogFolder();
    const losses: number[] = [];
    await trainSmall(logdir, ({ metrics }) => ({
      numberOfSteps: 4,
      saveSummariesSecs: 1e-6,
      evaluate: { metrics, everyNSteps: 2 },
      hooks: {
        onStep: ({ loss }) => {
          losses.push(loss);
        },
      },
    }));
    expect(scalarsIn(logdir, 'total_loss')).toEqual(new Map(losses.map((loss, step) => [step, loss])));
    const total = scalarsIn(logdir, 'total_loss').get(0) ?? NaN;
    const parts = [
      'losses/softmax_cross_entropy_loss',
      'losses/fc1/weights/Regularizer/l2_regularizer',
      'losses/fc2/weights/Regularizer/l2_regularizer',
    ].map(tag => scalarsIn(logdir, tag).get(0) ?? NaN);
    expect(parts.reduce((sum, part) => sum + part)).toBeCloseTo(total, 5);
    expect(scalarsIn(logdir, 'learning_rate').get(3)).toBeCloseTo(0.02, 7);
    expect([...scalarsIn(logdir, 'eval/accuracy').keys()]).toEqual([2, 4]);
    expect(lines.filter(line => line.startsWith('Evaluation at global step'))).toHaveLength(2);
    expect([...scalarsIn(logdir, 'global_step/sec').keys()]).toEqual([1, 2, 3]);
    const histograms = eventsIn(logdir).flatMap(({ summary = [] }) =>
      summary.flatMap(({ tag, histogram }) => (histogram === undefined ? [] : [tag])),
    );
    expect(histograms.filter(tag => tag === 'fc1/weights')).toHaveLength(4);
    const sessions = eventsIn(logdir).flatMap(({ step, sessionLog }) =>
      sessionLog === undefined ? [] : [[sessionLog.status, step]],
    );
    expect(sessions).toEqual([
      [1, 0],
      [3, 0],
      [3, 4],
      [2, 4],
    ]);
  });

  test('hold what summaryOp gives instead, or nothing when it is null', async () => {
    const [own, none] = [newLogFolder(), newLogFolder()];
    const summaryOp = (): { tag: string; simpleValue: number }[] => [{ tag: 'mine', simpleValue: 5 }];
    await trainSmall(own, () => ({ numberOfSteps: 1, summaryOp }));
    await trainSmall(none, () => ({ numberOfSteps: 1, summaryOp: null }));
    expect(scalarsIn(own, 'mine')).toEqual(new Map([[0, 5]]));
    expect(scalarsIn(own, 'total_loss').size).toBe(0);
    expect(eventsIn(none).every(({ summary }) => summary === undefined)).toBe(true);
  });

  test('a trace of a step names its kernels', async () => {
    const logdir = newLogFolder();
    await trainSmall(logdir, () => ({ numberOfSteps: 3, traceEveryNSteps: 2 }));
    expect(existsSync(join(logdir, 'tf_trace-1.json'))).toBe(false);
    const { traceEvents } = JSON.parse(readFileSync(join(logdir, 'tf_trace-2.json'), 'utf8')) as {
      traceEvents: { ph: string; name: string; ts: number; dur: number }[];
    };
    expect(traceEvents.map(({ name }) => name)).toContain('StatelessRandomUniform');
    expect(traceEvents.every(({ ph, ts, dur }) => ph === 'X' && ts >= 0 && dur >= 0)).toBe(true);
  });
});

describe('what it refuses', () => {
  test.each([
    ['master', /train does not take master: training runs in this process/],
    ['initFeedDict', /ops are functions here/],
    ['syncOptimizer', /accumulate gradients/],
  ])('%s', async (name, message) => {
    await expect(trainSmall(null, () => ({ [name]: 'x' }))).rejects.toThrow(message);
  });

  test('a log folder that cannot be written, before any step', async () => {
    const file = join(newLogFolder(), 'a-file');
    writeFileSync(file, '');
    const onStep = vi.fn();
    const training = trainSmall(join(file, 'logs'), () => ({ numberOfSteps: 1, hooks: { onStep } }));
    await expect(training).rejects.toThrow(
      /^The log folder .*a-file.logs cannot be written: .+Choose another one\.$/,
    );
    expect(onStep).not.toHaveBeenCalled();
  });

  test('a log folder that another process trains into', async () => {
    const logdir = newLogFolder();
    await trainSmall(logdir, () => ({
      numberOfSteps: 1,
      hooks: {
        onStep: async () => {
          const second = trainSmall(logdir, () => ({ numberOfSteps: 1 }));
          await expect(second).rejects.toThrow(`Another process trains into ${logdir}: ${process.pid} on `);
        },
      },
    }));
  });

  test('takes over the lock of a process that is gone', async () => {
    const logdir = newLogFolder();
    // No system gives out a process id that large.
    writeFileSync(join(logdir, 'train.lock'), JSON.stringify({ id: 'x', pid: 2 ** 30, host: hostname() }));
    expect(await trainSmall(logdir, () => ({ numberOfSteps: 1 }))).not.toBeNull();
  });

  test('a list in place of metrics: keepBest without evaluate', async () => {
    const training = trainSmall(newLogFolder(), () => ({ keepBest: { metric: 'accuracy' } }));
    await expect(training).rejects.toThrow(
      'keepBest goes by a metric: it takes the option evaluate as well.',
    );
  });
});

describe('graph and globalStep', () => {
  test("the train op's own are taken", async () => {
    const graph = new slim.Graph();
    const { trainOp } = await graph.asDefault(() => makeSmall());
    const globalStep = slim.getGlobalStep(graph);
    if (globalStep === null) throw new Error('createTrainOp makes a global step.');
    await slim.learning.train(trainOp, null, { graph, globalStep, numberOfSteps: 2 });
    expect(globalStep.value.dataSync()[0]).toBe(2);
  });

  test('another graph is refused', async () => {
    const training = trainSmall(null, () => ({ graph: new slim.Graph(), numberOfSteps: 1 }));
    await expect(training).rejects.toThrow('graph is not the one that the train op was made in');
  });

  test('a step that the train op does not count is refused, as is none', async () => {
    await new slim.Graph().asDefault(async () => {
      const { trainOp } = await makeSmall();
      const mine = slim.variable('my_step', { shape: [], dtype: 'int64', trainable: false });
      const byMine = slim.learning.train(trainOp, null, { globalStep: mine, numberOfSteps: 1 });
      await expect(byMine).rejects.toThrow(
        'globalStep is my_step, and the train op counts up global_step: give createTrainOp the same { globalStep }.',
      );
      const byNone = slim.learning.train(trainOp, null, { globalStep: null as never, numberOfSteps: 1 });
      await expect(byNone).rejects.toThrow('globalStep cannot be null');
      expect(trainOp.currentStep()).toBe(0);
    });
  });

  test('one of the own counts, when createTrainOp was given it', async () => {
    await new slim.Graph().asDefault(async () => {
      const { trainOp: first } = await makeSmall();
      const mine = slim.variable('my_step', { shape: [], dtype: 'int64', trainable: false });
      const optimizer = new slim.train.GradientDescentOptimizer(0.1);
      const trainOp = await slim.learning.createTrainOp(first.loss, optimizer, { globalStep: mine });
      await slim.learning.train(trainOp, null, { globalStep: mine, numberOfSteps: 3 });
      expect(mine.value.dataSync()[0]).toBe(3);
      expect(first.currentStep()).toBe(0);
    });
  });
});

describe('readyOp', () => {
  test('is asked once, after initializing and also after restoring, before the first step', async () => {
    const logdir = newLogFolder();
    const order: string[] = [];
    const note = (what: string) => (): void => {
      order.push(what);
    };
    const trainTo = (numberOfSteps: number): Promise<unknown> =>
      trainSmall(logdir, () => ({
        numberOfSteps,
        initFn: note('initFn'),
        localInitOp: note('localInitOp'),
        readyOp: () => {
          order.push('readyOp');
          return [];
        },
        hooks: { onStep: note('step') },
      }));
    await trainTo(2);
    expect(order.splice(0)).toEqual(['initFn', 'localInitOp', 'readyOp', 'step', 'step']);
    await trainTo(3);
    expect(order).toEqual(['localInitOp', 'readyOp', 'step']);
  });

  test('what it names ends training before a step, and nothing is saved', async () => {
    const logdir = newLogFolder();
    const onStep = vi.fn();
    const readyOp = (): Promise<string[]> => Promise.resolve(['vocabulary', 'table']);
    const training = trainSmall(logdir, () => ({ numberOfSteps: 1, readyOp, hooks: { onStep } }));
    await expect(training).rejects.toThrow('Model is not ready: vocabulary, table. ');
    expect(onStep).not.toHaveBeenCalled();
    expect(checkpointsIn(logdir)).toEqual([]);
    expect(existsSync(join(logdir, 'train.lock'))).toBe(false);
  });

  test('without one, all variables have to have a value', async () => {
    const initFn = (): void => {
      slim.getUniqueVariable('fc2/biases').value.dispose();
    };
    const training = trainSmall(null, () => ({ numberOfSteps: 1, initFn }));
    await expect(training).rejects.toThrow('Model is not ready: fc2/biases. ');
  });

  test('null: nothing is asked', async () => {
    const training = trainSmall(null, () => ({ numberOfSteps: 1, readyOp: null }));
    expect(await training).not.toBeNull();
  });
});

describe('a step function of the own', () => {
  test('gets what it is given, and may end the loop; the limits hold all the same', async () => {
    const calls: [string, string][] = [];
    const trainStepFn: slim.learning.TrainStepFn<never, string> = async (trainOp, globalStep, kwargs) => {
      calls.push([globalStep?.name ?? 'none', kwargs]);
      const { totalLoss } = await slim.learning.trainStep(trainOp);
      return { totalLoss, shouldStop: calls.length === 3 };
    };
    await new slim.Graph().asDefault(async () => {
      const { trainOp } = await makeSmall();
      await slim.learning.train(trainOp as never, null, {
        trainStepFn,
        trainStepKwargs: 'mine',
        numberOfSteps: 10,
      });
      expect(calls).toEqual(Array(3).fill(['global_step', 'mine']));
      calls.length = 0;
      await slim.learning.train(trainOp as never, null, {
        trainStepFn,
        trainStepKwargs: 'mine',
        numberOfSteps: 5,
      });
      expect(calls).toHaveLength(2);
    });
  });

  test('that leaks nothing is not warned of', async () => {
    await trainSmall(null, () => ({ numberOfSteps: 150, logEveryNSteps: 0 }));
    expect(lines.filter(line => line.startsWith('WARNING'))).toEqual([]);
  });

  test('that leaks tensors is warned of, once', async () => {
    const leaked: tf.Tensor[] = [];
    await trainSmall(null, () => ({
      numberOfSteps: 250,
      logEveryNSteps: 0,
      hooks: {
        onStep: () => {
          leaked.push(tf.scalar(1), tf.scalar(2));
        },
      },
    }));
    tf.dispose(leaked);
    expect(lines.filter(line => line.startsWith('WARNING'))).toEqual([
      expect.stringContaining('each step leaves about 2 tensors behind'),
    ]);
  });
});

describe('a host', () => {
  const events = (host: RecordingHost): string[] =>
    host.told.flatMap(line => {
      if (line.startsWith('Saving checkpoint to path')) return 'save';
      return /^(begin|step|end|waiting)/.test(line) ? line : [];
    });

  test('sets what it wants, and the console says so', async () => {
    const logdir = newLogFolder();
    const host = new RecordingHost({ logdir, numberOfSteps: 2, saveSummariesSecs: 0 });
    installTrainingHost(host);
    await trainSmall('the/scripts/own', () => ({ numberOfSteps: 9 }));
    expect(events(host)).toEqual([
      `begin ${JSON.stringify({ logdir, startStep: 0, numberOfSteps: 2 })}`,
      'save',
      'step 1',
      'step 2',
      'save',
      'end 2 done',
    ]);
    expect(host.told).toContain(
      `logdir = ${logdir}, set by whoever started the run (the script says the/scripts/own).`,
    );
    expect(host.told).toContain('numberOfSteps = 2, set by whoever started the run (the script says 9).');
  });

  test('stops, saves and pauses it between two steps', async () => {
    const logdir = newLogFolder();
    const saved: object[] = [];
    const done = (result: object): void => {
      saved.push(result);
    };
    const host = new RecordingHost({}, [
      [1, [{ type: 'save', done }]],
      [2, [{ type: 'pause' }, { type: 'save', done }, { type: 'resume' }]],
      [3, [{ type: 'stop' }]],
    ]);
    installTrainingHost(host);
    await trainSmall(logdir, () => ({ saveIntervalSecs: 0 }));
    expect(events(host).slice(1)).toEqual([
      'step 1',
      'save',
      'step 2',
      'save',
      'step 3',
      'save',
      'end 3 stopped',
    ]);
    expect(saved).toEqual([1, 2].map(step => ({ path: join(logdir, `model.ckpt-${step}`), step })));
  });

  test('waits while paused', async () => {
    const queue: TrainingCommand[] = [{ type: 'pause' }];
    const host = new RecordingHost({}, [[1, queue]]);
    host.commandArrived = () => {
      host.told.push('waiting');
      queue.push({ type: 'stop' });
      return Promise.resolve();
    };
    installTrainingHost(host);
    await trainSmall(null, () => ({}));
    expect(events(host).slice(1)).toEqual(['step 1', 'waiting', 'end 1 stopped']);
  });

  test('is told why there is nowhere to save to', async () => {
    const answers: object[] = [];
    const done = (result: object): void => {
      answers.push(result);
    };
    installTrainingHost(new RecordingHost({}, [[1, [{ type: 'save', done }, { type: 'stop' }]]]));
    await trainSmall(null, () => ({}));
    expect(answers).toEqual([{ error: expect.stringContaining('logdir is null') as string }]);
  });
});

test('the event loop gets its turn while training', async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns++;
  }, 1);
  await trainSmall(null, () => ({ numberOfSteps: 300, logEveryNSteps: 0 }));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
});

test('an evaluation at the end comes where the last step had none', async () => {
  const logdir = newLogFolder();
  await trainSmall(logdir, ({ metrics }) => ({ numberOfSteps: 3, evaluate: { metrics, everyNSteps: 2 } }));
  expect([...scalarsIn(logdir, 'eval/accuracy').keys()]).toEqual([2, 3]);
});

test('a second Ctrl-C is no longer listened to: it ends the process as usual', async () => {
  const listeners: number[] = [];
  await trainSmall(null, () => ({
    hooks: {
      onStep: async () => {
        listeners.push(process.listenerCount('SIGINT'));
        process.kill(process.pid, 'SIGINT');
        await vi.waitFor(() => {
          expect(process.listenerCount('SIGINT')).toBe(0);
        });
      },
    },
  }));
  expect(listeners).toEqual([1]);
});

test('Ctrl-C and SIGTERM save and end the loop', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const logdir = newLogFolder();
    await trainSmall(logdir, () => ({
      saveIntervalSecs: 0,
      hooks: {
        onStep: ({ step }) => {
          if (step === 4) process.kill(process.pid, signal);
        },
      },
    }));
    expect(checkpointsIn(logdir)).toHaveLength(1);
    expect(lines).toContain('Stopping Training.');
    expect(process.listenerCount(signal)).toBe(0);
  }
});
