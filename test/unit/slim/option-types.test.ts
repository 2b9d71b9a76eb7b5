/** Wrong options do not compile. What is expected to be an error here fails `npm run typecheck` when it is none. */

import type * as tf from '@tensorflow/tfjs';
import { expect, expectTypeOf, test } from 'vitest';
import * as slim from '../../../src/slim/index.ts';

type Call = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);
type ParametersOf<F> = F extends (...args: infer P) => unknown
  ? P
  : F extends abstract new (...args: infer P) => unknown
    ? P
    : never;
/** `none` where there is no parameter. */
type Last<P extends readonly unknown[]> = P extends readonly []
  ? 'none'
  : Required<P> extends readonly [...unknown[], infer L]
    ? L
    : 'none';

/** Whether an object of any properties is of that type. Of the others the compiler refuses those that they do not have. */
type IsOpen<T> = unknown extends T
  ? true
  : [T] extends [object]
    ? string extends keyof T
      ? true
      : false
    : false;

/** The functions and classes whose last parameter takes any properties. */
type TakingAnything<M> = {
  [K in keyof M]: M[K] extends Call
    ? IsOpen<NonNullable<Last<ParametersOf<M[K]>>>> extends true
      ? K
      : never
    : never;
}[keyof M];

test('no function takes options of any name', () => {
  // Records of the user's own names: options of a function, values of variables, hyperparameters, metrics.
  type OfUsersNames = 'addArgScope' | 'assignFromValues' | 'hparams';
  expectTypeOf<TakingAnything<typeof slim>>().toEqualTypeOf<OfUsersNames>();
  expectTypeOf<TakingAnything<typeof slim.losses>>().toEqualTypeOf<never>();
  expectTypeOf<TakingAnything<typeof slim.metrics>>().toEqualTypeOf<'aggregateMetricMap'>();
  expectTypeOf<TakingAnything<typeof slim.learning>>().toEqualTypeOf<never>();
  expectTypeOf<TakingAnything<typeof slim.evaluation>>().toEqualTypeOf<never>();
  expectTypeOf<TakingAnything<typeof slim.summaries>>().toEqualTypeOf<never>();
  expectTypeOf<TakingAnything<typeof slim.modelAnalyzer>>().toEqualTypeOf<never>();
  expectTypeOf<TakingAnything<typeof slim.train>>().toEqualTypeOf<never>();
  expectTypeOf<TakingAnything<typeof slim.data>>().toEqualTypeOf<never>();
});

test('what TF-Slim calls otherwise, or has and we have not, does not compile', () => {
  const { learning, evaluation, train, losses, summaries } = slim;
  const unused = (
    loss: slim.Loss,
    op: slim.learning.TrainOp,
    metrics: slim.Metrics,
    x: tf.Tensor4D,
  ): unknown => {
    const optimizer = new train.GradientDescentOptimizer(0.1);
    return [
      // @ts-expect-error -- options are in camelCase
      learning.createTrainOp(loss, optimizer, { clip_gradient_norm: 4 }),
      // @ts-expect-error -- the update ops are an option
      learning.createTrainOp(loss, optimizer, []),
      // @ts-expect-error -- operations are not ordered by gates
      learning.createTrainOp(loss, optimizer, { gateGradients: 1 }),
      // @ts-expect-error -- optimizeLoss has it
      learning.createTrainOp(loss, optimizer, { incrementGlobalStep: false }),
      // @ts-expect-error -- a number
      learning.train(op, 'logs', { numberOfSteps: '1000' }),
      // @ts-expect-error -- there is one process
      learning.train(op, 'logs', { master: '' }),
      // @ts-expect-error -- a metric's name comes with it
      learning.train(op, 'logs', { keepBest: { count: 3 } }),
      // @ts-expect-error -- defineMetrics has it
      evaluation.evaluateOnce(metrics, 'model.ckpt-1', null, { numEvals: 2 }),
      // @ts-expect-error -- it is evalIntervalSecs
      evaluation.evaluationLoop(metrics, 'logs', null, { evalIntervalSeconds: 2 }),
      // @ts-expect-error -- channels are last
      slim.conv2d(x, 2, 3, { dataFormat: 'NHWC' }),
      // @ts-expect-error -- a function of the shape
      slim.batchNorm(x, { adjustment: [x, x] }),
      // @ts-expect-error -- no dilation in TF-Slim's either
      slim.conv2dInPlane(x, 3, { rate: 2 }),
      // @ts-expect-error -- of a variable there is one kind
      slim.variable('v', { shape: [1], useResource: true }),
      // @ts-expect-error -- patterns are lists
      slim.getVariablesToRestore({ include: 'conv' }),
      // @ts-expect-error -- the scope is a pattern in an object
      slim.getVariables('conv1'),
      // @ts-expect-error -- it is labelSmoothing
      losses.softmaxCrossEntropy(x, x, { smoothing: 0.1 }),
      // @ts-expect-error -- no picture is printed
      () => { summaries.addImageSummary(x, 'x', { printSummary: true }); }, // prettier-ignore
      // @ts-expect-error -- a schedule has no step: it comes in each step
      train.exponentialDecay(0.1, op.globalStep, 100, 0.9),
      // @ts-expect-error -- it is learningRate, decaySteps, decayRate
      train.exponentialDecay(0.1, 100),
      // @ts-expect-error -- it is maxToKeep
      new train.Saver({ maxCheckpoints: 3 }),
      // @ts-expect-error -- it is stdFactor
      slim.adaptiveClippingFn({ factor: 2 }),
      // @ts-expect-error -- the filter is an option
      () => { slim.summarizeActivations('conv'); }, // prettier-ignore
    ];
  };
  expect(unused).toBeTypeOf('function');
});
