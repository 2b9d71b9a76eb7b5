import type { TensorInfo, Variable } from '@tensorflow/tfjs';
import type { NativeBackend, NativeOutput, NativeValues } from '../native-binding.ts';
import { TF_DATA_TYPE } from '../tf-data-type.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import { emitGraph } from './emit-graph.ts';
import type { EmittedGraph } from './emit-graph.ts';
import { GraphSession } from './graph-session.ts';
import { ResidentVariables } from './resident-variables.ts';
import { simplifyRecord } from './simplify-record.ts';
import { StaleStepError } from './stale-step-error.ts';
import type { LiveInput, Origin, RecordedConstant, StepRecord, StepValues } from './step-record.ts';

export interface CompileOptions {
  /** Whether variables that the step updates stay with TensorFlow from step to step: quicker, for the steps that most are. */
  readonly isResident: boolean;
  /** Has a run throw, with nothing changed, unless all numbers of the first output are finite. */
  readonly isGuarded: boolean;
}

/** A recorded step as one call of TensorFlow. */
export class CompiledStep {
  readonly record: StepRecord;
  readonly operations: number;
  readonly #tf: TensorFlow;
  readonly #backend: NativeBackend;
  readonly #session: GraphSession;
  readonly #graph: EmittedGraph;
  readonly #handles: number[];
  /** Handles of large constants, by their place among the feeds. */
  readonly #constants = new Map<number, number>();
  readonly #outputCount: number;
  readonly #residents: ResidentVariables;

  /** @throws Error that says why the step cannot be a graph. */
  constructor(tf: TensorFlow, backend: NativeBackend, record: StepRecord, options: CompileOptions) {
    this.#tf = tf;
    this.#backend = backend;
    this.record = record;
    const simplified = simplifyRecord(record);
    const resident = options.isResident ? residentOf(record) : new Set<number>();
    this.#graph = emitGraph(simplified, { resident, isGuarded: options.isGuarded });
    this.operations = this.#graph.operations;
    this.#outputCount = record.outputs.length;
    this.#session = new GraphSession(backend.binding, this.#graph.bytes);
    const held = this.#graph.residents.variables.map(index => this.#variableAt(index));
    this.#residents = new ResidentVariables(backend, this.#session, this.#graph.residents, held);
    this.#handles = this.#graph.feeds.map(() => -1);
    this.#graph.feeds.forEach((origin, place) => {
      if (origin.kind === 'constant')
        this.#constants.set(place, this.#makeConstant(simplified.constants[origin.index]));
    });
  }

  /** Whether it would be quicker if it were compiled without resident variables. */
  get isRestless(): boolean {
    return this.#residents.areRestless;
  }

  /**
   * Gives the variables their new values.
   *
   * @returns the values of the outputs
   * @throws StaleStepError when a tensor or variable that the record knows is no more
   */
  run(inputs: readonly TensorInfo[]): StepValues[] {
    const results = this.#runSession(inputs, () => {
      this.#residents.letGo();
    });
    const outputs = this.#take(results.slice(0, this.#outputCount));
    results.slice(this.#outputCount).forEach((result, index) => {
      this.#assign(this.#variableAt(this.#graph.updated[index] ?? -1), result);
    });
    return outputs;
  }

  /**
   * Computes the same and changes nothing.
   *
   * @returns the values of the outputs, then what variables would get, in the record's order
   * @throws StaleStepError when a tensor or variable that the record knows is no more
   */
  rehearse(inputs: readonly TensorInfo[]): StepValues[] {
    const results = this.#runSession(inputs, () => {
      this.#residents.hold();
    });
    const values = this.#take(results);
    const updated = new Map<number, StepValues | undefined>();
    this.#graph.updated.forEach((place, index) => updated.set(place, values[this.#outputCount + index]));
    const held = this.#residents.values();
    this.#graph.residents.variables.forEach((place, index) => updated.set(place, held[index]));
    const inOrder = this.record.updates.map(({ variable }) => updated.get(variable) ?? new Uint8Array());
    return [...values.slice(0, this.#outputCount), ...inOrder];
  }

  dispose(): void {
    this.#residents.dispose();
    for (const handle of this.#constants.values()) this.#backend.binding.deleteTensor(handle);
    this.#session.dispose();
  }

  #runSession(inputs: readonly TensorInfo[], prepare: () => void): NativeOutput[] {
    this.#residents.push();
    const temporary = this.#fillFeeds(inputs);
    try {
      prepare();
      return this.#session.run(this.#handles, this.#graph.feedNames, this.#graph.fetchNames);
    } finally {
      for (const handle of temporary) this.#backend.binding.deleteTensor(handle);
    }
  }

  /** The values of tensors, which are deleted. */
  #take(results: readonly NativeOutput[]): StepValues[] {
    const { binding } = this.#backend;
    return results.map(({ id }) => {
      const values = binding.tensorDataSync(id);
      binding.deleteTensor(id);
      return values;
    });
  }

  #assign(variable: Variable, result: NativeOutput): void {
    const data = this.#backend.tensorMap.get(variable.dataId);
    if (data.refCount === 1 && data.values === null) {
      this.#backend.binding.deleteTensor(data.id);
      data.id = result.id;
      return;
    }
    // Somebody holds a clone of the old value.
    this.#tf.tidy(() => {
      variable.assign(this.#backend.createOutputTensor(result));
    });
  }

  /** @returns handles to be deleted after the run */
  #fillFeeds(inputs: readonly TensorInfo[]): number[] {
    const temporary: number[] = [];
    const { feeds } = this.#graph;
    for (let place = 0; place < feeds.length; place++) {
      const origin = feeds[place];
      if (origin === undefined) continue;
      if (origin.kind === 'constant') this.#handles[place] = this.#constants.get(place) ?? -1;
      else if (origin.kind !== 'live') this.#handles[place] = this.#handleOf(this.#tensorAt(origin, inputs));
      else temporary.push((this.#handles[place] = this.#computeLive(origin.index, inputs)));
    }
    return temporary;
  }

  #tensorAt(origin: Origin, inputs: readonly TensorInfo[]): Pick<TensorInfo, 'dataId'> {
    switch (origin.kind) {
      case 'input':
        return this.#inputAt(origin.index, inputs);
      case 'variable':
        return this.#variableAt(origin.index);
      default:
        return this.#capturedAt(origin.index);
    }
  }

  #computeLive(index: number, inputs: readonly TensorInfo[]): number {
    const live = this.record.live[index];
    if (live === undefined) throw new Error(`The record has no live input ${index}.`);
    return this.#tf.tidy(() => {
      const value = this.#liveTensor(live, inputs);
      const type = { name: 'T', type: this.#backend.binding.TF_ATTR_TYPE, value: live.dtype };
      // The tidy disposes of the value; of a copy it knows nothing.
      const [copy] = this.#backend.binding.executeOp('Identity', [type], [this.#handleOf(value)], 1);
      if (copy === undefined) throw new Error('Identity gave no output.');
      return copy.id;
    });
  }

  /** To be called in a tidy. */
  #liveTensor(live: LiveInput, inputs: readonly TensorInfo[]): TensorInfo {
    const dependencies = live.dependencies.map(origin => {
      const another = origin.kind === 'live' ? this.record.live[origin.index] : undefined;
      return another === undefined
        ? (this.#tensorAt(origin, inputs) as TensorInfo)
        : this.#liveTensor(another, inputs);
    });
    return live.compute(...dependencies);
  }

  #handleOf(tensor: Pick<TensorInfo, 'dataId'>): number {
    const data = this.#backend.tensorMap.get(tensor.dataId);
    if (data.values === null) return data.id;
    const [handle = -1] = this.#backend.getInputTensorIds([tensor as TensorInfo]);
    return handle;
  }

  #inputAt(index: number, inputs: readonly TensorInfo[]): TensorInfo {
    const input = inputs[index];
    if (input === undefined) throw new Error(`The step was given ${inputs.length} tensors.`);
    return input;
  }

  #variableAt(index: number) {
    const variable = this.record.variables[index];
    if (variable === undefined || variable.isDisposed) {
      throw new StaleStepError(`the variable ${variable?.name ?? String(index)} was disposed of`);
    }
    return variable;
  }

  #capturedAt(index: number): { dataId: TensorInfo['dataId'] } {
    const captured = this.record.captured[index];
    if (captured === undefined || !this.#backend.tensorMap.has(captured.data)) {
      throw new StaleStepError(
        `a tensor from outside of the step was disposed of${captured?.place.toString() ?? ''}`,
      );
    }
    return { dataId: captured.data };
  }

  #makeConstant(constant: RecordedConstant | undefined): number {
    if (constant === undefined) throw new Error('The record has no such constant.');
    const { shape, dtype, bytes } = constant;
    return this.#backend.binding.createTensor(shape, dtype, typedValues(dtype, bytes));
  }
}

/**
 * Variables that a session may hold: numbers that the step changes, and that no value of JavaScript's is computed from before
 * each step, such as the global step.
 */
function residentOf(record: StepRecord): Set<number> {
  const read = new Set(
    record.live.flatMap(({ dependencies }) =>
      dependencies.flatMap(({ kind, index }) => (kind === 'variable' ? [index] : [])),
    ),
  );
  const isHeld = (index: number): boolean =>
    record.variableTypes[index]?.dtype === TF_DATA_TYPE.float32 && !read.has(index);
  return new Set(record.updates.map(({ variable }) => variable).filter(isHeld));
}

/** By `TF_DataType`: float32, int32, int64, complex64 as floats; bytes otherwise. */
function typedValues(dtype: number, bytes: Uint8Array): NativeValues {
  const { buffer, byteOffset, byteLength } = bytes;
  if (dtype === 1 || dtype === 8) return new Float32Array(buffer, byteOffset, byteLength / 4);
  if (dtype === 3 || dtype === 9) return new Int32Array(buffer, byteOffset, byteLength / 4);
  return bytes;
}
