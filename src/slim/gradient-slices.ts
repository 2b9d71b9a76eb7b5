import * as tf from '@tensorflow/tfjs';
import type { Pass } from './scope/pass.ts';
import type { SlimVariable } from './scope/slim-variable.ts';

/** What TensorFlow calls IndexedSlices: the gradient of a variable of which only some rows were read. */
export interface GradientSlices {
  /** int32 [n]: rows, along the first axis. They may repeat. */
  readonly rows: tf.Tensor1D;
  /** float32 [n, ...]: the gradient of each; those of one row are yet to be added up. */
  readonly values: tf.Tensor;
}

interface Recorded {
  readonly slices: GradientSlices[];
  /** How often the pass read the variable, by rows and otherwise. */
  reads: number;
}

const recordedByPass = new WeakMap<Pass, Map<SlimVariable, Recorded>>();

/** Notes the gradient of rows that a pass read of a variable. To be called while the gradients are computed. */
export function recordSlices(pass: Pass, variable: SlimVariable, { rows, values }: GradientSlices): void {
  const byVariable = recordedByPass.get(pass) ?? new Map<SlimVariable, Recorded>();
  recordedByPass.set(pass, byVariable);
  const recorded = byVariable.get(variable) ?? { slices: [], reads: readsOf(variable) };
  byVariable.set(variable, recorded);
  recorded.slices.push({ rows: tf.keep(rows.clone()), values: tf.keep(values.clone()) });
}

/**
 * The slices of a variable's gradient, once the pass's gradients were computed; undefined when all of it was read, for
 * its gradient is dense then. What they hold is pushed to `held`, to be disposed of after the step.
 */
export function slicesOf(pass: Pass, variable: SlimVariable, held: tf.Tensor[]): GradientSlices | undefined {
  const recorded = recordedByPass.get(pass)?.get(variable);
  if (recorded === undefined) return undefined;
  held.push(...recorded.slices.flatMap(({ rows, values }) => [rows, values]));
  if (recorded.reads > recorded.slices.length) return undefined;
  return {
    rows: tf.concat(recorded.slices.map(({ rows }) => rows)),
    values: tf.concat(recorded.slices.map(({ values }) => values)),
  };
}

/** How many operations of the forward pass took the variable, as TF.js's tape has it. */
function readsOf(variable: SlimVariable): number {
  const tape = tf.engine().state.activeTape;
  return tape.filter(node => Object.values(node.inputs).some(input => input.id === variable.value.id)).length;
}
