/** Training step by step along a recorded one. */

import * as tf from '@tensorflow/tfjs';
import * as slim from '../../src/slim/index.ts';
import { toTheEnd, type RecordedDigits, type Replayed } from './recorded-lenet.ts';
import { isClose, type Tolerance } from './tolerance.ts';

/** How long after it a tie may first be seen in a loss. */
const REACH = 20;
const MOST_TILTS = 16;

/** Of all variables, in their order. */
type Values = tf.Tensor[];

/**
 * Takes the recorded steps and gives their losses. The last is to lead to `end`, the values of all variables by name.
 *
 * Max pooling and ReLU decide: where two neighbours in a pool, or an input and zero, differ by no more than rounding, the
 * last bit says where the gradient goes, and from there on it is another training, off by a thousandth within ten steps. So
 * where the losses leave the recorded ones, the steps before are taken again with pixels that are off by rounding. One of
 * these trainings has to go the recorded way, as exactly as if there had been no tie: what computes something else than
 * TF-Slim does not find back by that. If none does, the losses are those of the last.
 */
export async function replaySteps(
  trainOp: slim.learning.TrainOp,
  data: RecordedDigits,
  variant: Replayed,
  end: ReadonlyMap<string, readonly number[]>,
): Promise<number[]> {
  const { losses: recorded } = variant.replay;
  const [[firstStep] = [0]] = recorded;
  const losses: number[] = [];
  const before: Values[] = [];
  const within = toTheEnd(variant);
  const isAsRecorded = (index: number): boolean =>
    isClose(losses[index] ?? NaN, recorded[index]?.[1] ?? NaN, within) &&
    (index < recorded.length - 1 || haveValues(end, within));
  let tilt = 0;
  let tiltedUntil = 0;
  try {
    for (let index = 0; index < recorded.length;) {
      data.tilt = index < tiltedUntil ? tilt : 0;
      tf.dispose(before[index]);
      before[index] = slim.getVariables().map(({ value }) => value.clone());
      losses[index] = await trainOp.run();
      if (isAsRecorded(index)) {
        index++;
      } else {
        if (++tilt > MOST_TILTS) break;
        tiltedUntil = Math.max(tiltedUntil, index + 1);
        index = Math.max(0, index - REACH);
        assignAll(before[index] ?? []);
        data.step = firstStep + index;
      }
    }
  } finally {
    tf.dispose(before);
  }
  return losses;
}

function haveValues(expected: ReadonlyMap<string, readonly number[]>, within: Tolerance): boolean {
  return slim.getVariables().every(({ name, value }) => {
    const wanted = expected.get(name) ?? [];
    return value.dataSync().every((got, index) => isClose(got, wanted[index] ?? NaN, within));
  });
}

function assignAll(values: Values): void {
  slim.getVariables().forEach(({ value }, index) => {
    const kept = values[index];
    if (kept !== undefined) value.assign(kept);
  });
}
