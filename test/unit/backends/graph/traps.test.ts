/** Steps that look like a fixed graph and are none, and steps that look like none and are one. */

import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { liveValue } from '../../../../src/backends/graph/live-value.ts';
import { StepRunner } from '../../../../src/backends/graph/step-runner.ts';
import type { ReadOutput, StepMode } from '../../../../src/backends/graph/step-runner.ts';
import { Stepping, noNative, uniform, useNative } from './stepping.ts';
import type { Step } from './stepping.ts';

const batchOf = (step: number): tf.Tensor[] => [uniform([4, 3], 2 * step + 1), uniform([4, 1], 2 * step + 2)];

/** Gradient descent on weights [3, 1]. */
function descent(model: (x: tf.Tensor, weights: tf.Variable) => tf.Tensor): Step {
  const weights = tf.variable(tf.ones([3, 1]));
  const optimizer = tf.train.momentum(0.1, 0.9);
  return (x, y) => {
    const loss = (): tf.Scalar => tf.losses.meanSquaredError(y, model(x, weights));
    const value = optimizer.minimize(loss, true, [weights]);
    if (value === null) throw new Error('minimize gave no loss');
    return value;
  };
}

const linear = (x: tf.Tensor, weights: tf.Variable): tf.Tensor => tf.matMul(x, weights);

/** Adds the sum of each batch to a variable, and gives it. */
function counter(total: tf.Variable): Step {
  return x => {
    total.assign(total.add(x.sum()));
    return total.clone();
  };
}

describe.skipIf(noNative !== '')(`traps ${noNative}`, () => {
  beforeAll(useNative);
  afterEach(() => {
    tf.disposeVariables();
  });

  const eager: [string, () => Step, RegExp][] = [
    [
      'random numbers of tf.dropout',
      () => descent((x, w) => linear(tf.dropout(x, 0.3), w)),
      /JavaScript makes changes from step to step.* in tf\.dropout at .*traps\.test\.ts:\d+/,
    ],
    [
      'random numbers of tf.randomNormal',
      () => descent((x, w) => linear(x.add(tf.randomNormal([4, 3])), w)),
      /JavaScript makes changes from step to step.* in tf\.randomNormal at .*traps\.test\.ts/,
    ],
    [
      'a generator with a state of its own',
      () => descent((x, w) => linear(x.add(tf.multinomial(tf.log(x) as tf.Tensor2D, 3, 5).toFloat()), w)),
      /^Multinomial is no operation that a graph can have here.* at .*traps\.test\.ts/,
    ],
    [
      'values read in JavaScript',
      () => descent((x, w) => linear(x.mul(tf.scalar(x.dataSync()[0] ?? 0)), w)),
      /reads a tensor's values in JavaScript at .*traps\.test\.ts:\d+:\d+/,
    ],
    [
      'values read by data()',
      () =>
        descent((x, w) => {
          void x.sum().data();
          return linear(x, w);
        }),
      /reads a tensor's values in JavaScript/,
    ],
    [
      'a branch on a value',
      () => descent((x, w) => ((x.sum().dataSync()[0] ?? 0) > 6 ? tf.relu(linear(x, w)) : linear(x, w))),
      /reads a tensor's values in JavaScript/,
    ],
    [
      'a counter in JavaScript',
      () => {
        let count = 0;
        return descent((x, w) => linear(x.mul(tf.scalar(1 / ++count)), w));
      },
      /a value that JavaScript makes changes from step to step, of shape \[\].*traps\.test\.ts/,
    ],
    [
      'another way each time',
      () => {
        let count = 0;
        return descent((x, w) => (++count % 2 === 0 ? linear(x, w) : linear(x, w).abs()));
      },
      /takes different ways: \w+ at one time and \w+ at another/,
    ],
    [
      'a new variable in each step',
      () => {
        const step = descent(linear);
        return (...batch) => {
          tf.variable(tf.scalar(1), false);
          return step(...batch);
        };
      },
      /the step makes a variable/,
    ],
    [
      'a tensor that one step keeps for the next',
      () => {
        let before: tf.Tensor = tf.zeros([4, 1]);
        return descent((x, w) => {
          const sum = linear(x, w).add(before);
          before = tf.keep(x.sum(1, true));
          return sum;
        });
      },
      /a tensor from outside of the step is another one each time.*traps\.test\.ts/,
    ],
  ];

  test.each(eager)('%s: stays eager, and says why', (_, makeStep, reason) => {
    expect(new Stepping(makeStep()).settle(batchOf)).toEqual({
      mode: 'eager',
      reason: expect.stringMatching(reason) as string,
    });
  });

  const graphs: [string, () => Step][] = [
    ['a plain step', () => descent(linear)],
    ['random numbers of a fixed seed', () => descent((x, w) => linear(tf.dropout(x, 0.3, undefined, 5), w))],
    [
      'variables made of one tensor',
      () => {
        const ones = tf.ones([3, 1]);
        const [a, b, c] = [tf.variable(ones), tf.variable(ones), tf.variable(ones)];
        return x => {
          a.assign(a.add(x.sum()));
          b.assign(b.mul(a));
          return c.add(b);
        };
      },
    ],
    [
      'a swap of two variables',
      () => {
        const a = tf.variable(tf.tensor1d([1, 2]));
        const b = tf.variable(tf.tensor1d([3, 5]));
        return x => {
          const [first, second] = [a.clone(), b.clone()];
          a.assign(second);
          b.assign(first);
          return a.sub(b).mul(x.sum());
        };
      },
    ],
    [
      'variables that are given the same, computed twice',
      () => {
        const [a, b] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];
        return x => {
          a.assign(x.sum().add(a.mul(0)).mul(2));
          b.assign(x.sum().add(a.mul(0)).mul(2));
          b.assign(x.sum().mul(2));
          a.assign(x.sum().mul(2));
          return a.add(b);
        };
      },
    ],
    [
      'a variable that keeps the batch',
      () => {
        const kept = tf.variable(tf.zeros([3, 4]));
        return x => {
          const before = kept.sum();
          kept.assign(x.reshape([3, 4]));
          return before.add(x.sum());
        };
      },
    ],
    [
      'integers and booleans',
      () => {
        const count = tf.variable(tf.scalar(0, 'int32'), false);
        const flag = tf.variable(tf.scalar(false, 'bool'), false);
        return x => {
          count.assign(count.add(tf.scalar(1, 'int32')));
          flag.assign(flag.logicalNot());
          return tf.where(flag, x.sum(), count.toFloat());
        };
      },
    ],
    [
      "TensorFlow.js's own optimizers",
      () => {
        const optimizers = [tf.train.rmsprop(0.01), tf.train.adagrad(0.01), tf.train.adadelta(0.01)];
        const weights = tf.variable(tf.ones([3, 1]));
        return (x, y) => {
          const losses = optimizers.map(optimizer =>
            optimizer.minimize(() => tf.losses.meanSquaredError(y, linear(x, weights)), true, [weights]),
          );
          return tf.addN(losses.flatMap(loss => loss ?? []));
        };
      },
    ],
    [
      'a tensor from outside',
      () => {
        const mask = tf.tensor2d([1, 0, 2], [1, 3]);
        return descent((x, w) => linear(x.mul(mask), w));
      },
    ],
    [
      'gather, whose indices tfjs-node looks at',
      () =>
        descent((x, w) =>
          linear(tf.gather(x, tf.argMax(x, 0)), w)
            .tile([2, 1])
            .slice([0, 0], [4, 1]),
        ),
    ],
  ];

  test.each(graphs)('%s: becomes a graph, and gives the same bits', (_, makeStep) => {
    const [eagerly, asGraph] = [false, true].map(isEnabled => {
      const stepping = new Stepping(makeStep(), { isEnabled });
      const values = Array.from({ length: 8 }, (__, step) => stepping.run(...batchOf(step)));
      const ends = Object.values(tf.engine().registeredVariables).map(end => [...end.dataSync()]);
      expect(stepping.modes.map(({ mode }) => mode)).toEqual([isEnabled ? 'graph' : 'eager']);
      tf.disposeVariables();
      return [...values, ...ends];
    });
    expect(asGraph).toEqual(eagerly);
  });

  test('what is cast or reshaped to what it is already, or computed twice, costs nothing', () => {
    const plain = new Stepping((x, y) => x.mul(0.5).add(y.mul(0.5)));
    const wordy = new Stepping((x, y) => {
      const half = (): tf.Tensor => tf.scalar(1).reshape([1, 1]).mul(0.5);
      const same = x.reshape([4, 3]).toFloat().slice([0, 0], [4, 3]).mul(0.5).reshape([4, 3]);
      return tf.add(same, y.mul(0.5)).add(half().sub(half()));
    });
    expect(plain.settle(batchOf)?.reason).toMatch(/^3 operations/);
    expect(wordy.settle(batchOf)?.reason).toMatch(/^6 operations/);
  });

  test('the usual step becomes a graph at once, whatever else came first', () => {
    const step = descent(linear);
    const modes: StepMode[] = [];
    const runner = new StepRunner<null>(tf, { isEnabled: true, verifyEveryNSteps: null }, null, mode =>
      modes.push(mode),
    );
    const run = (variant: string, index: number): void => {
      const batch = batchOf(index);
      const eager = (read: ReadOutput): null => {
        tf.tidy(() => read(step(...batch)));
        return null;
      };
      runner.run({ batch, variant, eager, isGuarded: false });
      tf.dispose(batch);
    };
    ['with summaries', '', '', 'with summaries', ''].forEach(run);
    expect(modes.map(({ mode }) => mode)).toEqual(['graph']);
  });

  test('a step that changes later on is found by the next verification, which takes the eager values', () => {
    let rate = 0.5;
    const total = tf.variable(tf.scalar(0));
    const add = (x: tf.Tensor): tf.Tensor => {
      total.assign(total.add(x.sum().mul(tf.scalar(rate))));
      return total.clone();
    };
    const stepping = new Stepping(add, { verifyEveryNSteps: 4 });
    for (let step = 0; step < 4; step++) stepping.run(tf.ones([1]));
    expect(stepping.modes.at(-1)?.mode).toBe('graph');
    rate = 1;
    for (let step = 0; step < 3; step++) stepping.run(tf.ones([1]));
    expect(total.dataSync()[0]).toBe(3.5);
    stepping.run(tf.ones([1]));
    expect(total.dataSync()[0]).toBe(4.5);
    expect(stepping.modes.at(-1)?.mode).toBe('eager');
    expect(stepping.modes.at(-1)?.reason).toMatch(/a value that JavaScript makes changes .*traps\.test\.ts/);
  });

  test('a live value is computed before each step, of the variables as they are then', () => {
    const total = tf.variable(tf.scalar(1));
    let factor = 1;
    const stepping = new Stepping(x => {
      const rate = liveValue(now => (now as tf.Scalar).mul(factor), total);
      total.assign(total.add(rate));
      return rate.mul(x.sum());
    });
    const seen: (number | undefined)[] = [];
    for (factor = 0; factor < 6; factor++) seen.push(...stepping.run(tf.ones([1])));
    expect(stepping.modes.at(-1)?.mode).toBe('graph');
    expect(seen).toEqual([0, 1, 4, 18, 96, 600]);
    expect(total.dataSync()[0]).toBe(720);
  });

  test('what user code holds of a variable stays as it was, and what it assigns counts', () => {
    const total = tf.variable(tf.scalar(0));
    const stepping = new Stepping(counter(total));
    stepping.settle(() => [tf.ones([1])]);
    const held = total.clone();
    stepping.run(tf.ones([1]));
    expect([held.dataSync()[0], total.dataSync()[0]]).toEqual([3, 4]);
    total.assign(tf.scalar(10));
    stepping.run(tf.ones([1]));
    expect(total.dataSync()[0]).toBe(11);
  });

  test('graphs that share a variable take turns, and end without a loss', () => {
    const total = tf.variable(tf.scalar(0));
    let inJavaScript = 0;
    const count: Step = x => {
      inJavaScript++;
      return counter(total)(x);
    };
    const [one, another] = [new Stepping(count), new Stepping(count)];
    for (let step = 0; step < 5; step++) one.run(tf.ones([1]));
    for (let step = 0; step < 5; step++) another.run(tf.ones([10]));
    expect(total.dataSync()[0]).toBe(55);
    for (let step = 0; step < 10; step++)
      (step % 2 === 0 ? one : another).run(tf.ones([step % 2 === 0 ? 1 : 10]));
    const held = total.clone();
    one.run(tf.ones([1]));
    another.run(tf.ones([10]));
    expect(inJavaScript).toBe(6);
    one.runner.dispose();
    another.runner.dispose();
    expect([held.dataSync()[0], total.dataSync()[0]]).toEqual([110, 121]);
    one.run(tf.ones([1]));
    expect(total.dataSync()[0]).toBe(122);
  });

  test('momentum is one operation for each variable', () => {
    const variables = [tf.variable(tf.zeros([2])), tf.variable(tf.zeros([2]))];
    const slots = variables.map(() => tf.variable(tf.zeros([2])));
    const stepping = new Stepping(gradient => {
      for (const [index, variable] of variables.entries()) {
        const slot = slots[index] ?? variable;
        const accumulated = slot.mul(tf.scalar(0.5)).add(gradient);
        variable.assign(variable.sub(accumulated.mul(tf.scalar(2))));
        slot.assign(accumulated);
      }
      return gradient.sum();
    });
    expect(stepping.settle(() => [tf.ones([2])])?.reason).toMatch(/^3 operations/);
    stepping.run(tf.ones([2]));
    for (const variable of variables) expect([...variable.dataSync()]).toEqual([-12.25, -12.25]);
    for (const slot of slots) expect([...slot.dataSync()]).toEqual([1.875, 1.875]);
  });

  test('batches of other shapes are steps as well', () => {
    const total = tf.variable(tf.scalar(0));
    const stepping = new Stepping(counter(total));
    stepping.settle(() => [tf.ones([4])]);
    for (let step = 0; step < 3000; step++) stepping.run(tf.ones([step % 2 === 0 ? 3 : 4]));
    expect(total.dataSync()[0]).toBe(12 + 1500 * 7);
    expect(stepping.modes).toHaveLength(1);
  });

  test('a batch that holds one tensor twice is not mixed up with one that holds two', () => {
    const stepping = new Stepping((a, b) => a.sub(b).sum());
    const twice = (): tf.Tensor[] => {
      const tensor = tf.ones([2]);
      return [tensor, tensor];
    };
    stepping.settle(twice);
    expect(stepping.run(tf.tensor1d([3, 4]), tf.tensor1d([1, 1]))).toEqual([5]);
    expect(stepping.run(...twice())).toEqual([0]);
  });

  test('a tensor from outside that is disposed of ends the graph before it is used', () => {
    let mask: tf.Tensor = tf.ones([4, 3]);
    const stepping = new Stepping(x => x.mul(mask).sum());
    stepping.settle(step => [uniform([4, 3], step)]);
    mask.dispose();
    mask = tf.zeros([4, 3]);
    expect(stepping.run(uniform([4, 3], 9))).toEqual([0]);
    expect(stepping.modes.at(-1)?.reason).toContain('a tensor from outside of the step was disposed of');
  });

  test('what is wrong with a batch, the eager step says', () => {
    const stepping = new Stepping((table, ids) => tf.gather(table, ids.toInt()).sum());
    stepping.settle(() => [uniform([4], 1), tf.tensor1d([3])]);
    expect(stepping.modes.at(-1)?.mode).toBe('graph');
    expect(() => stepping.run(uniform([4], 1), tf.tensor1d([4]))).toThrow(
      'the index value 4 is not in [0, 3]',
    );
    expect(stepping.run(tf.ones([4]), tf.tensor1d([0]))).toEqual([1]);
  });

  test('steps leave no tensor behind, in JavaScript or TensorFlow', () => {
    const stepping = new Stepping(descent(linear), { verifyEveryNSteps: 50 });
    stepping.settle(batchOf);
    const before = [tf.memory().numTensors, tf.memory().numDataBuffers];
    for (let step = 0; step < 200; step++) stepping.run(...batchOf(step));
    expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual(before);
    expect(stepping.modes).toHaveLength(1);
  });
});
