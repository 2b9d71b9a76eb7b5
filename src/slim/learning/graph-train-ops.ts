import type * as tf from '@tensorflow/tfjs';
import type { Graph } from '../scope/graph.ts';
import type { Source } from '../data/source.ts';
import type { TrainOp } from './train-op.ts';

/** What a run needs to know of a train op besides its own. */
type AnyTrainOp = Pick<TrainOp<never>, 'globalStep' | 'stepsRun'> & {
  readonly loss: { readonly data: Pick<Source, 'position' | 'seek'> };
};

const made = new WeakMap<Graph, AnyTrainOp[]>();

/** Has the graph know the op. Which of them a run takes steps with is up to the user's code: it may be any. */
export function noteTrainOp<B extends tf.TensorContainer>(trainOp: TrainOp<B>): void {
  const { graph } = trainOp.loss;
  made.set(graph, [...(made.get(graph) ?? []), trainOp]);
}

/** The op itself, then the others of its graph in the order in which they were made: the same in each start of a script. */
export function trainOpsWith<B extends tf.TensorContainer>(trainOp: TrainOp<B>): readonly AnyTrainOp[] {
  const others = made.get(trainOp.loss.graph) ?? [];
  return [trainOp, ...others.filter(other => other !== trainOp)];
}
