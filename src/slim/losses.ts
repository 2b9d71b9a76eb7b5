/** `slim.losses`: tf_slim.losses, and what it calls collections. */

export { absoluteDifference } from './losses/absolute-difference.ts';
export { addLoss, getLosses, getRegularizationLosses, getTotalLoss } from './losses/collection.ts';
export { computeWeightedLoss } from './losses/compute-weighted-loss.ts';
export { cosineDistance } from './losses/cosine-distance.ts';
export { hingeLoss } from './losses/hinge-loss.ts';
export { huberLoss } from './losses/huber-loss.ts';
export type { HuberLossOptions } from './losses/huber-loss.ts';
export type { LabelSmoothingOptions } from './losses/label-smoothing.ts';
export { logLoss } from './losses/log-loss.ts';
export type { LogLossOptions } from './losses/log-loss.ts';
export { meanPairwiseSquaredError } from './losses/mean-pairwise-squared-error.ts';
export type { MeanPairwiseSquaredErrorOptions } from './losses/mean-pairwise-squared-error.ts';
export { meanSquaredError, meanSquaredError as sumOfSquares } from './losses/mean-squared-error.ts';
export { sigmoidCrossEntropy } from './losses/sigmoid-cross-entropy.ts';
export { softmaxCrossEntropy } from './losses/softmax-cross-entropy.ts';
export { sparseSoftmaxCrossEntropy } from './losses/sparse-softmax-cross-entropy.ts';
export type { Loss as LossValue, LossOptions, Reduction, Weights } from './losses/weights.ts';
export { clusterLoss } from './losses/metric-learning/cluster-loss.ts';
export type { ClusterLossOptions } from './losses/metric-learning/cluster-loss.ts';
export { contrastiveLoss } from './losses/metric-learning/contrastive-loss.ts';
export type { MarginOptions } from './losses/metric-learning/contrastive-loss.ts';
export { liftedStructLoss } from './losses/metric-learning/lifted-struct-loss.ts';
export { npairsLoss, npairsLossMultilabel } from './losses/metric-learning/npairs-loss.ts';
export type { NpairsLossOptions } from './losses/metric-learning/npairs-loss.ts';
export { tripletSemihardLoss } from './losses/metric-learning/triplet-semihard-loss.ts';
export type { TotalLossOptions } from './losses/collection.ts';
