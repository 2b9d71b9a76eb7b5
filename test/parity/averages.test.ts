/** ExponentialMovingAverage and AdagradDA against TensorFlow's: ten steps that recorded/record.py wrote down. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { Graph } from '../../src/slim/scope/graph.ts';
import * as slim from '../../src/slim/index.ts';
import { readRecorded, tensorOf, type Recorded } from './recorded.ts';
import { chooseBackend, expectClose } from './tolerance.ts';

interface Averaged {
  readonly values: Recorded;
  readonly names: readonly string[];
}

interface Trained {
  readonly values: Recorded;
  readonly slots: Readonly<Record<string, Recorded>>;
}

const recorded = readRecorded('averages') as {
  readonly first: Recorded;
  readonly gradients: Recorded;
  readonly moving_average: Averaged;
  readonly moving_average_num_updates: Averaged;
  readonly adagrad_da: Trained;
  readonly adagrad_da_l1_l2: Trained;
};

beforeAll(chooseBackend);

function gradientRows(): tf.Tensor[] {
  return tf.unstack(tensorOf(recorded.gradients));
}

describe('moving averages of variables', () => {
  const follow = (
    make: (globalStep: slim.SlimVariable) => slim.train.ExponentialMovingAverage,
    expected: Averaged,
  ): void => {
    new Graph().asDefault(graph => {
      const v = slim.variable('v', { initializer: tensorOf(recorded.first) });
      const globalStep = slim.getOrCreateGlobalStep();
      const average = make(globalStep);
      const update = average.apply([v]);
      expect([...graph.variables.keys()]).toEqual(expected.names);
      const values = gradientRows().flatMap(gradient => {
        v.value.assign(v.value.sub(gradient));
        update();
        globalStep.value.assign(globalStep.value.add(tf.scalar(1, 'int32')));
        return [...(average.average(v)?.value.dataSync() ?? [])];
      });
      expectClose(values, expected.values.data);
      expect(Object.keys(average.variablesToRestore())).toEqual([
        'v/ExponentialMovingAverage',
        'global_step',
      ]);
    });
  };

  test('of a second average of the same variables have names and values of their own', () => {
    new Graph().asDefault(graph => {
      const v = slim.variable('v', { initializer: tensorOf(recorded.first) });
      const averages = [0.5, 0.9].map(decay => new slim.train.ExponentialMovingAverage(decay));
      const updates = averages.map(average => average.apply([v]));
      expect([...graph.variables.keys()]).toEqual([
        'v',
        'v/ExponentialMovingAverage',
        'v/ExponentialMovingAverage_1',
      ]);
      const before = [...v.value.dataSync()];
      v.value.assign(v.value.add(1));
      for (const update of updates) update();
      const [half, tenth] = averages.map(average => average.average(v)?.value.dataSync() ?? []);
      expectClose(
        half ?? [],
        before.map(value => value + 0.5),
      );
      expectClose(
        tenth ?? [],
        before.map(value => value + 0.1),
      );
      expect(averages[0]?.apply([v])).toBeDefined();
      expect(graph.variables.size).toBe(3);
    });
  });

  test('follow with a fixed decay', () => {
    follow(() => new slim.train.ExponentialMovingAverage(0.9), recorded.moving_average);
  });

  test('follow fast at first, by the number of updates', () => {
    follow(
      numUpdates => new slim.train.ExponentialMovingAverage(0.99, { numUpdates }),
      recorded.moving_average_num_updates,
    );
  });
});

describe('AdagradDA', () => {
  const train = (optimizer: slim.train.Optimizer, expected: Trained): void => {
    new Graph().asDefault(graph => {
      const v = slim.variable('v', { initializer: tensorOf(recorded.first) });
      optimizer.createSlots([v]);
      const values = gradientRows().flatMap((gradient, step) => {
        const updates = optimizer.applyGradients([{ gradient, variable: v }], tf.scalar(step, 'int32'));
        for (const { variable, value } of updates) variable.value.assign(value);
        return [...v.value.dataSync()];
      });
      expectClose(values, expected.values.data);
      for (const [name, slot] of Object.entries(expected.slots)) {
        expectClose(graph.variables.get(name)?.value.dataSync() ?? [], slot.data);
      }
    });
  };

  test('takes the steps of TensorFlow', () => {
    train(new slim.train.AdagradDAOptimizer(0.1), recorded.adagrad_da);
  });

  test('takes the steps of TensorFlow under L1 and L2 penalties', () => {
    train(
      new slim.train.AdagradDAOptimizer(0.1, {
        initialGradientSquaredAccumulatorValue: 0.5,
        l1RegularizationStrength: 0.05,
        l2RegularizationStrength: 0.02,
      }),
      recorded.adagrad_da_l1_l2,
    );
  });
});
