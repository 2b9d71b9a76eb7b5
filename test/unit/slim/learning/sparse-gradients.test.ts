import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { slicesOf } from '../../../../src/slim/gradient-slices.ts';
import * as slim from '../../../../src/slim/index.ts';
import { Pass } from '../../../../src/slim/scope/pass.ts';
import { runInPass } from '../../../../src/slim/scope/running-pass.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

interface Gradient {
  readonly dense: number[];
  readonly rows: number[] | undefined;
  readonly values: number[] | undefined;
}

/** The gradient of a loss over a table of three rows, [1, 2, 3]. */
function gradientOf(loss: (table: slim.SlimVariable) => tf.Scalar): Gradient {
  const graph = new slim.Graph();
  const held: tf.Tensor[] = [];
  const before = tf.memory().numTensors;
  const result = graph.asDefault(() =>
    tf.tidy(() => {
      const table = slim.variable('table', { initializer: tf.tensor2d([[1], [2], [3]]) });
      const pass = new Pass({ kind: 'step', isTraining: true, step: tf.scalar(0, 'int32') });
      return runInPass(graph, pass, () => {
        const { grads } = tf.variableGrads(() => loss(table), [table.value]);
        const slices = slicesOf(pass, table, held);
        return {
          dense: [...(grads[table.value.name]?.dataSync() ?? [])],
          rows: slices && [...slices.rows.dataSync()],
          values: slices && [...slices.values.dataSync()],
        };
      });
    }),
  );
  tf.dispose(held);
  // The table alone is left.
  expect(tf.memory().numTensors - before).toBe(1);
  return result;
}

const ids = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');

describe('the gradient of an embedding', () => {
  test('belongs to the rows that were read; one read twice is there twice', () => {
    const gradient = gradientOf(table =>
      slim
        .embeddingLookup(table, ids(2, 0, 2))
        .square()
        .sum(),
    );
    expect(gradient).toEqual({ dense: [2, 0, 12], rows: [2, 0, 2], values: [6, 2, 6] });
  });

  test('of several lookups is all of theirs', () => {
    const gradient = gradientOf(table =>
      slim
        .embeddingLookup(table, ids(0))
        .sum()
        .add(slim.embeddingLookup(table, ids(1, 0)).sum()),
    );
    expect(gradient.dense).toEqual([2, 1, 0]);
    expect([...(gradient.rows ?? [])].sort()).toEqual([0, 0, 1]);
  });

  test('is dense where the table is read as a whole, too', () => {
    const gradient = gradientOf(table =>
      slim.embeddingLookup(table, ids(0)).sum().add(table.value.square().sum()),
    );
    expect(gradient).toEqual({ dense: [3, 4, 6], rows: undefined, values: undefined });
  });

  test('ids may have any shape', () => {
    expect(
      gradientOf(table => {
        const looked = slim.embeddingLookup(table, tf.tensor2d([[0, 1]], [1, 2], 'int32'));
        expect(looked.shape).toEqual([1, 2, 1]);
        return looked.sum();
      }).dense,
    ).toEqual([1, 1, 0]);
  });
});
