/** Histograms of many values, which a thread counts: the same file as if the step had waited for them. */

import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { histogramOf } from '../../../../src/formats/histogram.ts';
import type { SummaryValue } from '../../../../src/formats/summary.ts';
import type { Graph } from '../../../../src/slim/scope/graph.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';
import { BundledLibrary } from '../bundled-library.ts';
import { eventsIn, newLogFolder } from '../log-folder.ts';

let library: BundledLibrary;
let logdir: string;

beforeAll(async () => {
  await chooseBackend();
  library = await BundledLibrary.build();
});

beforeEach(() => {
  logdir = newLogFolder();
});

afterAll(async () => {
  await library.remove();
});

/** A step of a model with 90,300 values, each time after which \`seen\` is told the weights before it. */
async function trainLarge(options: {
  readonly steps: number;
  readonly onStep?: (step: number) => void;
  readonly seen?: (weights: Float32Array) => void;
  readonly graph?: Graph;
}): Promise<void> {
  const { slim } = library;
  await (options.graph ?? new slim.Graph()).asDefault(async () => {
    const data = slim.data.arrays({ x: tf.randomUniform([32, 300], -1, 1, 'float32', 7) }, { batchSize: 8 });
    const loss = await slim.defineLoss(data, ({ x }) => {
      const net = slim.fullyConnected(x, 300, { scope: 'fc' });
      slim.summaries.addHistogramSummary(net, 'activations');
      return net.square().mean<tf.Scalar>();
    });
    const optimizer = new slim.train.GradientDescentOptimizer(0.1);
    const trainOp = await slim.learning.createTrainOp(loss, optimizer, { summarizeGradients: true });
    const weights = slim.getUniqueVariable('fc/weights').value;
    await slim.learning.train(trainOp, logdir, {
      numberOfSteps: options.steps,
      saveSummariesSecs: 1e-9,
      saveIntervalSecs: 0,
      logEveryNSteps: 0,
      trainStepFn: async op => {
        options.seen?.(weights.dataSync<'float32'>().slice());
        return slim.learning.trainStep(op);
      },
      hooks: { onStep: ({ step }) => options.onStep?.(step) },
    });
  });
}

describe('a run whose histograms a thread counts', () => {
  test('says what the weights were, everything of a step together, steps in their order', async () => {
    const weights: Float32Array[] = [];
    await trainLarge({ steps: 6, seen: values => weights.push(values) });
    const events = eventsIn(logdir);
    const steps = events.filter(({ summary }) => summary?.some(({ tag }) => tag === 'total_loss'));
    expect(steps.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(events.map(({ step }) => step)).toEqual(events.map(({ step }) => step).toSorted((a, b) => a - b));
    steps.forEach(({ summary = [], step }) => {
      const tags = summary.map(({ tag }) => tag);
      expect(tags).toEqual([
        'fc/weights',
        'fc/biases',
        'activations',
        'total_loss',
        'learning_rate',
        'summarize_grads/fc/weights_gradient',
        'summarize_grads/fc/weights_gradient_norm',
        'summarize_grads/fc/biases_gradient',
        'summarize_grads/fc/biases_gradient_norm',
      ]);
      expect(summary[0]?.histogram).toEqual(histogramOf(weights[step] ?? []));
    });
    expect(events.at(-1)?.sessionLog?.status).toBe(2);
  });

  test('loses none when it ends by an error', async () => {
    const failing = trainLarge({
      steps: 10,
      onStep: step => {
        if (step === 4) throw new Error('enough');
      },
    });
    await expect(failing).rejects.toThrow('enough');
    const summarized = eventsIn(logdir).filter(({ summary }) =>
      summary?.some(({ histogram }) => (histogram?.num ?? 0) > 50_000),
    );
    expect(summarized.map(({ step }) => step)).toEqual([0, 1, 2]);
  });

  test('leaves the variables as they are, those included that no operation has used', async () => {
    const { slim } = library;
    await new slim.Graph().asDefault(async () => {
      const idle = slim.variable('idle', { shape: [60_000], trainable: false });
      idle.value.assign(tf.tensor1d(new Float32Array(60_000).fill(2)));
      await trainLarge({ steps: 3, graph: slim.getDefaultGraph() });
      expect(new Set(idle.value.dataSync())).toEqual(new Set([2]));
      expect(slim.getUniqueVariable('fc/weights').value.dataSync()).toHaveLength(90_000);
      const said = eventsIn(logdir).flatMap(({ summary = [] }) =>
        summary.filter(({ tag }) => tag === 'idle'),
      );
      expect(said.map(({ histogram }) => histogram?.sum)).toEqual([120_000, 120_000, 120_000]);
    });
  });
});

describe('a summary writer', () => {
  /** What a model says of 60,000 values. */
  const summariesOf = (value: number): Promise<SummaryValue[]> => {
    const { slim } = library;
    return new slim.Graph().asDefault(async () => {
      const data = slim.data.arrays({ x: tf.fill([1, 60_000], value) }, { batchSize: 1 });
      const metrics = await slim.defineMetrics(data, ({ x }) => {
        slim.summaries.addHistogramSummary(x, 'x');
        return { mean: x.mean<tf.Scalar>() };
      });
      const summaries: SummaryValue[] = [];
      await metrics.evaluate(summaries);
      return summaries;
    });
  };

  test('keeps to the order in which it is told, whatever takes its time', async () => {
    const writer = new library.slim.train.SummaryWriter(logdir);
    writer.addScalar('a', 1, 1);
    writer.addSummaries(await summariesOf(3), 2);
    writer.addScalar('a', 1, 3);
    writer.addSummaries(await summariesOf(4), 4);
    writer.addSessionLog('checkpoint', 5, 'model.ckpt-5');
    await writer.flush();
    const told = (): unknown[] =>
      eventsIn(logdir)
        .slice(1)
        .map(({ step, summary }) => [step, summary?.[0]?.tag, summary?.[0]?.histogram?.max]);
    expect(told()).toEqual([
      [1, 'a', undefined],
      [2, 'x', 3],
      [3, 'a', undefined],
      [4, 'x', 4],
      [5, undefined, undefined],
    ]);
    writer.addScalar('a', 1, 6);
    await writer.close();
    expect(told()).toHaveLength(6);
  });

  test('says which summaries are lost when they cannot be encoded, and goes no further', async () => {
    const writer = new library.slim.train.SummaryWriter(logdir);
    const wrong = { tag: 'x', image: { height: 1, width: 1, colorspace: 1 } } as SummaryValue;
    writer.addSummaries([...(await summariesOf(3)), wrong], 7);
    await expect(writer.flush()).rejects.toThrow('Summaries of step 7 are lost: ');
    expect(() => {
      writer.addScalar('a', 1, 8);
    }).toThrow('Summaries of step 7 are lost');
    await expect(writer.close()).rejects.toThrow('Summaries of step 7 are lost');
  });

  test('does not take the same values twice', async () => {
    const writer = new library.slim.train.SummaryWriter(logdir);
    const summaries = await summariesOf(3);
    expect(summaries[0]?.histogram?.num).toBe(60_000);
    writer.addSummaries(summaries, 1);
    expect(() => {
      writer.addSummaries(summaries, 2);
    }).toThrow('were handed to a summary writer already');
    await writer.close();
  });
});
