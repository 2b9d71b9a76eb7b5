import type * as tf from '@tensorflow/tfjs';
import type { UpdateOp } from './update-op.ts';
import type { SlimVariable } from './slim-variable.ts';

/** Names of the standard collections: `tf.GraphKeys`, with TensorFlow's own strings. */
export const GraphKeys = {
  GLOBAL_VARIABLES: 'variables',
  LOCAL_VARIABLES: 'local_variables',
  MODEL_VARIABLES: 'model_variables',
  TRAINABLE_VARIABLES: 'trainable_variables',
  MOVING_AVERAGE_VARIABLES: 'moving_average_variables',
  METRIC_VARIABLES: 'metric_variables',
  WEIGHTS: 'weights',
  BIASES: 'biases',
  ACTIVATIONS: 'activations',
  LOSSES: 'losses',
  REGULARIZATION_LOSSES: 'regularization_losses',
  UPDATE_OPS: 'update_ops',
  SUMMARIES: 'summaries',
  GLOBAL_STEP: 'global_step',
  /** Slots and other state of optimizers: what a warm start leaves out. */
  OPTIMIZER_VARIABLES: 'optimizer_variables',
} as const;

/** What the standard collections hold. A collection of any other name holds whatever was put into it. */
interface CollectionItems {
  variables: SlimVariable;
  local_variables: SlimVariable;
  model_variables: SlimVariable;
  trainable_variables: SlimVariable;
  moving_average_variables: SlimVariable;
  metric_variables: SlimVariable;
  weights: SlimVariable;
  biases: SlimVariable;
  optimizer_variables: SlimVariable;
  global_step: SlimVariable;
  activations: tf.Tensor;
  losses: tf.Scalar;
  regularization_losses: tf.Scalar;
  update_ops: UpdateOp;
}

export type ItemOf<K extends string> = K extends keyof CollectionItems ? CollectionItems[K] : unknown;
