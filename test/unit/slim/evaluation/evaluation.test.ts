/** Evaluating: over all data, in a process of its own, on each new checkpoint. */

import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as slim from '../../../../src/slim/index.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';
import { newLogFolder, scalarsIn } from '../log-folder.ts';
import { makeSmall, smallModel, trainSmall } from '../small-training.ts';

beforeAll(chooseBackend);
beforeEach(() => {
  vi.spyOn(console, 'log').mockReturnValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function numbers(
  batchSize: number,
  options: slim.data.BatchOptions = {},
): slim.data.IndexedSource<{ x: tf.Tensor1D }> {
  return slim.data.arrays({ x: tf.tensor1d([1, 2, 3, 4, 10]) }, { batchSize, shuffle: false, ...options });
}

describe('metrics', () => {
  test('count each example once, also in a smaller last batch', async () => {
    const metrics = await slim.defineMetrics(numbers(2), ({ x }) => ({ mean: x.mean<tf.Scalar>() }));
    expect(await metrics.evaluate()).toEqual({ mean: 4 });
    expect(await metrics.evaluate()).toEqual({ mean: 4 });
  });

  test('take as many batches as they are told', async () => {
    const metrics = await slim.defineMetrics(numbers(2), ({ x }) => ({ mean: x.mean<tf.Scalar>() }), {
      numEvals: 2,
    });
    expect(await metrics.evaluate()).toEqual({ mean: 2.5 });
  });

  test('that count by themselves are set back at the start of each evaluation', async () => {
    await new slim.Graph().asDefault(async () => {
      const metrics = await slim.defineMetrics(numbers(2), ({ x }) => {
        const sum = slim.localVariable('sum', { shape: [], initializer: () => tf.scalar(0) });
        const batchSum = x.sum<tf.Scalar>();
        return {
          total: {
            value: () => sum.value as unknown as tf.Scalar,
            updateOp: () => {
              sum.value.assign(sum.value.add(batchSum));
            },
          },
        };
      });
      expect(await metrics.evaluate()).toEqual({ total: 20 });
      expect(await metrics.evaluate()).toEqual({ total: 20 });
      expect(slim.getVariables()).toEqual([]);
      expect(slim.getLocalVariables().map(({ name }) => name)).toEqual(['sum']);
    });
  });

  test('leave no tensors behind', async () => {
    await new slim.Graph().asDefault(async () => {
      const { metrics } = await makeSmall();
      const before = tf.memory().numTensors;
      await metrics.evaluate();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test('do not move moving averages, nor the training’s randomness', async () => {
    await new slim.Graph().asDefault(async () => {
      const { trainOp, metrics } = await makeSmall();
      await trainOp.run();
      const mean = slim.getUniqueVariable('fc1/BatchNorm/moving_mean').value;
      const before = [...mean.dataSync()];
      await metrics.evaluate();
      expect([...mean.dataSync()]).toEqual(before);
    });
  });

  test('of no batch are an error', async () => {
    const metrics = await slim.defineMetrics(numbers(2), ({ x }) => ({ mean: x.mean<tf.Scalar>() }), {
      numEvals: 0,
    });
    await expect(metrics.evaluate()).rejects.toThrow('There was no batch to evaluate on');
  });
});

/** A process that only evaluates: no loss, no optimizer. */
function evaluationOnly<T>(fn: (metrics: slim.Evaluable) => Promise<T>): Promise<T> {
  return new slim.Graph().asDefault(async () => {
    const x = tf.tensor2d([1, 1, 1, 1, -1, -1, -1, -1], [2, 4]);
    const data = slim.data.arrays({ x, y: tf.tensor1d([1, 0], 'int32') }, { batchSize: 2, shuffle: false });
    const metrics = await slim.defineMetrics(data, ({ x: inputs, y }) => ({
      accuracy: slim.metrics.accuracy(tf.argMax(smallModel(inputs), 1), y),
    }));
    return fn(metrics);
  });
}

describe('checkpoints', () => {
  test('evaluateOnce restores one, without optimizer slots, and writes at its step', async () => {
    const [logdir, evalDir] = [newLogFolder(), newLogFolder()];
    await trainSmall(logdir, () => ({ numberOfSteps: 150 }));
    const result = await evaluationOnly(metrics =>
      slim.evaluation.evaluateOnce(metrics, join(logdir, 'model.ckpt-150'), evalDir),
    );
    expect(result).toEqual({ accuracy: 1 });
    expect(scalarsIn(evalDir, 'eval/accuracy')).toEqual(new Map([[150, 1]]));
  });

  test('evaluationLoop evaluates each new one, until the time is up', async () => {
    const [logdir, followed, evalDir] = [newLogFolder(), newLogFolder(), newLogFolder()];
    await trainSmall(logdir, () => ({ numberOfSteps: 2 }));
    cpSync(logdir, followed, { recursive: true });
    let looks = 0;
    const last = await evaluationOnly(metrics =>
      slim.evaluation.evaluationLoop(metrics, followed, evalDir, {
        evalIntervalSecs: 0,
        timeout: 0,
        timeoutFn: () => {
          looks++;
          if (looks > 1) return true;
          rmSync(followed, { recursive: true });
          return false;
        },
      }),
    );
    expect(last).toHaveProperty('accuracy');
    expect([...scalarsIn(evalDir, 'eval/accuracy').keys()]).toEqual([2]);
    expect(looks).toBe(2);
  });

  test('evaluationLoop ends after as many evaluations as it is told', async () => {
    const logdir = newLogFolder();
    await trainSmall(logdir, () => ({ numberOfSteps: 1 }));
    const last = await evaluationOnly(metrics =>
      slim.evaluation.evaluationLoop(metrics, logdir, null, { maxNumberOfEvaluations: 1 }),
    );
    expect(last).toHaveProperty('accuracy');
  });

  test('hooks take part: they end it, and write summaries of their own', async () => {
    const [logdir, model, own] = [newLogFolder(), newLogFolder(), newLogFolder()];
    await trainSmall(logdir, () => ({ numberOfSteps: 3 }));
    const order: string[] = [];
    const evaluate = (summaryOp?: slim.learning.SummaryOp): Promise<slim.evaluation.Evaluation> =>
      new slim.Graph().asDefault(async () => {
        const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([30, 4]) }, { batchSize: 1 });
        const metrics = await slim.defineMetrics(data, ({ x }) => {
          slim.summaries.addScalarSummary(smallModel(x).sum().mul(0).add(2), 'two');
          const count = slim.metrics.streamingMean(x);
          return { ones: count };
        });
        const last: slim.evaluation.EvaluationHook = {
          begin: () => void order.push('begin'),
          afterRun: evals => order.push(String(evals)) < 0,
          end: ({ globalStep, evaluation, summaries }) =>
            void order.push(`end ${globalStep} ${evaluation['ones']} ${summaries.length}`),
        };
        return slim.evaluation.evaluateOnce(metrics, join(logdir, 'model.ckpt-3'), null, {
          hooks: [
            new slim.evaluation.StopAfterNEvalsHook(2),
            new slim.evaluation.SummaryAtEndHook(summaryOp === undefined ? model : own, summaryOp === undefined ? {} : { summaryOp }), // prettier-ignore
            last,
          ],
        });
      });
    expect(await evaluate()).toEqual({ ones: 1 });
    expect(order).toEqual(['begin', '1', '2', 'end 3 1 1']);
    expect(vi.mocked(console.log).mock.calls.flat()).toContain('Evaluation [2/2]');
    expect(scalarsIn(model, 'two')).toEqual(new Map([[3, 2]]));
    await evaluate(() => [{ tag: 'mine', simpleValue: 5 }]);
    expect(scalarsIn(own, 'mine')).toEqual(new Map([[3, 5]]));
    expect(scalarsIn(own, 'two').size).toBe(0);
  });

  test('StopAfterNEvalsHook says how far it is ten times of 20 or more, or never', () => {
    const logged = vi.mocked(console.log).mock.calls;
    const run = (hook: slim.evaluation.StopAfterNEvalsHook, evals: number): boolean[] =>
      Array.from({ length: evals }, (_, index) => hook.afterRun(index + 1));
    expect(run(new slim.evaluation.StopAfterNEvalsHook(25), 25).indexOf(true)).toBe(24);
    const every2 = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 25].map(evals => `Evaluation [${evals}/25]`);
    expect(logged.flat()).toEqual(every2);
    logged.length = 0;
    expect(run(new slim.evaluation.StopAfterNEvalsHook(null), 2)).toEqual([false, false]);
    expect(logged.flat()).toEqual(['Evaluation [1]', 'Evaluation [2]']);
    logged.length = 0;
    run(new slim.evaluation.StopAfterNEvalsHook(2, { logProgress: false }), 2);
    expect(logged).toEqual([]);
    expect(() => new slim.evaluation.StopAfterNEvalsHook(0)).toThrow(
      'a positive number of batches, or null: 0',
    );
  });

  test.each(['numEvals', 'evalOp', 'sessionConfig'])(
    'evaluateOnce says what there is in place of %s',
    async name => {
      const metrics = await slim.defineMetrics(numbers(2), ({ x }) => ({ mean: x.mean<tf.Scalar>() }));
      await expect(
        slim.evaluation.evaluateOnce(metrics, 'model.ckpt-1', null, { [name]: 1 }),
      ).rejects.toThrow(`evaluateOnce does not take ${name}: `);
    },
  );

  test('waitForNewCheckpoint gives up when the time is up', async () => {
    expect(await slim.evaluation.waitForNewCheckpoint(newLogFolder(), null, { timeout: 0 })).toBeNull();
  });
});
