/** Runs a model as `defineLoss` does, one pass at a time. */

import * as tf from '@tensorflow/tfjs';
import type { Graph } from '../../../src/slim/scope/graph.ts';
import { Pass, type PassKind } from '../../../src/slim/scope/pass.ts';
import { runInPass } from '../../../src/slim/scope/running-pass.ts';

export interface PassAt {
  readonly kind?: PassKind;
  readonly isTraining?: boolean;
  readonly step?: number;
}

/** One pass over a graph: by default the build, which makes the variables. */
export function pass<T>(
  graph: Graph,
  fn: () => T,
  { kind = 'build', isTraining = true, step = 0 }: PassAt = {},
): T {
  return runInPass(graph, new Pass({ kind, isTraining, step: tf.scalar(step, 'int32') }), fn);
}
