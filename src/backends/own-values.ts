import type { DataTypeMap, NumericDataType, Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from './tensorflow-js.ts';

/**
 * The values of a tensor in memory that nobody else has: it may be written, or handed to another thread. `dataSync` copies
 * out of a backend's memory as well, but gives the backend's own array where the values are in JavaScript.
 */
export function ownValues(tf: TensorFlow, tensor: Tensor): DataTypeMap[NumericDataType] {
  const values = tensor.dataSync();
  return isCopy(tf, tensor) ? values : values.slice();
}

function isCopy(tf: TensorFlow, { dataId }: Tensor): boolean {
  const { backend } = tf.engine().state.tensorInfo.get(dataId) ?? {};
  if (backend === undefined) return false;
  if (backend === tf.engine().findBackend('wasm')) return true;
  // tfjs-node keeps an array until an operation takes the tensor, and TensorFlow's own memory from then on.
  return (
    'tensorMap' in backend && isDataMap(backend.tensorMap) && backend.tensorMap.get(dataId)?.values === null
  );
}

interface DataMap {
  get(dataId: object): { readonly values: unknown } | undefined;
}

function isDataMap(map: unknown): map is DataMap {
  return typeof map === 'object' && map !== null && 'get' in map;
}
