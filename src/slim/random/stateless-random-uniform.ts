import * as tf from '@tensorflow/tfjs';
import { PhiloxStream } from './philox.ts';

/** TensorFlow's op, registered as a kernel of every backend we train on: one op in a traced step, the same numbers everywhere. */
const STATELESS_RANDOM_UNIFORM = 'StatelessRandomUniform';

/** float32 in [0, 1). `seed` is int32 [2]. The same seed gives the same numbers, on every backend. */
export function statelessRandomUniform(shape: readonly number[], seed: tf.Tensor1D): tf.Tensor {
  registerKernels();
  return tf.engine().runKernel(STATELESS_RANDOM_UNIFORM, { seed }, { shape: [...shape] });
}

const registered = new Set<string>();

function registerKernels(): void {
  const backendName = tf.getBackend();
  if (registered.has(backendName)) return;
  registered.add(backendName);
  const kernelFunc = backendName === 'tensorflow' ? nativeKernel : portableKernel;
  tf.registerKernel({ kernelName: STATELESS_RANDOM_UNIFORM, backendName, kernelFunc });
}

/** As one op of libtensorflow; of tfjs-node's backend, the part that this needs. */
interface NodeBackend {
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number; readonly TF_INT32: number };
  executeSingleOutput(name: string, attributes: object[], inputs: tf.TensorInfo[]): tf.TensorInfo;
}

const nativeKernel: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const node = backend as NodeBackend;
  const { seed } = inputs;
  if (seed === undefined) throw new Error('StatelessRandomUniform got no seed.');
  const shape = tf.tensor1d(shapeOf(attrs), 'int32');
  const type = (name: string, value: number): object => ({ name, type: node.binding.TF_ATTR_TYPE, value });
  const attributes = [
    type('dtype', node.binding.TF_FLOAT),
    type('T', node.binding.TF_INT32),
    type('Tseed', node.binding.TF_INT32),
  ];
  const output = node.executeSingleOutput(STATELESS_RANDOM_UNIFORM, attributes, [shape, seed]);
  shape.dispose();
  return output;
};

const portableKernel: tf.KernelFunc = ({ inputs, attrs }) => {
  const { seed } = inputs;
  if (seed === undefined) throw new Error('StatelessRandomUniform got no seed.');
  const shape = shapeOf(attrs);
  const [seed0 = 0, seed1 = 0] = tf.engine().readSync(seed.dataId) as Int32Array;
  const stream = new PhiloxStream([seed0, seed1]);
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let index = 0; index < values.length; index++) values[index] = stream.nextUniform();
  return tf.engine().makeTensor(values, shape, 'float32');
};

function shapeOf(attrs: tf.NamedAttrMap | undefined): number[] {
  return (attrs as { shape: number[] } | undefined)?.shape ?? [];
}
