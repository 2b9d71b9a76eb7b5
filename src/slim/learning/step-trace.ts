import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';

/**
 * Runs a step and writes how long each of its kernels took to `tf_trace-STEP.json`, which chrome://tracing and Perfetto show.
 * TF.js tells durations and not when a kernel began: they are put one after the other.
 */
export async function traceStep<T>(logdir: string, step: number, run: () => Promise<T>): Promise<T> {
  const results: T[] = [];
  const { kernels } = await tf.profile(async () => {
    results.push(await run());
    return [];
  });
  let begin = 0;
  const traceEvents: object[] = [];
  for (const { name, inputShapes, outputShapes, kernelTimeMs } of kernels) {
    const milliseconds = await kernelTimeMs;
    const duration = typeof milliseconds === 'number' ? milliseconds * 1000 : 0;
    const args = { inputShapes, outputShapes };
    traceEvents.push({ ph: 'X', cat: 'Op', pid: 0, tid: 0, name, ts: begin, dur: duration, args });
    begin += duration;
  }
  await writeFile(join(logdir, `tf_trace-${step}.json`), JSON.stringify({ traceEvents }));
  const [result] = results;
  if (result === undefined) throw new Error('A traced step gave no result.');
  return result;
}
