/** A whole training whose steps are graphs leaves what an eager one leaves: losses, checkpoints, summaries, to the bit. */

import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  TRAINING_HOST,
  installTrainingHost,
  type TrainingCommand,
} from '../../../../src/protocol/training-host.ts';
import * as slim from '../../../../src/slim/index.ts';
import { noNative, useNative } from '../../backends/graph/stepping.ts';
import { consoleLines } from '../console-lines.ts';
import { checkpointsIn, contentOf, eventsIn, newLogFolder } from '../log-folder.ts';
import { RecordingHost } from '../recording-host.ts';
import { makeSmall, type Small, type SmallBatch } from '../small-training.ts';

type Options = slim.learning.TrainOptions<SmallBatch>;

/** What of a training is to be as it is eagerly. */
interface Left {
  /** By the step's number after it, in the order of steps. */
  readonly losses: readonly (readonly [number, number])[];
  /** What the case itself saw. */
  readonly seen: readonly unknown[];
  readonly checkpoints: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly events: readonly unknown[];
}

interface Training extends Small {
  readonly logdir: string;
  /** What was seen meanwhile. */
  readonly seen: unknown[];
}

type OptionsOf = (training: Training) => Options;
type TrainOpOf = (small: Small) => Promise<Small['trainOp']>;

/** Trains in a graph of its own. */
async function trained(
  graphMode: boolean,
  logdir: string,
  options: OptionsOf = () => ({}),
  trainOpOf: TrainOpOf = ({ trainOp }) => Promise.resolve(trainOp),
): Promise<Left> {
  const losses: [number, number][] = [];
  const seen: unknown[] = [];
  await new slim.Graph().asDefault(async () => {
    const small = await makeSmall();
    const own = options({ ...small, logdir, seen });
    await slim.learning.train(await trainOpOf(small), logdir, {
      numberOfSteps: 24,
      saveIntervalSecs: 0,
      saveSummariesSecs: 0,
      ...own,
      graphMode,
      hooks: {
        ...own.hooks,
        onStep: async progress => {
          losses.push([progress.step, progress.loss]);
          await own.hooks?.onStep?.(progress);
        },
      },
    });
  });
  return { losses, seen, ...(await written(logdir)) };
}

async function written(logdir: string): Promise<Pick<Left, 'checkpoints' | 'events'>> {
  const checkpoints: Record<string, Record<string, string>> = {};
  for (const name of checkpointsIn(logdir)) checkpoints[name] = await contentOf(join(logdir, name));
  const events = eventsIn(logdir).map(({ step, summary, sessionLog }) => ({
    step,
    summary: summary?.filter(({ tag }) => tag !== 'global_step/sec'),
    sessionLog: sessionLog && { ...sessionLog, checkpointPath: basename(sessionLog.checkpointPath) },
  }));
  return { checkpoints, events };
}

const valuesOf = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];

function variable(name: string): tf.Variable {
  return slim.getUniqueVariable(name).value;
}

/** Everything at once: variables, slots, the global step. */
function allValues(): Record<string, number[]> {
  return Object.fromEntries(slim.getVariables().map(({ name, value }) => [name, valuesOf(value)]));
}

describe.skipIf(noNative !== '')(`a training whose steps are graphs ${noNative}`, () => {
  const lines = consoleLines();
  beforeAll(useNative);
  afterEach(() => {
    Reflect.deleteProperty(globalThis, TRAINING_HOST);
    tf.disposeVariables();
  });

  const modes = (): string[] =>
    lines.flatMap(line => /^Training steps run in (\w+) mode/.exec(line)?.[1] ?? []);

  /** The same training both ways, the second one of which is a graph to its end. */
  async function expectSame(options: OptionsOf, trainOpOf?: TrainOpOf): Promise<Left> {
    const eager = await trained(false, newLogFolder(), options, trainOpOf);
    lines.length = 0;
    const graph = await trained(true, newLogFolder(), options, trainOpOf);
    expect(modes()).toEqual(['graph']);
    expect(graph).toEqual(eager);
    return graph;
  }

  test('saves at each step what the variables are then, the smaller last batch of each epoch included', async () => {
    const { losses, checkpoints } = await expectSame(() => ({
      saveEveryNSteps: 1,
      saver: new slim.train.Saver({ maxToKeep: 30 }),
    }));
    expect(losses).toHaveLength(24);
    expect(Object.keys(checkpoints)).toHaveLength(25);
  });

  test('resumes from the other mode as from its own', async () => {
    const whole = await trained(false, newLogFolder());
    for (const [first, second] of [
      [true, true],
      [true, false],
      [false, true],
    ] as const) {
      const logdir = newLogFolder();
      const before = await trained(first, logdir, () => ({ numberOfSteps: 11 }));
      const after = await trained(second, logdir);
      expect([...before.losses, ...after.losses]).toEqual(whole.losses);
      expect(after.checkpoints['model.ckpt-24']).toEqual(whole.checkpoints['model.ckpt-24']);
    }
    expect(modes()).toEqual(['eager', 'graph', 'graph', 'graph', 'eager', 'eager', 'graph']);
  });

  test('shows hooks the variables of each step, however they are looked at', async () => {
    await expectSame(({ seen }) => {
      const held: tf.Tensor[] = [];
      const asked: Promise<Float32Array>[] = [];
      return {
        saveEveryNSteps: 6,
        hooks: {
          onStep: ({ step }) => {
            const weights = variable('fc1/weights');
            seen.push(allValues());
            asked.push(weights.data<'float32'>());
            tf.tidy(() => {
              held.push(
                tf.keep(weights.clone()),
                tf.keep(tf.mul(weights, 2)),
                tf.keep(weights.reshape([32])),
              );
              const { value, grads } = tf.variableGrads(() => weights.square().sum(), [weights]);
              seen.push(step, ...[value, ...Object.values(grads)].map(valuesOf), weights.arraySync());
            });
          },
          onSave: ({ step }) => {
            seen.push(['saved', step, allValues()]);
          },
          onEnd: async end => {
            seen.push(end, held.map(valuesOf), await Promise.all(asked));
            tf.dispose(held);
          },
        },
      };
    });
  });

  test('takes what the script assigns between two steps: weights, slots, moving averages, the step', async () => {
    const { losses } = await expectSame(() => ({
      hooks: {
        onStep: ({ step }) => {
          if (step % 5 !== 0) return;
          tf.tidy(() => {
            const weights = variable('fc2/weights');
            weights.assign(weights.mul(0.5));
            const slot = variable('fc1/weights/Adam');
            slot.assign(tf.zerosLike(slot));
            variable('fc1/BatchNorm/moving_mean').assign(tf.fill([8], step / 100));
            // Two of one tensor: neither may change when the other does.
            const biases = tf.tensor1d([0.25, -0.25]);
            variable('fc2/biases').assign(biases);
            variable('fc2/biases/Adam').assign(biases);
            if (step === 15) variable('global_step').assign(tf.scalar(17, 'int32'));
          });
        },
      },
    }));
    expect(losses.map(([step]) => step).slice(13, 18)).toEqual([14, 15, 18, 19, 20]);
  });

  test('goes back to a checkpoint in the middle, and on from there', async () => {
    const { losses } = await expectSame(({ trainOp, seen }) => {
      const folder = newLogFolder();
      const saver = new slim.train.Saver();
      return {
        hooks: {
          onStep: async ({ step }) => {
            if (step === 7) await saver.save(join(folder, 'model.ckpt'), 7);
            if (step !== 13 || seen.length > 0) return;
            const all = Object.fromEntries(slim.getVariables().map(each => [each.name, each]));
            await (
              await slim.assignFromCheckpoint(join(folder, 'model.ckpt-7'), all)
            )();
            seen.push(trainOp.currentStep(), allValues());
          },
        },
      };
    });
    expect(losses.map(([step]) => step).slice(10, 16)).toEqual([11, 12, 13, 8, 9, 10]);
  });

  test('follows a learning rate that changes: a function of JavaScript, a variable', async () => {
    let rate = 0;
    const rates: [string, () => slim.train.HyperParameter, (value: number) => void][] = [
      ['a function', () => () => tf.scalar(rate), () => undefined],
      [
        'a variable',
        () => {
          const initializer = slim.constantInitializer(0.02);
          const { value } = slim.variable('rate', { shape: [], initializer, trainable: false });
          return () => value.clone() as tf.Scalar;
        },
        value => {
          tf.tidy(() => {
            variable('rate').assign(tf.scalar(value));
          });
        },
      ],
    ];
    for (const [name, rateOf, change] of rates) {
      const { losses } = await expectSame(
        () => {
          rate = 0.02;
          return {
            hooks: {
              onStep: ({ step }) => {
                if (step === 9) change((rate = 0.2));
                if (step === 16) change((rate = 0));
              },
            },
          };
        },
        async small =>
          slim.learning.createTrainOp(small.trainOp.loss, new slim.train.AdamOptimizer(rateOf())),
      );
      expect(losses, name).toHaveLength(24);
    }
  });

  test('evaluates beside training, keeps the best and stops early', async () => {
    const { events } = await expectSame(({ metrics, seen }) => ({
      numberOfSteps: 200,
      evaluate: { metrics, everyNSteps: 3 },
      keepBest: { metric: 'accuracy', maxToKeep: 2 },
      earlyStopping: { metric: 'accuracy', patience: 4 },
      hooks: {
        onEnd: end => {
          seen.push(end);
        },
      },
    }));
    const tags = events.flatMap(event => (event as { summary?: { tag: string }[] }).summary ?? []);
    expect(tags.filter(({ tag }) => tag === 'eval/accuracy').length).toBeGreaterThan(4);
  });

  test('is paused, saved meanwhile, changed meanwhile, and resumed', async () => {
    const { checkpoints } = await expectSame(({ seen }) => {
      const done = (result: object): void => {
        seen.push('step' in result ? result.step : result);
      };
      const commands: TrainingCommand[] = [{ type: 'pause' }, { type: 'save', done }];
      const host = new RecordingHost({}, [[9, commands]]);
      host.log = line => void lines.push(line);
      host.commandArrived = () => {
        seen.push(allValues());
        tf.tidy(() => {
          variable('fc2/biases').assign(tf.tensor1d([1, -1]));
        });
        commands.push({ type: 'save', done }, { type: 'resume' });
        return Promise.resolve();
      };
      installTrainingHost(host);
      return {};
    });
    expect(Object.keys(checkpoints)).toEqual(['model.ckpt-9', 'model.ckpt-24']);
  });

  test('runs a step that is traced operation by operation, and the next one as a graph again', async () => {
    const { seen } = await expectSame(({ logdir, seen }) => ({
      traceEveryNSteps: 5,
      hooks: {
        onEnd: () => {
          const names = readdirSync(logdir).filter(name => name.startsWith('tf_trace'));
          for (const name of names.sort()) {
            const { traceEvents } = JSON.parse(readFileSync(join(logdir, name), 'utf8')) as {
              readonly traceEvents: readonly { readonly name: string }[];
            };
            seen.push([name, traceEvents.map(kernel => kernel.name)]);
          }
        },
      },
    }));
    const kernels = expect.arrayContaining(['BatchMatMul', 'Rsqrt']) as string[];
    const names = [0, 10, 15, 20, 5].map(step => `tf_trace-${step}.json`);
    expect(seen).toEqual(names.map(name => [name, kernels]));
  });

  test('ends at what is not finite as an eager one, with the weights before it', async () => {
    const left = async (graphMode: boolean) => {
      const logdir = newLogFolder();
      let isBad = false;
      const failing = new slim.Graph().asDefault(async () => {
        const { trainOp: first } = await makeSmall();
        const { data } = first.loss;
        const next = data.next.bind(data);
        data.next = async () => {
          const batch = await next();
          if (batch === null || !isBad) return batch;
          const { x } = batch;
          const bad = tf.tidy(() => tf.where(tf.oneHot([1], 4).toBool(), NaN, x));
          x.dispose();
          return { ...batch, x: bad };
        };
        await slim.learning.train(first, logdir, {
          graphMode,
          hooks: {
            onStep: ({ step }) => {
              isBad = step === 9;
            },
          },
        });
      });
      const error: unknown = await failing.catch((thrown: unknown) => thrown);
      return { error: String(error), ...(await written(logdir)) };
    };
    const eager = await left(false);
    lines.length = 0;
    expect(await left(true)).toEqual(eager);
    expect(modes()).toEqual(['graph']);
    expect(eager.error).toMatch(/^NonFiniteError: .* at global step 9\./);
    expect(Object.keys(eager.checkpoints)).toEqual(['model.ckpt-0', 'model.ckpt-9']);
  });
});
