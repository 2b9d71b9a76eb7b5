/** slim-training: TF-Slim's `slim.learning` on TensorFlow.js. */

export * as data from './data.ts';
export * as learning from './learning.ts';
export * as losses from './losses.ts';
export * as train from './train.ts';

export { ArgScope, addArgScope, argScope, currentArgScope, hasArgScope } from './arg-scope.ts';
export type { ArgScoped, CommonOptions, OptionsOf } from './arg-scope.ts';
export { addToCollection, getCollection } from './collection-access.ts';
export { Loss, defineLoss } from './define-loss.ts';
export { Graph, getDefaultGraph, resetDefaultGraph, setRandomSeed } from './graph.ts';
export type { Reuse } from './graph.ts';
export { GraphKeys } from './graph-keys.ts';
export { hparams } from './hparams.ts';
export type { Hparams } from './hparams.ts';
export { isTraining } from './pass.ts';
export { randomNormal, randomUniform } from './random/stateless-random.ts';
export type { UpdateOp } from './update-op.ts';
export { variableScope } from './variable-scope.ts';
export type { VariableScopeOptions } from './variable-scope.ts';

export {
  assertGlobalStep,
  createGlobalStep,
  getGlobalStep,
  getOrCreateGlobalStep,
} from './variables/global-step.ts';
export { addModelVariable, localVariable, modelVariable, variable } from './variables/make-variable.ts';
export type { VariableOptions } from './variables/make-variable.ts';
export {
  filterVariables,
  getLocalVariables,
  getModelVariables,
  getTrainableVariables,
  getUniqueVariable,
  getVariables,
  getVariablesByName,
  getVariablesBySuffix,
  getVariablesToRestore,
} from './variables/select-variables.ts';
export type { VariableFilter, VariablesOfScope, VariablesToRestore } from './variables/select-variables.ts';
export { SlimVariable } from './variables/slim-variable.ts';
export type { Initializer, Regularizer, VariableDType } from './variables/slim-variable.ts';

export { batchNorm } from './layers/batch-norm.ts';
export { conv2d } from './layers/conv2d.ts';
export { dropout } from './layers/dropout.ts';
export { flatten } from './layers/flatten.ts';
export { fullyConnected } from './layers/fully-connected.ts';
export { maxPool2d } from './layers/max-pool2d.ts';
export { l2Regularizer } from './regularizers/l2-regularizer.ts';
