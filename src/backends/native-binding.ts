import type { DataStorage, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs';

/**
 * What we use of `NodeJSKernelBackend` of tfjs-node 4.22. Typed here because the package is optional: where its
 * download failed, its typings are not there either.
 */
export interface NativeBackend extends KernelBackend {
  readonly binding: NativeBinding;
  /** What each of TF.js's data ids holds. */
  readonly tensorMap: DataStorage<NativeData>;
  /** Runs one TensorFlow operation with one output. */
  executeSingleOutput(
    operation: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly TensorInfo[],
  ): Tensor;
  /** The same for operations with more outputs. */
  executeMultipleOutputs(
    operation: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
  /** The handles of tensors; values that TensorFlow does not have yet are given to it here. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  /** Makes the tensor of a handle. */
  createOutputTensor(output: NativeOutput): Tensor;
}

/** TensorFlow's tensors are known by handles: integers that only count upwards. All calls are synchronous. */
export interface NativeBinding {
  /** Version of libtensorflow, such as `2.15.1`. */
  readonly TF_Version: string;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  executeOp(
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): NativeOutput[];
  /** The tensor shares the array's memory. Strings are an array of the bytes of each. */
  createTensor(shape: readonly number[], dataType: number, values: NativeValues): number;
  /** A copy of the values. */
  tensorDataSync(handle: number): Float32Array | Int32Array | Uint8Array;
  deleteTensor(handle: number): void;
  /** Loads the graph with a tag, such as `serve`, of a SavedModel's folder. */
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(model: number): void;
  /** One call of TensorFlow's session. Names are `operation:output`, with commas between them. */
  runSavedModel(
    model: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): NativeOutput[];
}

export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

export interface NativeOutput {
  readonly id: number;
  readonly shape: number[];
  /** `TF_DataType`. */
  readonly dtype: number;
}

export type NativeValues = Float32Array | Int32Array | Uint8Array | readonly Uint8Array[];

/** What the backend knows of a tensor's data. */
export interface NativeData {
  readonly shape: number[];
  readonly dtype: number;
  /** Its handle; -1 while TensorFlow does not have the values. */
  id: number;
  /** Values that TensorFlow does not have yet. */
  readonly values: NativeValues | null;
  /** How many of TF.js's tensors and variables share it. */
  readonly refCount: number;
}
