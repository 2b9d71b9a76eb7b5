/** Event files that we wrote, read by TensorBoard. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventFileWriter } from '../../src/formats/event-file-writer.ts';
import { histogramOf, type HistogramProto } from '../../src/formats/histogram.ts';
import { float32Tensor, stringTensor } from '../../src/formats/tensor-value.ts';
import { SessionStatus } from '../../src/formats/event.ts';
import { pythonEnvironment, runPython } from './python-environment.ts';

const INSTALLING_MS = 15 * 60_000;
const TENSORBOARD_MS = 120_000;

const plugin = (pluginName: string) => ({
  pluginName,
  pluginContent: new Uint8Array(0),
  displayName: '',
  summaryDescription: '',
  dataClass: 0,
});

interface Accumulated {
  readonly scalars: Record<string, [step: number, wallTime: number, value: number][]>;
  readonly histograms: Record<string, [step: number, Record<string, number | number[]>][]>;
  readonly texts: string[];
  readonly version: number;
}

const values = (step: number): Float32Array =>
  Float32Array.from({ length: 500 }, (_, index) => Math.sin(index * step) * 10 ** (step - 5));

let logdir: string;
let theirs: Accumulated;
const losses: [number, number, number][] = [];
const histograms: [number, HistogramProto][] = [];

beforeAll(async () => {
  await pythonEnvironment();
  logdir = mkdtempSync(join(tmpdir(), 'interop-events-'));
  const writer = new EventFileWriter(logdir);
  writer.add({
    wallTime: 1_600_000_000,
    step: 0,
    sessionLog: { status: SessionStatus.start, checkpointPath: '', message: '' },
  });
  for (let step = 0; step < 2000; step++) {
    const wallTime = 1_600_000_000.125 + step;
    const loss = Math.fround(Math.cos(step) / (step + 1));
    losses.push([step, wallTime, loss]);
    writer.addScalar('losses/total_loss', loss, step, wallTime);
    writer.add({
      wallTime,
      step,
      summary: [{ tag: 'v2', tensor: float32Tensor([], Float32Array.of(loss)), metadata: plugin('scalars') }],
    });
  }
  for (let step = 1; step < 10; step++) {
    const histogram = histogramOf(values(step));
    histograms.push([step, histogram]);
    writer.add({ wallTime: 1_600_000_000 + step, step, summary: [{ tag: 'weights', histogram }] });
  }
  writer.add({
    wallTime: 1_600_000_000,
    step: 3,
    summary: [{ tag: 'note', tensor: stringTensor([], ['**żółć**']), metadata: plugin('text') }],
  });
  await writer.close();
  theirs = (await runPython(
    `
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
accumulator = EventAccumulator(input, size_guidance={'scalars': 0, 'histograms': 0, 'tensors': 0})
accumulator.Reload()
tags = accumulator.Tags()
def histogram(h):
    return dict(min=h.min, max=h.max, num=h.num, sum=h.sum, sumSquares=h.sum_squares,
                bucketLimit=list(h.bucket_limit), bucket=list(h.bucket))
def tensors(tag):
    return accumulator.Tensors(tag)
result = dict(
    scalars={t: [[e.step, e.wall_time, e.value] for e in accumulator.Scalars(t)] for t in tags['scalars']},
    histograms={t: [[e.step, histogram(e.histogram_value)] for e in accumulator.Histograms(t)] for t in tags['histograms']},
    texts=[e.tensor_proto.string_val[0].decode() for e in tensors('note')],
    v2=[[e.step, e.wall_time, list(e.tensor_proto.tensor_content) and __import__('struct').unpack('<f', e.tensor_proto.tensor_content)[0]] for e in tensors('v2')],
    version=int(accumulator.file_version))
result['scalars']['v2'] = result.pop('v2')
`,
    logdir,
  )) as Accumulated;
}, INSTALLING_MS);
afterAll(() => {
  rmSync(logdir, { recursive: true });
});

it('TensorBoard reads every scalar, value by value', { timeout: TENSORBOARD_MS }, () => {
  expect(theirs.scalars['losses/total_loss']).toEqual(losses);
  expect(theirs.scalars['v2']).toEqual(losses);
  expect(theirs.version).toBe(2);
});

it('TensorBoard reads every histogram, value by value', () => {
  const ours = histograms.map(([step, { bucketLimit, bucket, ...rest }]) => [
    step,
    { ...rest, bucketLimit: [...bucketLimit], bucket: [...bucket] },
  ]);
  expect(theirs.histograms['weights']).toEqual(ours);
});

it('TensorBoard reads text', () => {
  expect(theirs.texts).toEqual(['**żółć**']);
});

it('TensorFlow makes the same histograms of the same values', { timeout: TENSORBOARD_MS }, async () => {
  const made = await runPython(
    `
import tensorflow as tf, numpy as np
result = []
for values in input:
    summary = tf.compat.v1.Summary.FromString(
        tf.raw_ops.HistogramSummary(tag='weights', values=np.asarray(values, np.float32)).numpy())
    h = summary.value[0].histo
    result.append(dict(min=h.min, max=h.max, num=h.num, sum=h.sum, sumSquares=h.sum_squares,
                       bucketLimit=list(h.bucket_limit), bucket=list(h.bucket)))
`,
    histograms.map(([step]) => [...values(step)]),
  );
  const ours = histograms.map(([, { bucketLimit, bucket, ...rest }]) => ({
    ...rest,
    bucketLimit: [...bucketLimit],
    bucket: [...bucket],
  }));
  expect(made).toEqual(ours);
});
