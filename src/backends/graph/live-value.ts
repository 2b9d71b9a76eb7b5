import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import { activeRecorder } from './step-recorder.ts';

/**
 * A value of a step that is to be computed by JavaScript before each run, also where the step is a graph: what is not
 * known to be a function of tensors alone. `dependencies` are variables and inputs of the step, and what `compute` gets,
 * as they are then.
 */
export function liveValue<T extends Tensor, D extends readonly TensorInfo[]>(
  compute: (...dependencies: D) => T,
  ...dependencies: D
): T {
  const recorder = activeRecorder();
  if (recorder === null) return compute(...dependencies);
  return recorder.liveValue(compute as unknown as (...all: TensorInfo[]) => TensorInfo, dependencies) as T;
}
