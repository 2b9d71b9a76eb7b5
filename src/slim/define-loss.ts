import * as tf from '@tensorflow/tfjs';
import { backendReady } from './backend-ready.ts';
import type { Source } from './data/source.ts';
import { getDefaultGraph } from './scope/graph.ts';
import type { Graph } from './scope/graph.ts';
import { graphObstacleIn } from './graph-mode.ts';
import { Pass } from './scope/pass.ts';
import { runInPass } from './scope/running-pass.ts';
import { isTensor } from './scope/tensor-kind.ts';

/** A loss to be minimized: a function of a batch, together with where batches come from. */
export class Loss<B extends tf.TensorContainer = tf.TensorContainer> {
  readonly graph: Graph;
  readonly data: Source<B>;
  /** Runs inside a pass. Returns a float32 scalar. */
  readonly compute: (batch: B) => tf.Scalar;
  /** Why a step with this loss cannot run as a graph; null: nothing is known. */
  readonly graphObstacle: string | null;

  constructor(graph: Graph, data: Source<B>, compute: (batch: B) => tf.Scalar, graphObstacle: string | null) {
    this.graph = graph;
    this.data = data;
    this.compute = compute;
    this.graphObstacle = graphObstacle;
  }
}

/**
 * Defines a loss by the model that leads to it: `fn` gets a batch of `data`, runs the model in ordinary TF.js and slim's
 * layers, and returns the total loss, a float32 scalar. It is run once here, on a batch that is looked at and not taken,
 * so that all variables exist from then on; and once a step after that. It must not be async, make variables by
 * `tf.variable`, or read tensors' values. On the native backend its operations may be recorded once and run as a graph
 * from then on (see the option `graphMode` of `train`), unless it plainly does more than compute: counts, collects, logs.
 */
export async function defineLoss<B extends tf.TensorContainer>(
  data: Source<B>,
  fn: (batch: B) => tf.Scalar,
): Promise<Loss<B>> {
  const obstacle = graphObstacleIn(fn, 'the function given to defineLoss');
  await backendReady();
  const loss = new Loss(getDefaultGraph(), data, (batch: B) => checkedScalar(fn(batch)), obstacle);
  await buildOn(loss.graph, data, true, batch => loss.compute(batch));
  return loss;
}

/** One build pass over the model of `fn`: makes its variables, and nothing else. */
export async function buildOn<B extends tf.TensorContainer>(
  graph: Graph,
  data: Source<B>,
  isTraining: boolean,
  fn: (batch: B) => unknown,
): Promise<void> {
  const batch = await data.peek();
  if (batch === null) throw new Error('The data are empty: there is no batch to build the model on.');
  try {
    tf.tidy(() => {
      const pass = new Pass({ kind: 'build', isTraining, step: tf.scalar(0, 'int32') });
      runInPass(graph, pass, () => fn(batch));
    });
  } finally {
    tf.dispose(batch);
  }
}

function checkedScalar(returned: unknown): tf.Scalar {
  const loss = checkedTensor(returned);
  if (loss.rank !== 0 || loss.dtype !== 'float32') {
    throw new TypeError(
      `A loss is a float32 scalar; the function given to defineLoss returned ${loss.dtype} of shape [${loss.shape.join(', ')}].`,
    );
  }
  return loss as tf.Scalar;
}

function checkedTensor(returned: unknown): tf.Tensor {
  if (isTensor(returned)) return returned;
  if (returned instanceof Promise) {
    throw new TypeError(
      'The function given to defineLoss is async. Gradients are computed while it runs, so it has to return the loss itself.',
    );
  }
  throw new TypeError(
    `The function given to defineLoss returned ${describe(returned)}, not a loss: end it by "return slim.losses.getTotalLoss();".`,
  );
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : value === null ? 'null' : `a ${typeof value}`;
}
