import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, Tensor } from '@tensorflow/tfjs';
import type { NativeAttribute, NativeBackend } from '../native-binding.ts';
import { TF_DATA_TYPE } from '../tf-data-type.ts';
import type { TensorFlow } from '../tensorflow-js.ts';

const FORWARD = 'FusedBatchNormV3';
const GRADIENT = 'FusedBatchNormGradV3';
/** What the forward operation keeps for the gradient: its outputs 3 to 5. */
const OUTPUTS = 6;
const GRADIENT_OUTPUTS = 5;
const KEPT = [false, false, false, true, true, true];

/** Inputs that are normalized over all of their axes but the last, scaled and shifted. */
export interface FusedBatchNorm {
  readonly outputs: Tensor;
  /** [channels] */
  readonly mean: Tensor;
  /** [channels], divided by N - 1. */
  readonly variance: Tensor;
}

/**
 * TensorFlow's batch norm of a batch: two operations with the gradient, where ten pass over the inputs otherwise. As in
 * TensorFlow, the moments have no gradient of their own.
 *
 * @param inputs float32 [batch, height, width, channels]
 * @returns null where the backend does not have it
 */
export function fusedBatchNorm(
  tf: TensorFlow,
  inputs: Tensor,
  { scale, offset }: { readonly scale: Tensor; readonly offset: Tensor },
  epsilon: number,
): FusedBatchNorm | null {
  const kernel = tf.getKernel(FORWARD, tf.getBackend()) as KernelConfig | undefined;
  if (kernel === undefined) return null;
  const computed: Tensor[] = tf.engine().runKernel(FORWARD, { x: inputs, scale, offset }, { epsilon });
  const [outputs, mean, variance] = computed;
  if (outputs === undefined || mean === undefined || variance === undefined) {
    throw new Error(`${FORWARD} gave ${computed.length} outputs.`);
  }
  return { outputs, mean, variance };
}

export function useFusedBatchNorm(tf: TensorFlow, backend: NativeBackend): void {
  tf.registerKernel(forwardKernel(tf, backend));
  tf.registerKernel(gradientKernel(backend));
  tf.registerGradient({
    kernelName: FORWARD,
    inputsToSave: ['x', 'scale'],
    outputsToSave: KEPT,
    gradFunc: (dy, saved, { epsilon = 0 }) => {
      const [gradient] = dy as [Tensor];
      const [x, scale, mean, variance, rest] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const inputs = { dy: gradient, x, scale, mean, variance, rest };
      const [dx, dscale, doffset] = tf.engine().runKernel<Tensor[]>(GRADIENT, inputs, { epsilon }) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      return { x: () => dx, scale: () => dscale, offset: () => doffset };
    },
  });
}

function forwardKernel(tf: TensorFlow, backend: NativeBackend): KernelConfig {
  return {
    kernelName: FORWARD,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, scale, offset } = inputs as NamedTensorInfoMap & Record<'x' | 'scale' | 'offset', Tensor>;
      // In the place of moving averages, which are for inference.
      const none = tf.zeros([0]);
      const given = [x, scale, offset, none, none];
      const outputs = backend.executeMultipleOutputs(FORWARD, attributesOf(backend, attrs), given, OUTPUTS);
      none.dispose();
      return outputs;
    },
  };
}

function gradientKernel(backend: NativeBackend): KernelConfig {
  return {
    kernelName: GRADIENT,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => {
      const { dy, x, scale, mean, variance, rest } = inputs as NamedTensorInfoMap &
        Record<'dy' | 'x' | 'scale' | 'mean' | 'variance' | 'rest', Tensor>;
      const given = [dy, x, scale, mean, variance, rest];
      const outputs = backend.executeMultipleOutputs(
        GRADIENT,
        attributesOf(backend, attrs),
        given,
        GRADIENT_OUTPUTS,
      );
      // The gradients of what stands in the place of moving averages.
      for (const unused of outputs.splice(3)) unused.dispose();
      return outputs;
    },
  };
}

function attributesOf({ binding }: NativeBackend, attrs: NamedAttrMap | undefined): NativeAttribute[] {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: TF_DATA_TYPE.float32 },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: TF_DATA_TYPE.float32 },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: attrs?.['epsilon'] },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
}
