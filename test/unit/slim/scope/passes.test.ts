/**
 * What happens when: the rules of a pass, one run of the user's function on one batch. Restoring has rules of its own:
 * restoring.test.ts.
 */

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { InspectedModel } from '../../../../src/protocol/model-variable.ts';
import {
  TRAINING_HOST,
  installTrainingHost,
  type TrainingHost,
} from '../../../../src/protocol/training-host.ts';
import type { BatchNormOptions } from '../../../../src/slim/layers/batch-norm.ts';
import * as slim from '../../../../src/slim/index.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';

beforeAll(chooseBackend);

interface Batch extends tf.NamedTensorMap {
  readonly x: tf.Tensor2D;
}

function fourRows(): slim.data.IndexedSource<Batch> {
  const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2]);
  return slim.data.arrays({ x }, { batchSize: 2, shuffle: false });
}

function inGraph<T>(fn: () => Promise<T>): Promise<T> {
  return new slim.Graph().asDefault(fn);
}

function sumOfSquares(tensor: tf.Tensor): tf.Scalar {
  return tensor.square().sum<tf.Scalar>();
}

function trainOpOf(fn: (batch: Batch) => tf.Scalar): Promise<slim.learning.TrainOp<Batch>> {
  return slim
    .defineLoss(fourRows(), fn)
    .then(loss => slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.01)));
}

describe('Build', () => {
  test('consumes no data and leaves moving averages as they were', () =>
    inGraph(async () => {
      const data = fourRows();
      const options: BatchNormOptions = { scope: 'bn', decay: 0.5 };
      const loss = await slim.defineLoss(data, ({ x }) =>
        sumOfSquares(slim.batchNorm(x, { ...options, scale: true })),
      );
      expect(data.position()).toMatchObject({ epoch: 0, index: 0 });
      const mean = slim.getUniqueVariable('bn/moving_mean').value;
      expect([...mean.dataSync()]).toEqual([0, 0]);
      const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0));
      expect([...mean.dataSync()]).toEqual([0, 0]);
      expect(data.position()).toMatchObject({ epoch: 0, index: 0 });
      await trainOp.run();
      expect([...mean.dataSync()]).toEqual([1, 1.5]);
    }));

  test('makes the variables, which answer from then on', () =>
    inGraph(async () => {
      await slim.defineLoss(fourRows(), ({ x }) => sumOfSquares(slim.fullyConnected(x, 3)));
      expect(slim.getModelVariables().map(String)).toEqual([
        "<Variable 'fully_connected/weights' shape=(2, 3) dtype=float32>",
        "<Variable 'fully_connected/biases' shape=(3) dtype=float32>",
      ]);
    }));

  test('draws no random number: what is built first, or twice, changes nothing of what is drawn', async () => {
    const drawn = (buildsMore: boolean): Promise<number[]> =>
      inGraph(async () => {
        const draws: number[] = [];
        const draw = ({ x }: Batch): tf.Scalar => {
          const values = slim.randomUniform([3], 0, 1);
          draws.push(...values.dataSync());
          return sumOfSquares(slim.fullyConnected(x, 1, { scope: 'fc' })).add(values.sum());
        };
        if (buildsMore) await slim.defineLoss(fourRows(), draw);
        const trainOp = await trainOpOf(draw);
        draws.length = 0;
        await trainOp.run();
        await trainOp.run();
        return draws;
      });
    expect(await drawn(true)).toEqual(await drawn(false));
  });

  test('createTrainOp adds the slots and the global step', () =>
    inGraph(async () => {
      const loss = await slim.defineLoss(fourRows(), ({ x }) =>
        sumOfSquares(slim.fullyConnected(x, 3, { scope: 'fc' })),
      );
      const names = (): string[] => slim.getVariablesToRestore().map(({ name }) => name);
      expect(names()).toEqual(['fc/weights', 'fc/biases']);
      await slim.learning.createTrainOp(loss, new slim.train.MomentumOptimizer(0.1, 0.9));
      expect(names()).toEqual([
        'fc/weights',
        'fc/biases',
        'global_step',
        'fc/weights/Momentum',
        'fc/biases/Momentum',
      ]);
    }));

  test.each([
    ['an async function', () => Promise.resolve(tf.scalar(1)), 'is async'],
    ['nothing', () => undefined, 'returned nothing, not a loss'],
    ['a vector', ({ x }: Batch) => x.sum(0), 'returned float32 of shape [2]'],
  ])('refuses %s', (_, fn, message) =>
    inGraph(async () => {
      await expect(slim.defineLoss(fourRows(), fn as (batch: Batch) => tf.Scalar)).rejects.toThrow(message);
    }),
  );

  test('refuses data without a batch', () =>
    inGraph(async () => {
      const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([2, 2]) }, { numEpochs: 1 });
      await data.next();
      await expect(slim.defineLoss(data, ({ x }) => sumOfSquares(x))).rejects.toThrow('The data are empty');
    }));
});

describe('Names', () => {
  test('default names count anew in each pass, so that a pass finds what the build made', () =>
    inGraph(async () => {
      const trainOp = await trainOpOf(({ x }) =>
        sumOfSquares(slim.fullyConnected(slim.fullyConnected(x, 3), 2)),
      );
      await trainOp.run();
      await trainOp.run();
      expect(slim.getModelVariables().map(({ name }) => name)).toEqual([
        'fully_connected/weights',
        'fully_connected/biases',
        'fully_connected_1/weights',
        'fully_connected_1/biases',
      ]);
    }));

  test('the same scope twice in one pass is an error that names it, unless it is reused', () =>
    inGraph(async () => {
      const twice =
        (reuse: boolean | undefined) =>
        ({ x }: Batch) => {
          const once = slim.fullyConnected(x, 2, { scope: 'same' });
          return sumOfSquares(
            slim.fullyConnected(once, 2, { scope: 'same', ...(reuse === undefined ? {} : { reuse }) }),
          );
        };
      await expect(slim.defineLoss(fourRows(), twice(undefined))).rejects.toThrow(
        "Variable same/weights already exists: the scope 'same' was entered twice.",
      );
      await slim.defineLoss(fourRows(), twice(true));
      expect(slim.getModelVariables({ scope: 'same' })).toHaveLength(2);
    }));

  test('reuse of what is not there names the nearest variables', () =>
    inGraph(async () => {
      await slim.defineLoss(fourRows(), ({ x }) =>
        sumOfSquares(slim.fullyConnected(x, 2, { scope: 'first' })),
      );
      const reusing = slim.defineLoss(fourRows(), ({ x }) =>
        sumOfSquares(slim.fullyConnected(x, 2, { scope: 'frist', reuse: true })),
      );
      await expect(reusing).rejects.toThrow(/frist\/weights does not exist.+Nearest: first\/weights/);
    }));

  test('a variable that the build did not make is an error', () =>
    inGraph(async () => {
      let width = 2;
      const trainOp = await trainOpOf(({ x }) => {
        const net = slim.fullyConnected(x, 2, { scope: 'always' });
        return sumOfSquares(width === 2 ? net : slim.fullyConnected(net, width, { scope: 'later' }));
      });
      await trainOp.run();
      width = 3;
      await expect(trainOp.run()).rejects.toThrow(
        'Variable later/weights was not made when the model was built',
      );
    }));

  test('a bare tf.variable is an error that names the line', () =>
    inGraph(async () => {
      const bare = slim.defineLoss(fourRows(), ({ x }) => sumOfSquares(x.mul(tf.variable(tf.scalar(2)))));
      await expect(bare).rejects.toThrow(/tf\.variable\(\) was called .+ at .*passes\.test\.ts:\d+:\d+/);
      expect(tf.variable(tf.scalar(2)).dataSync()[0]).toBe(2);
    }));

  test('a variable of another shape is an error', () =>
    inGraph(async () => {
      await slim.defineLoss(fourRows(), ({ x }) => sumOfSquares(slim.fullyConnected(x, 2, { scope: 'fc' })));
      const other = slim.defineLoss(fourRows(), ({ x }) =>
        sumOfSquares(slim.fullyConnected(x, 5, { scope: 'fc' })),
      );
      await expect(other).rejects.toThrow('specified shape [2, 5] and found shape [2, 2]');
    }));
});

describe('Collections', () => {
  test('losses and penalties belong to the pass', () =>
    inGraph(async () => {
      const counts: number[] = [];
      const trainOp = await trainOpOf(({ x }) => {
        const net = slim.fullyConnected(x, 2, { scope: 'fc', weightsRegularizer: slim.l2Regularizer(0.1) });
        slim.losses.addLoss(sumOfSquares(net));
        counts.push(slim.losses.getLosses().length + slim.losses.getRegularizationLosses().length);
        return slim.losses.getTotalLoss();
      });
      await trainOp.run();
      await trainOp.run();
      expect(new Set(counts)).toEqual(new Set([2]));
      expect(slim.losses.getLosses()).toEqual([]);
    }));

  test('an update op keeps its identity over all passes, and computes with the tensors of its own', () =>
    inGraph(async () => {
      const trainOp = await trainOpOf(({ x }) => {
        const seen = slim.variable('seen', {
          shape: [2],
          initializer: () => tf.zeros([2]),
          trainable: false,
        });
        const last = x.sum(0);
        slim.addToCollection(slim.GraphKeys.UPDATE_OPS, () => {
          seen.value.assign(last);
        });
        return sumOfSquares(slim.fullyConnected(x, 2, { scope: 'fc' }));
      });
      expect(slim.getCollection(slim.GraphKeys.UPDATE_OPS)).toHaveLength(1);
      const [op] = slim.getCollection(slim.GraphKeys.UPDATE_OPS);
      const seen = slim.getUniqueVariable('seen').value;
      expect([...seen.dataSync()]).toEqual([0, 0]);
      await trainOp.run();
      expect([...seen.dataSync()]).toEqual([4, 6]);
      await trainOp.run();
      expect([...seen.dataSync()]).toEqual([12, 14]);
      expect(slim.getCollection(slim.GraphKeys.UPDATE_OPS)).toEqual([op]);
    }));

  test('what is added outside of a pass stays, and runs in each step', () =>
    inGraph(async () => {
      let runs = 0;
      const count = (): void => {
        runs++;
      };
      slim.addToCollection(slim.GraphKeys.UPDATE_OPS, count);
      const trainOp = await trainOpOf(({ x }) => sumOfSquares(slim.fullyConnected(x, 2, { scope: 'fc' })));
      await trainOp.run();
      await trainOp.run();
      expect(runs).toBe(2);
      expect(slim.getCollection(slim.GraphKeys.UPDATE_OPS)).toEqual([count]);
    }));
});

/** loss = 3 v, v = 1 at first: gradients are 3. */
async function threefold(
  options: () => slim.learning.CreateTrainOpOptions,
): Promise<slim.learning.TrainOp<Batch>> {
  const loss = await slim.defineLoss(fourRows(), () =>
    slim.variable('v', { shape: [], initializer: () => tf.scalar(1) }).value.mul<tf.Scalar>(3),
  );
  return slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.1), options());
}

function valueOf(name: string): number | undefined {
  return slim.getUniqueVariable(name).value.dataSync()[0];
}

describe('Step', () => {
  test('gradients are multiplied, then clipped, then transformed, and then applied', () =>
    inGraph(async () => {
      const seen: number[] = [];
      const trainOp = await threefold(() => ({
        gradientMultipliers: { v: 4 },
        clipGradientNorm: 2,
        transformGradsFn: gradients =>
          gradients.map(entry => {
            seen.push(entry.gradient?.dataSync()[0] ?? NaN);
            return { ...entry, gradient: entry.gradient?.mul(5) ?? null };
          }),
      }));
      seen.length = 0;
      await trainOp.run();
      expect(seen).toEqual([2]);
      expect(valueOf('v')).toBeCloseTo(1 - 0.1 * 10, 6);
    }));

  test('what is not finite then is found before the optimizer: no variable, update op or step takes part', () =>
    inGraph(async () => {
      let updates = 0;
      const trainOp = await threefold(() => ({
        transformGradsFn: gradients =>
          gradients.map(entry => ({ ...entry, gradient: entry.gradient?.div(0) ?? null })),
        updateOps: [
          () => {
            updates++;
          },
        ],
      }));
      await expect(trainOp.run()).rejects.toThrow(slim.learning.NonFiniteError);
      expect([valueOf('v'), valueOf('global_step'), updates]).toEqual([1, 0, 0]);
    }));

  test('update ops come after the optimizer, and the global step after them', () =>
    inGraph(async () => {
      const seen: (number | undefined)[] = [];
      const trainOp = await threefold(() => ({
        updateOps: [
          () => {
            seen.push(valueOf('v'), valueOf('global_step'));
          },
        ],
      }));
      await trainOp.run();
      expect(seen[0]).toBeCloseTo(0.7, 6);
      expect(seen[1]).toBe(0);
      expect(valueOf('global_step')).toBe(1);
    }));

  test('returns the loss before the update', () =>
    inGraph(async () => {
      const trainOp = await threefold(() => ({}));
      expect(await trainOp.run()).toBe(3);
      expect(await trainOp.run()).toBeCloseTo(2.1, 6);
    }));
});

describe('Evaluate', () => {
  test('metrics share the variables of the loss', () =>
    inGraph(async () => {
      await trainOpOf(({ x }) => sumOfSquares(slim.fullyConnected(x, 2, { scope: 'fc' })));
      const before = slim.getVariables();
      await slim.defineMetrics(fourRows(), ({ x }) => ({
        mean: slim.fullyConnected(x, 2, { scope: 'fc' }).mean<tf.Scalar>(),
      }));
      expect(slim.getVariables()).toEqual(before);
    }));

  test('isTraining is true in a loss and false in metrics, unless said otherwise', () =>
    inGraph(async () => {
      const seen: boolean[] = [];
      const trainOp = await trainOpOf(({ x }) => {
        seen.push(slim.isTraining());
        return sumOfSquares(slim.fullyConnected(x, 2, { scope: 'fc' }));
      });
      await trainOp.run();
      expect(new Set(seen)).toEqual(new Set([true]));
      seen.length = 0;
      const metrics = await slim.defineMetrics(fourRows(), ({ x }) => {
        seen.push(slim.isTraining());
        return { mean: slim.fullyConnected(x, 2, { scope: 'fc' }).mean<tf.Scalar>() };
      });
      await metrics.evaluate();
      expect(new Set(seen)).toEqual(new Set([false]));
      seen.length = 0;
      const asInTraining = await slim.defineMetrics(
        fourRows(),
        ({ x }) => {
          seen.push(slim.isTraining());
          return { mean: x.mean<tf.Scalar>() };
        },
        { isTraining: true },
      );
      await asInTraining.evaluate();
      expect(new Set(seen)).toEqual(new Set([true]));
    }));

  test('a pass inside a pass is refused', () =>
    inGraph(async () => {
      const metrics = await slim.defineMetrics(fourRows(), ({ x }) => ({ mean: x.mean<tf.Scalar>() }));
      const nested: Promise<unknown>[] = [];
      await slim.defineLoss(fourRows(), ({ x }) => {
        nested.push(metrics.evaluate());
        return sumOfSquares(x);
      });
      await expect(Promise.all(nested)).rejects.toThrow('A pass cannot begin inside another');
    }));

  test('steps leave no tensors behind, also with dropout, batch norm, penalties and summaries', () =>
    inGraph(async () => {
      const trainOp = await trainOpOf(({ x }) => {
        const weightsRegularizer = slim.l2Regularizer(0.1);
        const net = slim.fullyConnected(x, 4, { weightsRegularizer, normalizerFn: slim.batchNorm });
        slim.losses.addLoss(sumOfSquares(slim.dropout(net)));
        return slim.losses.getTotalLoss();
      });
      await trainOp.run();
      const before = tf.memory().numTensors;
      await trainOp.run();
      trainOp.summarizeNextRun([]);
      await trainOp.run();
      expect(tf.memory().numTensors).toBe(before);
    }));
});

describe('Randomness', () => {
  test('dropout draws by the step: the same in a step that is repeated, another in the next', () =>
    inGraph(async () => {
      const masks: number[][] = [];
      const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([64, 2]) }, { batchSize: 64 });
      const loss = await slim.defineLoss(data, ({ x }) => {
        const kept = slim.dropout(x);
        masks.push([...kept.dataSync()]);
        return sumOfSquares(slim.fullyConnected(kept, 1, { scope: 'fc' }));
      });
      const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0));
      masks.length = 0;
      await trainOp.run();
      await trainOp.run();
      trainOp.globalStep?.value.assign(tf.scalar(0, 'int32'));
      await trainOp.run();
      const [first, second, again] = masks;
      expect(first).not.toEqual(second);
      expect(again).toEqual(first);
      expect(new Set(first)).toEqual(new Set([0, 2]));
    }));

  test('is the same for a graph of the same seed, another for one of another', async () => {
    const drawn = (seed: number): Promise<number[]> =>
      inGraph(async () => {
        slim.setRandomSeed(seed);
        const draws: number[] = [];
        const trainOp = await trainOpOf(({ x }) => {
          draws.push(...slim.dropout(x, { scope: 'drop' }).dataSync());
          return sumOfSquares(slim.fullyConnected(x, 16, { scope: 'fc' }));
        });
        await trainOp.run();
        return [...draws, ...slim.getUniqueVariable('fc/weights').value.dataSync()];
      });
    expect(await drawn(5)).toEqual(await drawn(5));
    expect(await drawn(5)).not.toEqual(await drawn(6));
  });

  test('belongs to an op: a new layer leaves what others draw as it was', async () => {
    const drawn = (hasMore: boolean): Promise<number[]> =>
      inGraph(async () => {
        const draws: number[] = [];
        const trainOp = await trainOpOf(({ x }) => {
          if (hasMore) slim.dropout(slim.fullyConnected(x, 4, { scope: 'new' }), { scope: 'new_drop' });
          draws.push(...slim.dropout(tf.onesLike(x), { scope: 'drop' }).dataSync());
          return sumOfSquares(slim.fullyConnected(x, 3, { scope: 'fc' }));
        });
        const first = [...slim.getUniqueVariable('fc/weights').value.dataSync()];
        await trainOp.run();
        return [...first, ...draws];
      });
    expect(await drawn(true)).toEqual(await drawn(false));
  });
});

describe('Inspect', () => {
  afterEach(() => {
    Reflect.deleteProperty(globalThis, TRAINING_HOST);
  });

  test('stops where train would begin: the model is known, no data are taken and nothing is written', () =>
    inGraph(async () => {
      const data = fourRows();
      const loss = await slim.defineLoss(data, ({ x }) =>
        sumOfSquares(slim.fullyConnected(x, 2, { scope: 'fc' })),
      );
      const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.1));
      const inspected: InspectedModel[] = [];
      const inspect = (model: InspectedModel): Promise<never> => {
        inspected.push(model);
        return Promise.reject(new Error('inspected'));
      };
      const host: Pick<TrainingHost, 'version' | 'overrides' | 'inspect'> = {
        version: 1,
        overrides: {},
        inspect,
      };
      installTrainingHost(host as TrainingHost);
      const logdir = join(tmpdir(), 'slim-inspected-is-not-made');
      await expect(slim.learning.train(trainOp, logdir, { numberOfSteps: 1 })).rejects.toThrow('inspected');
      expect(inspected.map(model => model.variables.map(({ name }) => name))).toEqual([
        ['fc/weights', 'fc/biases', 'global_step'],
      ]);
      expect(existsSync(logdir)).toBe(false);
      expect(data.position()).toMatchObject({ epoch: 0, index: 0 });
      expect(trainOp.currentStep()).toBe(0);
    }));
});

describe('Context', () => {
  test('two graphs that train at the same time share nothing', async () => {
    const names = async (scope: string): Promise<string[]> =>
      inGraph(async () => {
        const trainOp = await trainOpOf(({ x }) => sumOfSquares(slim.fullyConnected(x, 2, { scope })));
        await trainOp.run();
        return slim.getVariables().map(({ name }) => name);
      });
    const [a, b] = await Promise.all([names('a'), names('b')]);
    expect(a).toEqual(['a/weights', 'a/biases', 'global_step']);
    expect(b).toEqual(['b/weights', 'b/biases', 'global_step']);
  });
});
