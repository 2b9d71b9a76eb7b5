/** Summaries of a model's collections, and the size of its variables, against TF-Slim's that recorded/record.py wrote down. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { SummaryValue } from '../../src/formats/summary.ts';
import * as slim from '../../src/slim/index.ts';
import { readRecorded, tensorOf, type Recorded } from './recorded.ts';
import { chooseBackend, expectClose, tolerance } from './tolerance.ts';

type Histogram = Readonly<Record<'min' | 'max' | 'num' | 'sum' | 'sumSquares', number>>;

const recorded = readRecorded('summarizers') as {
  readonly rows: Recorded;
  readonly first: Readonly<Record<string, Recorded>>;
  readonly summaries: Readonly<Record<string, number | Histogram>>;
  readonly analyzed: {
    readonly total_size: number;
    readonly total_bytes: number;
    readonly descriptions: Readonly<Record<string, string>>;
  };
};

/** TensorFlow names an activation after the operation, `fc1/Relu`; here it is named after the layer. */
const tagOf = (theirs: string): string => theirs.replace(/^(\w+)\/\w+\/(activation|zeros|sixes)$/, '$1/$2');

beforeAll(chooseBackend);

function network(rows: tf.Tensor2D): tf.Tensor2D {
  const variablesCollections = { weights: [slim.GraphKeys.WEIGHTS], biases: [slim.GraphKeys.BIASES] };
  const options = { outputsCollections: slim.GraphKeys.ACTIVATIONS, variablesCollections };
  return slim.argScope([slim.fullyConnected], options, () => {
    let net = slim.fullyConnected(rows, 8, { scope: 'fc1' });
    net = slim.fullyConnected(net, 9, { activationFn: tf.relu6, scope: 'fc2' });
    net = slim.fullyConnected(net, 4, { activationFn: tf.softplus, scope: 'fc3' });
    return slim.fullyConnected(net, 2, { activationFn: null, scope: 'fc4' });
  });
}

function summarize(net: tf.Tensor2D): void {
  slim.summarizeActivations();
  slim.summarizeWeights();
  slim.summarizeBiases({ nameFilter: 'fc[12]/' });
  slim.summarizeCollection(slim.GraphKeys.GLOBAL_VARIABLES, { nameFilter: 'global' });
  slim.summarizeTensors([net], tensor => {
    slim.summarizeTensor(tensor, 'outputs');
  });
  slim.summarizeTensor(net.sum(), 'total');
  slim.summarizeTensor(net.greater(0), 'boolean');
}

/** A train op of the recorded model with the recorded variables. */
async function recordedModel(): Promise<slim.learning.TrainOp> {
  slim.getOrCreateGlobalStep();
  const data = slim.data.arrays(
    { rows: tensorOf(recorded.rows) as tf.Tensor2D },
    { batchSize: 6, shuffle: false },
  );
  const loss = await slim.defineLoss(data, ({ rows }) => {
    const net = network(rows);
    summarize(net);
    return net.square().mean<tf.Scalar>();
  });
  const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.1));
  for (const [name, value] of Object.entries(recorded.first)) {
    slim.getUniqueVariable(name).value.assign(tensorOf(value));
  }
  return trainOp as unknown as slim.learning.TrainOp;
}

function expectSummary(
  tag: string,
  { simpleValue, histogram }: SummaryValue,
  expected: number | Histogram,
): void {
  if (typeof expected === 'number') {
    expectClose([simpleValue ?? NaN], [expected], undefined, tag);
    return;
  }
  const fields = ['min', 'max', 'num', 'sum', 'sumSquares'] as const;
  const values = fields.map(field => histogram?.[field] ?? NaN);
  // Sums of terms that cancel.
  const { relative } = tolerance();
  const within = { relative, absolute: relative * Math.abs(expected.max) * expected.num };
  expectClose(
    values,
    fields.map(field => expected[field]),
    within,
    tag,
  );
}

describe('summarizers', () => {
  test('summarize what the step computed, and variables before its update', async () => {
    await new slim.Graph().asDefault(async () => {
      const trainOp = await recordedModel();
      const summaries: SummaryValue[] = [];
      trainOp.summarizeNextRun(summaries);
      await trainOp.run();
      const ours = new Map(summaries.map(summary => [summary.tag, summary]));
      ours.delete('total_loss');
      ours.delete('learning_rate');
      expect([...ours.keys()]).toEqual(Object.keys(recorded.summaries).map(tagOf));
      for (const [theirs, expected] of Object.entries(recorded.summaries)) {
        const summary = ours.get(tagOf(theirs));
        if (summary !== undefined) expectSummary(theirs, summary, expected);
      }
    });
  });

  test('need a name or a tag, and a model to be in', async () => {
    await new slim.Graph().asDefault(async () => {
      const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([2, 2]) });
      const summarized = (fn: (x: tf.Tensor) => void): Promise<unknown> =>
        slim.defineLoss(data, ({ x }) => {
          fn(x);
          return x.mean<tf.Scalar>();
        });
      await expect(summarized(x => { slim.summarizeTensor(x); })).rejects.toThrow('needs a tag for its summary'); // prettier-ignore
      await expect(summarized(x => { slim.summarizeActivation(x); })).rejects.toThrow('needs a tag for its summary'); // prettier-ignore
    });
    expect(() => {
      slim.summarizeTensor(tf.ones([2]), 'x');
    }).toThrow('inside the function given to defineLoss or defineMetrics');
  });
});

describe('modelAnalyzer', () => {
  const { analyzeOps, analyzeVars, tensorDescription } = slim.modelAnalyzer;

  test('counts elements and bytes of variables', async () => {
    await new slim.Graph().asDefault(async () => {
      await recordedModel();
      const variables = slim.getVariables();
      const { total_size: totalSize, total_bytes: totalBytes, descriptions } = recorded.analyzed;
      const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
      expect(analyzeVars(variables, { printInfo: true })).toEqual({ totalSize, totalBytes });
      const printed = lines.mock.calls.flat();
      lines.mockRestore();
      expect(printed).toContain('fc1/weights:0 (float32 3x8) [24, bytes: 96]');
      expect(printed.at(-1)).toBe(`Total bytes of variables: ${totalBytes}`);
      const ours = variables.map(variable => [variable.name, tensorDescription(variable)]);
      expect(Object.fromEntries(ours)).toEqual(descriptions);
    });
  });

  test('counts what the operations of a loss give, and changes nothing', async () => {
    await new slim.Graph().asDefault(async () => {
      const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([4, 3]) }, { batchSize: 4 });
      const loss = await slim.defineLoss(data, ({ x }) =>
        tf
          .matMul(x, slim.variable('w', { shape: [3, 5] }).value as tf.Tensor as tf.Tensor2D)
          .relu()
          .sum<tf.Scalar>(),
      );
      const before = tf.memory().numTensors;
      const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
      const size = await analyzeOps(loss, { printInfo: true });
      const printed = lines.mock.calls.flat().map(String);
      lines.mockRestore();
      expect(tf.memory().numTensors).toBe(before);
      const results = printed.filter(line => /^(_FusedMatMul|BatchMatMul|Relu|Sum)\b/.test(line));
      expect(results).toEqual(['BatchMatMul\t-> (4x5) [20]', 'Relu\t-> (4x5) [20]', 'Sum\t-> () [1]']);
      const sizes = printed.flatMap(line => /\[(\d+)\]$/.exec(line)?.[1] ?? []);
      expect(size).toBe(sizes.reduce((sum, each) => sum + Number(each), 0));
    });
  });
});
