/** slim-training: TF-Slim's `slim.learning` on TensorFlow.js. */

export * as data from './data.ts';
export * as evaluation from './evaluation.ts';
export * as learning from './learning.ts';
export * as losses from './losses.ts';
export * as metrics from './metrics.ts';
export * as modelAnalyzer from './model-analyzer.ts';
export * as summaries from './summaries.ts';
export * as train from './train.ts';

export {
  ArgScope,
  addArgScope,
  argScope,
  argScopeFuncKey,
  argScopedArguments,
  currentArgScope,
  hasArgScope,
} from './scope/arg-scope.ts';
export type { ArgScoped, CommonOptions, NoOtherNames, OptionNames, OptionsOf } from './scope/arg-scope.ts';
export { addToCollection, getCollection } from './scope/collection-access.ts';
export { Loss, defineLoss } from './define-loss.ts';
export { Graph, getDefaultGraph, resetDefaultGraph, setRandomSeed } from './scope/graph.ts';
export type { Reuse } from './scope/graph.ts';
export { Metrics, defineMetrics } from './evaluation/define-metrics.ts';
export type { DefineMetricsOptions } from './evaluation/define-metrics.ts';
export type { Evaluable, Metric, MetricValues, StreamingMetric } from './evaluation/metric.ts';
export { GraphKeys } from './scope/graph-keys.ts';
export { hparams } from './hparams.ts';
export type { Hparams } from './hparams.ts';
export type { HparamValue } from '../protocol/training-host.ts';
export type { SummaryValue } from '../formats/summary.ts';
export type { TensorValue } from '../formats/tensor-value.ts';
export { isTraining } from './scope/running-pass.ts';
export { randomNormal, randomTruncatedNormal, randomUniform } from './random/stateless-random.ts';
export type { RandomOptions } from './random/stateless-random.ts';
export type { UpdateOp } from './scope/update-op.ts';
export { variableScope } from './scope/variable-scope.ts';
export type { VariableScopeOptions } from './scope/variable-scope.ts';

export {
  assertGlobalStep,
  createGlobalStep,
  getGlobalStep,
  getOrCreateGlobalStep,
} from './variables/global-step.ts';
export { assignFromCheckpoint } from './variables/assign-from-checkpoint.ts';
export type { AssignFromCheckpointOptions, VariableMapping } from './variables/assign-from-checkpoint.ts';
export { assignFromMapping } from './variables/assign-from-mapping.ts';
export type { RestoreInitFn } from './variables/restore-variables.ts';
export type { RestoreAction, RowRange, VariableChoice } from '../restore/restore-mapping.ts';
export { assignFromValues } from './variables/assign-from-values.ts';
export type { Values, ValuesInitFn } from './variables/assign-from-values.ts';
export type { NumberArray, ShapedNumbers } from './variables/number-array.ts';
export type { RestoreEntry, RestoreMatch, RestoreOutcome, RestoreReport } from '../protocol/restore.ts';
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
export { SlimVariable } from './scope/slim-variable.ts';
export type { Initializer, Regularizer, VariableDType } from './scope/slim-variable.ts';

export { constantInitializer } from './initializers/constant.ts';
export { onesInitializer } from './initializers/ones.ts';
export { randomNormalInitializer } from './initializers/random-normal.ts';
export { randomUniformInitializer } from './initializers/random-uniform.ts';
export type { UniformOptions } from './initializers/random-uniform.ts';
export { truncatedNormalInitializer } from './initializers/truncated-normal.ts';
export type { NormalOptions, SeedOptions } from './initializers/random-options.ts';
export { varianceScalingInitializer } from './initializers/variance-scaling.ts';
export type { VarianceScalingOptions } from './initializers/variance-scaling.ts';
export { xavierInitializer } from './initializers/xavier.ts';
export type { XavierOptions } from './initializers/xavier.ts';
export { zerosInitializer } from './initializers/zeros.ts';

export { avgPool2d } from './layers/avg-pool2d.ts';
export { avgPool3d } from './layers/avg-pool3d.ts';
export { batchNorm } from './layers/batch-norm.ts';
export type { BatchNormAdjustment, BatchNormOptions } from './layers/batch-norm.ts';
export type { RenormClipping } from './layers/batch-renorm.ts';
export { biasAdd } from './layers/bias-add.ts';
export type { BiasAddOptions } from './layers/bias-add.ts';
export { conv1d } from './layers/conv1d.ts';
export { conv2dInPlane } from './layers/conv2d-in-plane.ts';
export type { Conv2dInPlaneOptions } from './layers/conv2d-in-plane.ts';
export { conv2dTranspose } from './layers/conv2d-transpose.ts';
export type { ConvTransposeOptions } from './layers/conv-transpose-options.ts';
export { conv2d } from './layers/conv2d.ts';
export { conv3dTranspose } from './layers/conv3d-transpose.ts';
export { conv3d } from './layers/conv3d.ts';
export type { ConvolutionOptions } from './layers/convolution.ts';
export { dropout } from './layers/dropout.ts';
export type { DropoutOptions } from './layers/dropout.ts';
export { embeddingLookup } from './layers/embedding-lookup.ts';
export { flatten } from './layers/flatten.ts';
export { fullyConnected } from './layers/fully-connected.ts';
export { groupNorm } from './layers/group-norm.ts';
export type { GroupNormOptions } from './layers/group-norm.ts';
export { instanceNorm } from './layers/instance-norm.ts';
export type { InstanceNormOptions } from './layers/instance-norm.ts';
export { layerNorm } from './layers/layer-norm.ts';
export type { LayerNormOptions } from './layers/layer-norm.ts';
export type {
  ActivationFn,
  LayerOptions,
  VariableLayerOptions,
  VariablesCollections,
} from './layers/layer-options.ts';
export type { WeightsLayerOptions } from './layers/weights-layer-options.ts';
export { convertCollectionToDict } from './layers/layer-outputs.ts';
export { maxPool2d } from './layers/max-pool2d.ts';
export { maxPool3d } from './layers/max-pool3d.ts';
export { maxout } from './layers/maxout.ts';
export type { MaxoutOptions } from './layers/maxout.ts';
export type { NormalizerFn, NormalizerParams } from './layers/normalizer.ts';
export { oneHotEncoding } from './layers/one-hot-encoding.ts';
export type { OneHotEncodingOptions } from './layers/one-hot-encoding.ts';
export { pool } from './layers/pool.ts';
export type { GeneralPoolOptions } from './layers/pool.ts';
export type { PoolOptions } from './layers/pool-layer.ts';
export { repeat } from './layers/repeat.ts';
export { scaleGradient } from './layers/scale-gradient.ts';
export { separableConv2d } from './layers/separable-conv2d.ts';
export type { SeparableConv2dOptions } from './layers/separable-conv2d.ts';
export { softmax } from './layers/softmax.ts';
export type { SoftmaxOptions } from './layers/softmax.ts';
export type { Padding, SpatialSize } from './layers/spatial-sizes.ts';
export { spatialSoftmax } from './layers/spatial-softmax.ts';
export type { SpatialSoftmaxOptions } from './layers/spatial-softmax.ts';
export { stack } from './layers/stack.ts';
export { unitNorm } from './layers/unit-norm.ts';
export type { UnitNormOptions } from './layers/unit-norm.ts';

export { adaptiveClippingFn } from './learning/adaptive-clipping.ts';
export type { AdaptiveClippingOptions } from './learning/adaptive-clipping.ts';
export { OPTIMIZER_SUMMARIES, optimizeLoss } from './learning/optimize-loss.ts';
export type { OptimizeLossOptions, OptimizerSummary } from './learning/optimize-loss.ts';
export { OPTIMIZER_CLS_NAMES } from './optimizers/optimizer-names.ts';
export type { OptimizerChoice, OptimizerClass, OptimizerName } from './optimizers/optimizer-names.ts';

export {
  summarizeActivation,
  summarizeActivations,
  summarizeBiases,
  summarizeCollection,
  summarizeTensor,
  summarizeTensors,
  summarizeVariables,
  summarizeWeights,
} from './summaries/summarize.ts';
export type { SummarizeCollectionOptions, Summarizer } from './summaries/summarize.ts';

export { applyRegularization } from './regularizers/apply-regularization.ts';
export { l1L2Regularizer } from './regularizers/l1-l2-regularizer.ts';
export { l1Regularizer } from './regularizers/l1-regularizer.ts';
export { l2Regularizer } from './regularizers/l2-regularizer.ts';
export { sumRegularizer } from './regularizers/sum-regularizer.ts';
