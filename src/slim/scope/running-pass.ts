import * as tf from '@tensorflow/tfjs';
import { refuseBareVariables } from './bare-variables.ts';
import { currentContext, inContext } from './graph.ts';
import type { Graph } from './graph.ts';
import type { Pass } from './pass.ts';

/** The pass that the running code belongs to, null outside of one. */
export function currentPass(): Pass | null {
  return currentContext().pass;
}

/** Whether layers behave as in training: `is_training`'s default. True outside a pass, as in TF-Slim. */
export function isTraining(): boolean {
  return currentPass()?.isTraining ?? true;
}

/**
 * Runs `fn` as a pass over `graph`, from the scope's top, in the scope of names of its own.
 * Synchronous, because gradients are: a pass that returns a promise is refused by its caller.
 */
export function runInPass<T>(graph: Graph, pass: Pass, fn: () => T): T {
  if (currentPass() !== null)
    throw new Error(
      'A pass cannot begin inside another: defineLoss, defineMetrics and train stand outside of the functions given to them.',
    );
  return inContext({ graph, pass, variableScope: '', reuse: false, nameScope: '' }, () =>
    refuseBareVariables(fn),
  );
}

/**
 * Keeps what the innermost `tf.tidy` around it has made so far, so that update ops can compute with the pass's tensors
 * after the gradients' own tidy ended. Returns what to dispose then.
 */
export function holdTensors(): tf.Tensor[] {
  const held: tf.Tensor[] = [];
  for (const tensor of tf.engine().state.activeScope.track) {
    if (!tensor.kept && !tensor.isDisposed) held.push(tf.keep(tensor));
  }
  return held;
}
