/** Summaries that a model asks for: tags, values, pictures. */

import { inflateSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import type { SummaryValue } from '../../../../src/formats/summary.ts';
import * as slim from '../../../../src/slim/index.ts';
import { encodePng } from '../../../../src/slim/summaries/encode-png.ts';
import { chooseBackend } from '../../../parity/tolerance.ts';

beforeAll(chooseBackend);

/** What a step is asked to summarize by a model that does `fn` besides. */
async function summariesOf(fn: (x: tf.Tensor2D) => void): Promise<SummaryValue[]> {
  return new slim.Graph().asDefault(async () => {
    const data = slim.data.arrays({ x: tf.tensor2d([0, 1, 0, 3], [2, 2]) }, { batchSize: 2, shuffle: false });
    const loss = await slim.defineLoss(data, ({ x }) => {
      fn(x);
      return slim.fullyConnected(x, 1).square().mean<tf.Scalar>();
    });
    const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.1));
    await trainOp.run();
    const summaries: SummaryValue[] = [];
    trainOp.summarizeNextRun(summaries);
    await trainOp.run();
    return summaries.filter(({ tag }) => !/^(total_loss|learning_rate)$/.test(tag));
  });
}

test('scalars and fractions of zeros, with TF-Slim’s tags', async () => {
  const summaries = await summariesOf(x => {
    slim.summaries.addScalarSummary(x.sum(), 'Total Sum', { prefix: 'losses' });
    slim.summaries.addZeroFractionSummary(x, 'x');
  });
  expect(summaries).toEqual([
    { tag: 'losses/Total_Sum', simpleValue: 4 },
    { tag: 'x/Fraction_of_Zero_Values', simpleValue: 0.5 },
  ]);
});

test('histograms', async () => {
  const [summary] = await summariesOf(x => {
    slim.summaries.addHistogramSummary(x, 'x');
  });
  expect(summary?.tag).toBe('x');
  expect(summary?.histogram).toMatchObject({ min: 0, max: 3, num: 4, sum: 4, sumSquares: 10 });
});

test('the first three images, as PNG files', async () => {
  const summaries = await summariesOf(x => {
    slim.summaries.addImageSummary(x.reshape([4, 1, 1, 1]), 'pixels');
    slim.summaries.addImageSummary(x.sub(1).reshape([1, 2, 2, 1]), 'picture');
  });
  expect(summaries.map(({ tag }) => tag)).toEqual([
    'pixels/image/0',
    'pixels/image/1',
    'pixels/image/2',
    'picture/image',
  ]);
  const picture = summaries.at(-1)?.image;
  expect(picture).toMatchObject({ width: 2, height: 2, colorspace: 1 });
  // -1, 0, -1, 2 with 0 as the middle grey, scaled by 127 / 2; a filter byte before each row.
  expect([...rowsOf(picture?.encoded ?? new Uint8Array())]).toEqual([0, 64, 128, 0, 64, 255]);
});

/** The uncompressed content of the IDAT chunk. */
function rowsOf(png: Uint8Array): Uint8Array {
  const at = Buffer.from(png).indexOf('IDAT');
  return inflateSync(png.subarray(at + 4));
}

test('PNG files are sound: signature, header, checksums', () => {
  const png = Buffer.from(encodePng(1, 1, 1, Uint8Array.of(0)));
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  // CRC-32 of an IEND chunk, as the PNG specification gives it.
  expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
});

test('are refused outside of a model, and without a name', async () => {
  expect(() => {
    slim.summaries.addScalarSummary(tf.scalar(1), 'x');
  }).toThrow('inside the function given to defineLoss or defineMetrics');
  await expect(
    summariesOf(x => {
      slim.summaries.addHistogramSummary(x);
    }),
  ).rejects.toThrow('A tensor without a name needs one');
});

test('steps that are not summarized compute none', async () => {
  let reads = 0;
  await new slim.Graph().asDefault(async () => {
    const data = slim.data.arrays({ x: tf.ones<tf.Rank.R2>([2, 2]) });
    const loss = await slim.defineLoss(data, ({ x }) => {
      const watched = x.sum();
      const read = watched.dataSync.bind(watched);
      watched.dataSync = () => {
        reads++;
        return read();
      };
      slim.summaries.addScalarSummary(watched, 'x');
      return slim.fullyConnected(x, 1).mean<tf.Scalar>();
    });
    const trainOp = await slim.learning.createTrainOp(loss, new slim.train.GradientDescentOptimizer(0.1));
    await trainOp.run();
    expect(reads).toBe(0);
    trainOp.summarizeNextRun([]);
    await trainOp.run();
    expect(reads).toBe(1);
  });
});
