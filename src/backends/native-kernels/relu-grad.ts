import type { KernelConfig, NamedTensorInfoMap, Tensor } from '@tensorflow/tfjs';
import type { NativeBackend } from '../native-binding.ts';
import { TF_DATA_TYPE } from '../tf-data-type.ts';
import type { TensorFlow } from '../tensorflow-js.ts';

const RELU_GRAD = 'ReluGrad';

/**
 * TF.js writes the gradient of relu as `dy * cast(step(x))`, three operations that each make a tensor as large as the
 * activations. TensorFlow has one for it, `ReluGrad(dy, relu(x))`, which passes `dy` where the activation is positive.
 * Gradients belong to no backend in TF.js, so the usual one stays for a script that changes to another backend.
 */
export function useReluGrad(tf: TensorFlow, backend: NativeBackend): void {
  tf.registerKernel(reluGradKernel(backend));
  const gradients = (dy: Tensor, activations: Tensor): Tensor =>
    tf.getBackend() === 'tensorflow'
      ? tf.engine().runKernel(RELU_GRAD, { dy, y: activations })
      : tf.mul(dy, tf.cast(tf.step(activations), 'float32'));
  tf.unregisterGradient('Relu');
  tf.registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, saved) => {
      const [activations] = saved as [Tensor];
      return { x: () => gradients(dy as Tensor, activations) };
    },
  });
  // Linear in dy, and constant in y but for the one point where relu has no derivative.
  tf.registerGradient({
    kernelName: RELU_GRAD,
    inputsToSave: ['y'],
    gradFunc: (dy, saved) => {
      const [activations] = saved as [Tensor];
      return { dy: () => gradients(dy as Tensor, activations), y: () => tf.zerosLike(activations) };
    },
  });
}

function reluGradKernel(backend: NativeBackend): KernelConfig {
  const type = { name: 'T', type: backend.binding.TF_ATTR_TYPE, value: TF_DATA_TYPE.float32 };
  return {
    kernelName: RELU_GRAD,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => {
      const { dy, y } = inputs as NamedTensorInfoMap & { dy: Tensor; y: Tensor };
      return backend.executeSingleOutput(RELU_GRAD, [type], [dy, y]);
    },
  };
}
