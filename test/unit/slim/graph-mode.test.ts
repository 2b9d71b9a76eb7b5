/** What happens between and around steps that are graphs is as it is around eager ones. */

import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as slim from '../../../src/slim/index.ts';
import { uniformValues } from '../../../src/slim/random/random-values.ts';
import { noNative, useNative } from '../backends/graph/stepping.ts';
import { consoleLines } from './console-lines.ts';

type Batch = Readonly<Record<'x' | 'y', tf.Tensor>>;
type TrainOp = slim.learning.TrainOp<Batch>;

interface Setup {
  readonly examples?: number;
  readonly optimizer?: slim.train.Optimizer;
  readonly options?: slim.learning.CreateTrainOpOptions;
  readonly inputs?: Float32Array;
  readonly data?: slim.data.Source<Batch>;
  /** Called where JavaScript runs the model: not in a step that is a graph. */
  readonly onForward?: () => void;
  readonly beforeTrainOp?: () => void;
}

const BATCH = 4;

async function makeTrainOp(setup: Setup): Promise<TrainOp> {
  const { examples = 12, optimizer = new slim.train.MomentumOptimizer(0.05, 0.9), options = {} } = setup;
  const x = { values: setup.inputs ?? uniformValues(examples * 6, 3, -1, 1), shape: [examples, 6] };
  const y = { values: uniformValues(examples, 4, -1, 1), shape: [examples, 1] };
  const data = setup.data ?? slim.data.arrays({ x, y }, { batchSize: BATCH, shuffle: false });
  const loss = await slim.defineLoss(data, batch => {
    setup.onForward?.();
    let net = slim.fullyConnected(batch.x, 8, { scope: 'fc1', normalizerFn: slim.batchNorm });
    net = slim.dropout(net, { keepProb: 0.8 });
    slim.losses.meanSquaredError(slim.fullyConnected(net, 1, { activationFn: null, scope: 'fc2' }), batch.y);
    return slim.losses.getTotalLoss();
  });
  setup.beforeTrainOp?.();
  return slim.learning.createTrainOp(loss, optimizer, options);
}

/** All variables' bits, by name. */
function stateOf(): Record<string, Uint8Array> {
  const entries = slim
    .getVariables()
    .map(({ name, value }) => [name, Uint8Array.from(new Uint8Array(value.dataSync().buffer))] as const);
  return Object.fromEntries(entries);
}

/** What a training leaves: what `drive` gives, and all variables. */
async function trained(isEnabled: boolean, makeSetup: () => Setup, drive: (op: TrainOp) => Promise<unknown>) {
  return new slim.Graph().asDefault(async () => {
    slim.setRandomSeed(5);
    const trainOp = await makeTrainOp(makeSetup());
    trainOp.setGraphMode({ isEnabled, verifyEveryNSteps: null });
    const given = await drive(trainOp);
    return { given, state: stateOf() };
  });
}

async function steps(op: Pick<TrainOp, 'run'>, count: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < count; step++) losses.push(await op.run());
  return losses;
}

const variableNamed = (name: string): tf.Variable => {
  const [found] = slim.getVariablesByName(name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found.value;
};

describe.skipIf(noNative !== '')(`around steps as graphs ${noNative}`, () => {
  const lines = consoleLines();
  beforeAll(useNative);
  afterEach(() => {
    tf.disposeVariables();
  });

  const modes = (): string[] =>
    lines.flatMap(line => /^Training steps run in (\w+) mode/.exec(line)?.[1] ?? []);

  let rate = 0.05;
  const cases: [string, () => Setup, (op: TrainOp) => Promise<unknown>][] = [
    ['a last batch that is smaller', () => ({ examples: 10 }), op => steps(op, 60)],
    [
      'a learning rate that the script changes',
      () => ({ optimizer: new slim.train.AdamOptimizer(() => tf.scalar(rate)) }),
      async op => {
        rate = 0.05;
        const before = await steps(op, 8);
        rate = 0.5;
        return [...before, ...(await steps(op, 8))];
      },
    ],
    [
      'a schedule of the step',
      () => ({
        optimizer: new slim.train.MomentumOptimizer(slim.train.piecewiseConstant([6], [0.1, 0.01]), 0.9),
      }),
      op => steps(op, 12),
    ],
    [
      'variables that the script reads and assigns',
      () => ({}),
      async op => {
        await steps(op, 6);
        const weights = variableNamed('fc2/weights');
        const held = weights.clone();
        await steps(op, 2);
        const seen = [...held.dataSync(), ...weights.dataSync()];
        weights.assign(held);
        held.dispose();
        return [...seen, ...(await steps(op, 4))];
      },
    ],
    [
      'an evaluation in between',
      () => ({}),
      async op => {
        const data = slim.data.arrays({ x: { values: uniformValues(60, 9, -1, 1), shape: [10, 6] } }, { batchSize: 5, shuffle: false }); // prettier-ignore
        const metrics = await slim.defineMetrics(
          data,
          ({ x }) => {
            const net = slim.fullyConnected(x, 8, {
              scope: 'fc1',
              normalizerFn: slim.batchNorm,
              reuse: true,
            });
            const outputs = slim.fullyConnected(slim.dropout(net), 1, {
              activationFn: null,
              scope: 'fc2',
              reuse: true,
            });
            return { mean: slim.metrics.streamingMean(outputs), last: outputs.mean<tf.Scalar>() };
          },
          { numEvals: 2 },
        );
        const measured: unknown[] = [];
        for (let round = 0; round < 4; round++) measured.push(await steps(op, 4), await metrics.evaluate());
        return measured;
      },
    ],
    [
      'gradients of two batches, clipped and multiplied',
      () => ({
        options: { accumulateGradients: 2, clipGradientNorm: 0.1, gradientMultipliers: { 'fc2/weights': 3 } },
      }),
      op => steps(op, 10),
    ],
    [
      'an average of the variables as an update op',
      () => ({
        beforeTrainOp: () => {
          slim.addToCollection(
            slim.GraphKeys.UPDATE_OPS,
            new slim.train.ExponentialMovingAverage(0.9).apply(),
          );
        },
      }),
      op => steps(op, 10),
    ],
    [
      'summaries of some steps',
      () => ({ options: { summarizeGradients: true } }),
      async op => {
        const all: unknown[] = [];
        for (let step = 0; step < 12; step++) {
          const summaries: slim.SummaryValue[] = [];
          if (step % 3 === 0) op.summarizeNextRun(summaries);
          all.push(await op.run(), summaries);
        }
        return all;
      },
    ],
    [
      'a step that is profiled',
      () => ({}),
      async op => {
        await steps(op, 6);
        const { kernelNames } = await tf.profile(async () => {
          await op.run();
          return tf.scalar(0);
        });
        expect(kernelNames).toContain('BatchMatMul');
        return steps(op, 4);
      },
    ],
  ];

  test.each(cases)('%s', async (_, makeSetup, drive) => {
    const asGraph = await trained(true, makeSetup, drive);
    expect(modes()).toEqual(['graph']);
    expect(asGraph).toEqual(await trained(false, makeSetup, drive));
  });

  test('steps are graphs from the fourth on, though a summarized one came first', async () => {
    await trained(
      true,
      () => ({}),
      async op => {
        op.summarizeNextRun([]);
        await steps(op, 3);
        expect(modes()).toEqual([]);
        await steps(op, 1);
        expect(modes()).toEqual(['graph']);
      },
    );
  });

  describe('once it pays, a graph is made', () => {
    const MOST_STEPS = 5000;

    /** Steps until JavaScript runs the model no longer, against as many eager ones. */
    const expectGraph = async (
      makeSetup: () => Setup,
      beforeStep: (op: TrainOp, step: number) => unknown,
    ) => {
      let forwards = 0;
      let count = 0;
      const takeStep = async (op: TrainOp, step: number) => [beforeStep(op, step), await op.run()];
      const asGraph = await trained(
        true,
        () => ({ ...makeSetup(), onForward: () => forwards++ }),
        async op => {
          const given: unknown[] = [];
          for (let quiet = 0; quiet < 5 && count < MOST_STEPS; count++) {
            const before = forwards;
            given.push(await takeStep(op, count));
            quiet = count < 10 || forwards > before ? 0 : quiet + 1;
          }
          return given;
        },
      );
      expect(count).toBeLessThan(MOST_STEPS);
      const eager = await trained(false, makeSetup, async op => {
        const given: unknown[] = [];
        for (let step = 0; step < count; step++) given.push(await takeStep(op, step));
        return given;
      });
      expect(asGraph).toEqual(eager);
    };

    test('also of the shape that batches change to', async () => {
      let rows = 4;
      const batches = function* (): Generator<Batch> {
        for (let seed = 1; ; seed++) {
          const x = tf.tensor(uniformValues(rows * 6, seed, -1, 1), [rows, 6]);
          yield { x, y: tf.tidy(() => x.sum(1, true)) };
        }
      };
      await expectGraph(
        () => {
          rows = 4;
          return { data: slim.data.stream(batches) };
        },
        (_, step) => {
          rows = step < 6 ? 4 : 5;
        },
      );
    });

    test('also of steps with summaries', async () => {
      await expectGraph(
        () => ({ options: { summarizeGradients: true } }),
        op => {
          const summaries: slim.SummaryValue[] = [];
          op.summarizeNextRun(summaries);
          return summaries;
        },
      );
    });
  });

  test('finite gradients that add up to infinity are no reason to end', async () => {
    const drive = async (isEnabled: boolean): Promise<unknown[]> =>
      new slim.Graph().asDefault(async () => {
        const factors = Array.from({ length: 10 }, (_, step) => (step === 7 ? 3e38 : 1));
        const data = slim.data.arrays({ x: { values: Float32Array.from(factors), shape: [10, 1] } }, { batchSize: 1, shuffle: false }); // prettier-ignore
        const loss = await slim.defineLoss(data, ({ x }) => {
          const initializer = (): tf.Tensor => tf.tensor1d([1, -1]);
          return slim
            .variable('weights', { shape: [2], initializer })
            .value.mul(x.reshape([]))
            .sum<tf.Scalar>();
        });
        const op = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(2e-38));
        op.setGraphMode({ isEnabled, verifyEveryNSteps: null });
        const losses: number[] = [];
        while (losses.length < 10) losses.push(await op.run());
        return [...losses, stateOf()];
      });
    const asGraph = await drive(true);
    expect(modes()).toEqual(['graph']);
    expect(asGraph).toEqual(await drive(false));
  });

  test('an update op of the script that may do anything is run after each step', async () => {
    let calls = 0;
    const count = (): void => {
      calls++;
    };
    await trained(
      true,
      () => ({ options: { updateOps: [count] } }),
      op => steps(op, 9),
    );
    expect([modes(), calls]).toEqual([['graph'], 9]);
  });

  test('what is not finite changes nothing, and the gradient is named', async () => {
    const inputs = uniformValues(12 * 6, 3, -1, 1);
    await trained(
      true,
      () => ({ inputs }),
      async op => {
        await steps(op, 6);
        expect(modes()).toEqual(['graph']);
        inputs[0] = NaN;
        const before = stateOf();
        await expect(op.run()).rejects.toThrow(
          /at global step 6\. The first bad gradient is that of fc1\/weights/,
        );
        expect(stateOf()).toEqual(before);
        expect(Number.isFinite(await op.run())).toBe(true);
      },
    );
  });

  test('a run resumed from saved values goes on bit by bit', async () => {
    const whole = await trained(
      true,
      () => ({}),
      op => steps(op, 12),
    );
    const first = await trained(
      true,
      () => ({}),
      op => steps(op, 6),
    );
    const second = await trained(
      true,
      () => ({}),
      async op => {
        for (const { name, value } of slim.getVariables()) {
          const bytes = first.state[name] ?? new Uint8Array();
          const values =
            value.dtype === 'int32' ? new Int32Array(bytes.buffer) : new Float32Array(bytes.buffer);
          tf.tidy(() => {
            value.assign(tf.tensor(values, value.shape, value.dtype));
          });
        }
        return steps(op, 6);
      },
    );
    expect(second.state).toEqual(whole.state);
  });

  test('why steps are eager is said with the operation and the line of the script', async () => {
    const wild: slim.learning.TransformGradients = gradients =>
      gradients.map(entry => ({ ...entry, gradient: tf.mul(entry.gradient ?? 0, tf.randomNormal([])) }));
    await trained(
      true,
      () => ({ options: { transformGradsFn: wild } }),
      op => steps(op, 5),
    );
    expect(lines.at(-1)).toMatch(
      /^Training steps run in eager mode.*a value that JavaScript makes changes from step to step, of shape \[\] in tf\.randomNormal at .*graph-mode\.test\.ts:\d+/,
    );
  });

  test('what the loss does besides computing, it does in each step, and that is said', async () => {
    let calls = 0;
    await new slim.Graph().asDefault(async () => {
      const data = slim.data.arrays({ x: tf.ones([8, 2]) }, { batchSize: 4 });
      const loss = await slim.defineLoss(data, ({ x }) => {
        if (++calls > 20) throw new RangeError('enough is enough');
        slim.losses.meanSquaredError(slim.fullyConnected(x, 1), tf.ones([4, 1]));
        return slim.losses.getTotalLoss();
      });
      const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.1));
      await expect(steps(trainOp, 100)).rejects.toThrow('enough is enough');
    });
    expect(calls).toBe(21);
    expect(lines.at(-1)).toMatch(
      /^Training steps run in eager mode.*given to defineLoss at .*graph-mode\.test\.ts:\d+:\d+ changes what is outside of it \(\+\+calls\)/,
    );
  });

  test('what is done to gradients besides computing is seen as well', async () => {
    const norms: tf.Tensor[] = [];
    await trained(
      true,
      () => ({
        options: {
          transformGradsFn: gradients => {
            norms.push(tf.scalar(gradients.length));
            return gradients;
          },
        },
      }),
      op => steps(op, 5),
    );
    expect(norms).toHaveLength(6);
    expect(lines.at(-1)).toMatch(/transformGradsFn at .* changes what is outside of it \(norms\.push\(/);
  });

  test('so is what clipGradients of optimizeLoss does', async () => {
    let clipped = 0;
    await new slim.Graph().asDefault(async () => {
      const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([4, 2]) }, { batchSize: 2 });
      const loss = await slim.defineLoss(data, ({ x }) => slim.fullyConnected(x, 1).mean<tf.Scalar>());
      const trainOp = await slim.optimizeLoss(loss, null, 0.1, 'SGD', {
        clipGradients: gradients => {
          clipped++;
          return gradients;
        },
      });
      await steps(trainOp, 5);
    });
    expect(clipped).toBe(6);
    expect(lines.at(-1)).toMatch(/clipGradients at .* changes what is outside of it \(clipped\+\+/);
  });
});
