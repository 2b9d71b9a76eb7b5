/** Runs steps through a StepRunner on the native backend, where it is installed. */

import * as tf from '@tensorflow/tfjs';
import { ensureCompute } from '../../../../src/backends/ensure-backend.ts';
import { findNative } from '../../../../src/backends/native-backend.ts';
import { StepRunner } from '../../../../src/backends/graph/step-runner.ts';
import type { ReadOutput, StepMode, StepRunnerSettings } from '../../../../src/backends/graph/step-runner.ts';

export const noNative =
  findNative([]).length === 0 ? 'the native backend is not installed: slim-train native install' : '';

export async function useNative(): Promise<void> {
  await ensureCompute({ prefer: 'native', searchFrom: [], tensorflow: tf });
}

/** Computes with a batch, assigns variables as it likes, and returns what it gives. */
export type Step = (...batch: tf.Tensor[]) => tf.Tensor;

export class Stepping {
  readonly modes: StepMode[] = [];
  readonly runner: StepRunner<null>;
  readonly #step: Step;

  constructor(step: Step, settings: Partial<StepRunnerSettings> = {}) {
    this.#step = step;
    const all = { isEnabled: true, verifyEveryNSteps: null, ...settings };
    this.runner = new StepRunner(tf, all, null, mode => this.modes.push(mode));
  }

  /** What the step gives for a batch, which is disposed of. */
  run(...batch: tf.Tensor[]): number[] {
    const eager = (read: ReadOutput): null => {
      tf.tidy(() => {
        read(this.#step(...batch));
      });
      return null;
    };
    try {
      const { outputs } = this.runner.run({ batch, variant: '', eager, isGuarded: false });
      return [...(outputs[0] ?? [])];
    } finally {
      tf.dispose(batch);
    }
  }

  /** As many steps as it takes at most to know whether they become a graph; the mode that they end in. */
  settle(batchOf: (step: number) => tf.Tensor[]): StepMode | undefined {
    for (let step = 0; step < 3; step++) this.run(...batchOf(step));
    return this.modes.at(-1);
  }
}

/** float32 in [0.1, 0.9). */
export function uniform(shape: number[], seed: number): tf.Tensor {
  return tf.randomUniform(shape, 0.1, 0.9, 'float32', seed);
}
