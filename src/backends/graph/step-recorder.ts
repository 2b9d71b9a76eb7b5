import type { DataId, Tensor, TensorInfo, Variable } from '@tensorflow/tfjs';
import type { NativeBackend, NativeBinding, NativeData, NativeValues } from '../native-binding.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import { constantOf } from './constant.ts';
import { CodePlace } from './source-line.ts';
import type {
  CapturedTensor,
  LiveInput,
  Origin,
  RecordedConstant,
  RecordedOperation,
  StepRecord,
  TensorType,
} from './step-record.ts';

const TF_STRING = 7;

/** The recorder of the step that is running; null when none is recorded. */
let active: StepRecorder | null = null;

function setActive(recorder: StepRecorder | null): void {
  active = recorder;
}

export function activeRecorder(): StepRecorder | null {
  return active;
}

/**
 * Takes down what an eager step has TensorFlow do: each operation, each value that JavaScript made, each value it read.
 * The step itself runs as ever. Handles only count upwards, so that one names one tensor for ever.
 */
export class StepRecorder {
  readonly #backend: NativeBackend;
  readonly #binding: NativeBinding;
  readonly #origins = new Map<number, Origin>();
  readonly #operations: RecordedOperation[] = [];
  readonly #constants: RecordedConstant[] = [];
  readonly #captured: CapturedTensor[] = [];
  readonly #live: LiveInput[] = [];
  readonly #outputs: Origin[] = [];
  readonly #inputs: readonly TensorType[];
  readonly #variables: readonly Variable[];
  readonly #variableTypes: readonly TensorType[];
  readonly #handlesBefore: readonly number[];
  readonly #registered: () => Variable[];
  /** Where data came to be in the step. Other data that TensorFlow does not have yet are from before it. */
  readonly #made = new WeakMap<DataId, CodePlace>();
  /** Of the constants that come next. */
  #places: CodePlace[] = [];
  readonly #overlay: Pick<NativeBackend, 'binding' | 'write' | 'move' | 'getInputTensorIds'>;
  #updates: StepRecord['updates'] = [];
  #obstacle: string | null = null;

  constructor(tf: TensorFlow, backend: NativeBackend, inputs: readonly Tensor[]) {
    this.#backend = backend;
    this.#binding = backend.binding;
    this.#overlay = this.#makeOverlay();
    this.#registered = () => Object.values(tf.engine().registeredVariables);
    this.#inputs = inputs.map((input, index) => this.#root(input, { kind: 'input', index }));
    this.#variables = this.#registered();
    this.#variableTypes = this.#variables.map((variable, index) => {
      this.#makeUnique(variable);
      return this.#root(variable, { kind: 'variable', index });
    });
    this.#handlesBefore = this.#variables.map(variable => this.#handleOf(variable));
  }

  /** Runs the step, and nothing else meanwhile: it has to be synchronous. */
  record<T>(step: () => T): T {
    setActive(this);
    this.#attach();
    try {
      const result = step();
      this.#updates = this.#findUpdates();
      return result;
    } finally {
      this.#detach();
      setActive(null);
    }
  }

  finish(): StepRecord {
    return {
      inputs: this.#inputs,
      variables: this.#variables,
      variableTypes: this.#variableTypes,
      operations: this.#operations,
      constants: this.#constants,
      captured: this.#captured,
      live: this.#live,
      outputs: this.#outputs,
      updates: this.#updates,
      obstacle: this.#obstacle,
    };
  }

  /** The values of a tensor that the step gives: reading these is no obstacle. */
  readOutput(tensor: Tensor): Float32Array | Int32Array | Uint8Array {
    // While recording: it may be a value of JavaScript's, which is a constant of the step.
    const handle = this.#handleOf(tensor);
    this.#outputs.push(this.#origins.get(handle) ?? this.#capture(handle, tensor.dataId));
    return this.#withoutRecording(() => tensor.dataSync());
  }

  /** Has a value computed now, and anew before each run of the graph. */
  liveValue(
    compute: (...dependencies: TensorInfo[]) => TensorInfo,
    dependencies: readonly TensorInfo[],
  ): Tensor {
    return this.#withoutRecording(() => {
      const origins = dependencies.map(dependency => this.#origins.get(this.#handleOf(dependency)));
      // A handle of its own: what was computed may be a variable.
      const value = this.#identity(compute(...dependencies));
      const known = origins.filter(origin => origin !== undefined && origin.kind !== 'operation') as Origin[];
      if (known.length < origins.length) this.#note('a value depends on what the step computes');
      this.#origins.set(this.#handleOf(value), { kind: 'live', index: this.#live.length });
      this.#live.push({ ...this.#typeOf(value), compute, dependencies: known });
      return value;
    });
  }

  /** While recording: a variable may have been given a value of JavaScript's, which is a constant of the step. */
  #findUpdates(): StepRecord['updates'] {
    const made = this.#registered().find(variable => !this.#variables.includes(variable));
    if (made !== undefined) this.#note(`the step makes a variable, ${made.name}`);
    return this.#variables.flatMap((variable, index) => {
      if (variable.isDisposed) {
        this.#note(`the step disposes of a variable, ${variable.name}`);
        return [];
      }
      const handle = this.#handleOf(variable);
      if (handle === this.#handlesBefore[index]) return [];
      return [
        { variable: index, value: this.#origins.get(handle) ?? this.#capture(handle, variable.dataId) },
      ];
    });
  }

  /** What of the backend is overlaid while the step runs. */
  #makeOverlay(): Pick<NativeBackend, 'binding' | 'write' | 'move' | 'getInputTensorIds'> {
    const [backend, made] = [this.#backend, this.#made];
    const prototype = Object.getPrototypeOf(backend) as NativeBackend;
    // The addon's own functions are read-only.
    const binding = Object.create(this.#binding, {
      createTensor: { value: this.#createTensor.bind(this) },
      executeOp: { value: this.#executeOp.bind(this) },
      tensorDataSync: { value: this.#readData.bind(this) },
    }) as NativeBinding;
    return {
      binding,
      write: (...given) => {
        const dataId = prototype.write.apply(backend, given);
        made.set(dataId, new CodePlace());
        return dataId;
      },
      move: (...given) => {
        prototype.move.apply(backend, given);
        made.set(given[0], new CodePlace());
      },
      getInputTensorIds: tensors => {
        this.#captureUnknown(tensors);
        return prototype.getInputTensorIds.call(backend, tensors);
      },
    };
  }

  #attach(): void {
    Object.assign(this.#backend, this.#overlay);
  }

  #detach(): void {
    for (const name of ['write', 'move', 'getInputTensorIds']) Reflect.deleteProperty(this.#backend, name);
    Object.assign(this.#backend, { binding: this.#binding });
  }

  #withoutRecording<T>(act: () => T): T {
    if (this.#backend.binding === this.#binding) return act();
    this.#detach();
    try {
      return act();
    } finally {
      this.#attach();
    }
  }

  #createTensor(shape: readonly number[], dtype: number, values: NativeValues): number {
    const handle = this.#binding.createTensor(shape, dtype, values);
    const place = this.#places.shift() ?? new CodePlace();
    if (dtype === TF_STRING || !ArrayBuffer.isView(values)) {
      this.#note(`the step makes a tensor of strings${place.toString()}`);
    } else {
      this.#origins.set(handle, { kind: 'constant', index: this.#constants.length });
      this.#constants.push(constantOf(shape, dtype, values, place));
    }
    return handle;
  }

  #executeOp(...[name, attributes, inputs, count]: Parameters<NativeBinding['executeOp']>) {
    const place = new CodePlace();
    const origins = inputs.map(handle => this.#origins.get(handle));
    const outputs = this.#binding.executeOp(name, attributes, inputs, count);
    if (origins.includes(undefined)) {
      this.#note(`${name} takes a tensor that the recording does not know${place.toString()}`);
      return outputs;
    }
    const index = this.#operations.length;
    outputs.forEach(({ id }, output) => this.#origins.set(id, { kind: 'operation', index, output }));
    this.#operations.push({
      name,
      attributes: attributes.map(attribute => ({ ...attribute })),
      inputs: origins as Origin[],
      outputs: outputs.map(({ shape, dtype }) => ({ shape, dtype })),
      place,
    });
    return outputs;
  }

  /** What is read of constants is known, and always the same. */
  #readData(handle: number): Float32Array | Int32Array | Uint8Array {
    const origin = this.#origins.get(handle);
    if (origin !== undefined && origin.kind !== 'constant' && origin.kind !== 'captured') {
      const place = new CodePlace();
      if (!isBoundsCheck(place))
        this.#note(`the step reads a tensor's values in JavaScript${place.toString()}`);
    }
    return this.#binding.tensorDataSync(handle);
  }

  #captureUnknown(tensors: readonly TensorInfo[]): void {
    this.#places = [];
    for (const { dataId } of tensors) {
      const data = this.#dataOf(dataId);
      if (data === undefined) continue;
      const place = this.#made.get(dataId);
      if (data.values !== null && place === undefined) this.#upload(dataId);
      if (data.values !== null && place !== undefined) this.#places.push(place);
      if (data.id >= 0 && data.values === null && !this.#origins.has(data.id)) this.#capture(data.id, dataId);
    }
  }

  /** Gives TensorFlow the values of a tensor from before the step, which are no constant of the step. */
  #upload(dataId: DataId): void {
    const info = { dataId, shape: [], dtype: 'float32' as const };
    this.#withoutRecording(() => this.#backend.getInputTensorIds([info]));
  }

  #capture(handle: number, dataId: DataId): Origin {
    const data = this.#dataOf(dataId);
    const origin: Origin = { kind: 'captured', index: this.#captured.length };
    this.#origins.set(handle, origin);
    this.#captured.push({
      data: dataId,
      shape: [...(data?.shape ?? [])],
      dtype: data?.dtype ?? 0,
      place: new CodePlace(),
    });
    return origin;
  }

  #root(tensor: TensorInfo, origin: Origin): TensorType {
    this.#origins.set(this.#handleOf(tensor), origin);
    return this.#typeOf(tensor);
  }

  /** Two that share their data would be one tensor to the recording. */
  #makeUnique(variable: Variable): void {
    if (!this.#origins.has(this.#handleOf(variable))) return;
    const own = this.#identity(variable);
    variable.assign(own);
    own.dispose();
  }

  #identity(tensor: TensorInfo): Tensor {
    const type = { name: 'T', type: this.#binding.TF_ATTR_TYPE, value: this.#typeOf(tensor).dtype };
    return this.#backend.executeSingleOutput('Identity', [type], [tensor]);
  }

  #handleOf(tensor: TensorInfo): number {
    const [handle = -1] = this.#backend.getInputTensorIds([tensor]);
    return handle;
  }

  #typeOf({ dataId }: TensorInfo): TensorType {
    const { shape, dtype } = this.#backend.tensorMap.get(dataId);
    return { shape: [...shape], dtype };
  }

  #dataOf(dataId: DataId): NativeData | undefined {
    return this.#backend.tensorMap.has(dataId) ? this.#backend.tensorMap.get(dataId) : undefined;
  }

  #note(obstacle: string): void {
    this.#obstacle ??= obstacle;
  }
}

/** tfjs-node looks at the indices of `gather` to refuse those out of range; in a graph TensorFlow does it by itself. */
function isBoundsCheck(place: CodePlace): boolean {
  return place.isWithin('GatherV2.js');
}
