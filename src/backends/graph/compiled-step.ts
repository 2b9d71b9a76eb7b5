import type { TensorInfo } from '@tensorflow/tfjs';
import type { NativeBackend, NativeOutput, NativeValues } from '../native-binding.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import { emitGraph } from './emit-graph.ts';
import type { EmittedGraph } from './emit-graph.ts';
import { GraphSession } from './graph-session.ts';
import { simplifyRecord } from './simplify-record.ts';
import type { LiveInput, Origin, RecordedConstant, StepRecord } from './step-record.ts';

export type StepValues = Float32Array | Int32Array | Uint8Array;

/** JavaScript does something else than when the step was recorded. */
export class StaleStepError extends Error {
  override readonly name = 'StaleStepError';
}

/**
 * A recorded step as one call of TensorFlow. A run computes outputs and the new values of variables, and changes nothing:
 * {@link commit} takes the new values over, {@link discard} drops them.
 */
export class CompiledStep {
  readonly record: StepRecord;
  readonly operations: number;
  private readonly tf: TensorFlow;
  private readonly backend: NativeBackend;
  private readonly session: GraphSession;
  private readonly graph: EmittedGraph;
  private readonly handles: number[];
  /** Handles of large constants, by their place among the feeds. */
  private readonly constants = new Map<number, number>();
  private readonly outputCount: number;
  private results: NativeOutput[] = [];

  /** @throws Error that says why the step cannot be a graph. */
  constructor(tf: TensorFlow, backend: NativeBackend, record: StepRecord) {
    this.tf = tf;
    this.backend = backend;
    this.record = record;
    const simplified = simplifyRecord(record);
    this.graph = emitGraph(simplified);
    this.operations = this.graph.operations;
    this.outputCount = record.outputs.length;
    this.session = new GraphSession(backend.binding, this.graph.bytes);
    this.handles = this.graph.feeds.map(() => -1);
    this.graph.feeds.forEach((origin, place) => {
      if (origin.kind === 'constant')
        this.constants.set(place, this.makeConstant(simplified.constants[origin.index]));
    });
  }

  /**
   * @returns the values of the outputs
   * @throws StaleStepError when a tensor or variable that the record knows is no more
   */
  run(inputs: readonly TensorInfo[]): StepValues[] {
    const { binding } = this.backend;
    const temporary = this.fillFeeds(inputs);
    try {
      this.results = this.session.run(this.handles, this.graph.feedNames, this.graph.fetchNames);
    } finally {
      for (const handle of temporary) binding.deleteTensor(handle);
    }
    const outputs: StepValues[] = [];
    for (let index = 0; index < this.outputCount; index++) {
      const { id } = this.resultAt(index);
      outputs.push(binding.tensorDataSync(id));
      binding.deleteTensor(id);
    }
    return outputs;
  }

  /** Gives the variables the values that the last run computed. */
  commit(): void {
    this.record.updates.forEach(({ variable: place }, index) => {
      const result = this.resultAt(this.outputCount + index);
      const variable = this.variableAt(place);
      const data = this.backend.tensorMap.get(variable.dataId);
      if (data.refCount === 1 && data.values === null) {
        this.backend.binding.deleteTensor(data.id);
        data.id = result.id;
        return;
      }
      // Somebody holds a clone of the old value.
      this.tf.tidy(() => {
        variable.assign(this.backend.createOutputTensor(result));
      });
    });
    this.results = [];
  }

  /** The values that the last run computed for the variables that it updates, in the record's order. */
  updatedValues(): StepValues[] {
    return this.record.updates.map((_, index) =>
      this.backend.binding.tensorDataSync(this.resultAt(this.outputCount + index).id),
    );
  }

  /** Drops what the last run computed. */
  discard(): void {
    for (const { id } of this.results.slice(this.outputCount)) this.backend.binding.deleteTensor(id);
    this.results = [];
  }

  dispose(): void {
    for (const handle of this.constants.values()) this.backend.binding.deleteTensor(handle);
    this.session.dispose();
  }

  /** @returns handles to be deleted after the run */
  private fillFeeds(inputs: readonly TensorInfo[]): number[] {
    const temporary: number[] = [];
    const { feeds } = this.graph;
    for (let place = 0; place < feeds.length; place++) {
      const origin = feeds[place];
      if (origin === undefined) continue;
      if (origin.kind === 'constant') this.handles[place] = this.constants.get(place) ?? -1;
      else if (origin.kind !== 'live') this.handles[place] = this.handleOf(this.tensorAt(origin, inputs));
      else temporary.push((this.handles[place] = this.computeLive(origin.index, inputs)));
    }
    return temporary;
  }

  private tensorAt(origin: Origin, inputs: readonly TensorInfo[]): Pick<TensorInfo, 'dataId'> {
    switch (origin.kind) {
      case 'input':
        return this.inputAt(origin.index, inputs);
      case 'variable':
        return this.variableAt(origin.index);
      default:
        return this.capturedAt(origin.index);
    }
  }

  private computeLive(index: number, inputs: readonly TensorInfo[]): number {
    const live = this.record.live[index];
    if (live === undefined) throw new Error(`The record has no live input ${index}.`);
    return this.tf.tidy(() => {
      const value = this.liveTensor(live, inputs);
      const type = { name: 'T', type: this.backend.binding.TF_ATTR_TYPE, value: live.dtype };
      // The tidy disposes of the value; of a copy it knows nothing.
      const [copy] = this.backend.binding.executeOp('Identity', [type], [this.handleOf(value)], 1);
      if (copy === undefined) throw new Error('Identity gave no output.');
      return copy.id;
    });
  }

  /** To be called in a tidy. */
  private liveTensor(live: LiveInput, inputs: readonly TensorInfo[]): TensorInfo {
    const dependencies = live.dependencies.map(origin => {
      const another = origin.kind === 'live' ? this.record.live[origin.index] : undefined;
      return another === undefined
        ? (this.tensorAt(origin, inputs) as TensorInfo)
        : this.liveTensor(another, inputs);
    });
    return live.compute(...dependencies);
  }

  private handleOf(tensor: Pick<TensorInfo, 'dataId'>): number {
    const data = this.backend.tensorMap.get(tensor.dataId);
    if (data.values === null) return data.id;
    const [handle = -1] = this.backend.getInputTensorIds([tensor as TensorInfo]);
    return handle;
  }

  private inputAt(index: number, inputs: readonly TensorInfo[]): TensorInfo {
    const input = inputs[index];
    if (input === undefined) throw new Error(`The step was given ${inputs.length} tensors.`);
    return input;
  }

  private variableAt(index: number) {
    const variable = this.record.variables[index];
    if (variable === undefined || variable.isDisposed) {
      throw new StaleStepError(`the variable ${variable?.name ?? String(index)} was disposed of`);
    }
    return variable;
  }

  private capturedAt(index: number): { dataId: TensorInfo['dataId'] } {
    const captured = this.record.captured[index];
    if (captured === undefined || !this.backend.tensorMap.has(captured.data)) {
      throw new StaleStepError(
        `a tensor from outside of the step was disposed of${captured?.place.toString() ?? ''}`,
      );
    }
    return { dataId: captured.data };
  }

  private makeConstant(constant: RecordedConstant | undefined): number {
    if (constant === undefined) throw new Error('The record has no such constant.');
    const { shape, dtype, bytes } = constant;
    return this.backend.binding.createTensor(shape, dtype, typedValues(dtype, bytes));
  }

  private resultAt(index: number): NativeOutput {
    const result = this.results[index];
    if (result === undefined) throw new Error(`The graph gave ${this.results.length} values.`);
    return result;
  }
}

/** By `TF_DataType`: float32, int32, int64, complex64 as floats; bytes otherwise. */
function typedValues(dtype: number, bytes: Uint8Array): NativeValues {
  const { buffer, byteOffset, byteLength } = bytes;
  if (dtype === 1 || dtype === 8) return new Float32Array(buffer, byteOffset, byteLength / 4);
  if (dtype === 3 || dtype === 9) return new Int32Array(buffer, byteOffset, byteLength / 4);
  return bytes;
}
