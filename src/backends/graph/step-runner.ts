import type { Tensor, TensorContainer } from '@tensorflow/tfjs';
import { messageOf } from '../../protocol/error-message.ts';
import type { NativeBackend } from '../native-binding.ts';
import { ownValues } from '../own-values.ts';
import type { TensorFlow } from '../tensorflow-js.ts';
import { signatureOf } from './batch-signature.ts';
import { differenceOf } from './compare-records.ts';
import { CompiledStep, type CompileOptions } from './compiled-step.ts';
import { StaleStepError } from './stale-step-error.ts';
import { StepRecorder } from './step-recorder.ts';
import type { StepRecord, StepValues } from './step-record.ts';
import { MOST_RECORDINGS } from './step-stage.ts';
import type { StepStage } from './step-stage.ts';

/** Reads a tensor that a step gives; any other way of reading keeps the step from being a graph. */
export type ReadOutput = (tensor: Tensor) => StepValues;

/** One step on one batch. */
export interface StepCall<P> {
  readonly batch: TensorContainer;
  /** Tells steps apart that do different things with a batch of the same shapes. Empty: the usual step. */
  readonly variant: string;
  /** Runs the step operation by operation: computes, reads its outputs, assigns variables. Synchronous. */
  readonly eager: (read: ReadOutput) => P;
  /**
   * Whether a step whose first output is not finite changes nothing. A graph sees to it by itself; the step is then run
   * eagerly, to say what is wrong.
   */
  readonly isGuarded: boolean;
}

export interface StepResult<P> {
  /** What the eager step returned: this one, or in a graph the one that was recorded. */
  readonly payload: P;
  /** What was read, in the order of reading. Nobody else has these arrays. */
  readonly outputs: readonly StepValues[];
}

export interface StepMode {
  readonly mode: 'eager' | 'graph';
  /** Why it is eager; of a graph, how many operations it has. */
  readonly reason: string;
}

export interface StepRunnerSettings {
  /** false: all steps are eager. */
  readonly isEnabled: boolean;
  /** A graph is compared to the eager step again after so many steps; null: never. */
  readonly verifyEveryNSteps: number | null;
}

type GraphStage<P> = StepStage<P> & { kind: 'graph' };

/** Graphs of one runner. Data of ever new shapes would fill the memory. */
const MOST_GRAPHS = 16;
/** Signatures that are remembered. */
const MOST_SIGNATURES = 1024;
/** What a compilation takes, until one was seen. */
const USUAL_COMPILATION_MS = 100;

/**
 * Runs a step on batch after batch: the first time of a signature eagerly, later as one call of TensorFlow, wherever the
 * step is a fixed graph. All that differs is the time it takes: two eager steps are recorded and compared, then graph and
 * eager step are compared bit by bit on a third batch, and what is not the same stays eager.
 */
export class StepRunner<P> {
  settings: StepRunnerSettings;
  readonly #tf: TensorFlow;
  readonly #obstacle: string | null;
  readonly #report: (mode: StepMode) => void;
  readonly #stages = new Map<string, StepStage<P>>();
  #graphs = 0;
  #compilationMs = USUAL_COMPILATION_MS;
  #reported: StepMode | null = null;
  /** The signature that nearly all steps have; null: not seen yet. */
  #usual: string | null = null;

  /**
   * @param obstacle why the step cannot be a graph, where that is known beforehand
   * @param report is told in which mode the steps run, when that is known and whenever it changes
   */
  constructor(
    tf: TensorFlow,
    settings: StepRunnerSettings,
    obstacle: string | null,
    report: (mode: StepMode) => void,
  ) {
    this.#tf = tf;
    this.settings = settings;
    this.#obstacle = obstacle;
    this.#report = report;
  }

  run(call: StepCall<P>): StepResult<P> {
    const backend = this.#backend();
    if (backend === null || this.#tf.engine().state.profiling) return this.#runEagerly(call);
    const { tensors, key } = signatureOf(this.#tf, call.batch, call.variant);
    const stage = this.#stages.get(key) ?? this.#firstStage(key, call);
    switch (stage.kind) {
      case 'graph':
        if (stage.stepsLeft === 0) return this.#verify(key, stage, call, backend, tensors);
        stage.stepsLeft--;
        if (stage.compiled.isRestless) {
          this.#compileAgain(key, stage, backend, call.isGuarded);
          return this.run(call);
        }
        return this.#runGraph(key, stage, call, tensors);
      case 'eager':
        return this.#runEagerly(call);
      case 'waiting':
        return this.#runWaiting(key, stage.eagerMs, call);
      case 'recording':
        return this.#runRecorded(key, stage, call, backend, tensors);
      case 'unverified':
        return this.#verify(key, stage, call, backend, tensors);
    }
  }

  /** Gives the memory of all graphs back. */
  dispose(): void {
    for (const stage of this.#stages.values()) if ('compiled' in stage) stage.compiled.dispose();
    this.#stages.clear();
    this.#usual = null;
    this.#graphs = 0;
  }

  /** null: steps are eager, and it was said why. */
  #backend(): NativeBackend | null {
    if (!this.settings.isEnabled) return this.#tellEager('graph mode is switched off');
    const backend = this.#tf.backend();
    if (!isRecordable(backend)) return this.#tellEager('only the native backend has graphs');
    return this.#obstacle === null ? backend : this.#tellEager(this.#obstacle);
  }

  #tellEager(reason: string): null {
    this.#tell({ mode: 'eager', reason });
    return null;
  }

  /** The first signature of the usual step is that of nearly all. Another one may be that of the last batch only. */
  #firstStage(key: string, { variant }: StepCall<P>): StepStage<P> {
    if (this.#usual === null && variant === '') {
      this.#usual = key;
      return { kind: 'recording', previous: null, attempts: 0 };
    }
    if (this.#stages.size >= MOST_SIGNATURES) return { kind: 'eager', reason: 'there are too many shapes' };
    return { kind: 'waiting', eagerMs: 0 };
  }

  #runWaiting(key: string, eagerMs: number, call: StepCall<P>): StepResult<P> {
    const start = performance.now();
    const result = this.#runEagerly(call);
    const sum = eagerMs + performance.now() - start;
    const pays = sum >= this.#compilationMs && this.#graphs < MOST_GRAPHS;
    this.#stages.set(
      key,
      pays ? { kind: 'recording', previous: null, attempts: 0 } : { kind: 'waiting', eagerMs: sum },
    );
    return result;
  }

  #runRecorded(
    key: string,
    { previous, attempts }: StepStage<P> & { kind: 'recording' },
    call: StepCall<P>,
    backend: NativeBackend,
    tensors: readonly Tensor[],
  ): StepResult<P> {
    const { result, record } = this.#record(call, backend, tensors);
    const reason = record.obstacle ?? (previous === null ? null : differenceOf(previous, record));
    if (reason !== null && attempts + 1 >= MOST_RECORDINGS) this.#stayEager(key, reason);
    else if (reason !== null || previous === null) {
      const comparable = record.obstacle === null ? record : null;
      this.#stages.set(key, { kind: 'recording', previous: comparable, attempts: attempts + 1 });
    } else {
      const { isGuarded } = call;
      this.#compile(key, record, result.payload, backend, { isResident: key === this.#usual, isGuarded });
    }
    return result;
  }

  #compile(
    key: string,
    record: StepRecord,
    payload: P,
    backend: NativeBackend,
    options: CompileOptions,
  ): void {
    const start = performance.now();
    try {
      const compiled = new CompiledStep(this.#tf, backend, record, options);
      this.#graphs++;
      this.#stages.set(key, { kind: 'unverified', compiled, payload });
    } catch (error) {
      this.#stayEager(key, firstLineOf(error));
    }
    this.#compilationMs = performance.now() - start;
  }

  /** Of a graph whose variables other steps change as well: they are to be fed and fetched. */
  #compileAgain(
    key: string,
    { compiled, payload }: GraphStage<P>,
    backend: NativeBackend,
    isGuarded: boolean,
  ): void {
    compiled.dispose();
    this.#graphs--;
    this.#compile(key, compiled.record, payload, backend, { isResident: false, isGuarded });
  }

  #runGraph(
    key: string,
    { compiled, payload }: GraphStage<P>,
    call: StepCall<P>,
    tensors: readonly Tensor[],
  ): StepResult<P> {
    const outputs = this.#tryTo(key, () => compiled.run(tensors));
    return outputs === null ? this.#runEagerly(call) : { payload, outputs };
  }

  /** null: it cannot be run on this batch, or no longer. */
  #tryTo(key: string, run: () => StepValues[]): StepValues[] | null {
    try {
      return run();
    } catch (error) {
      // What is wrong with a batch, or not finite, the eager step will say.
      if (error instanceof StaleStepError) this.#stayEager(key, error.message);
      return null;
    }
  }

  /** Runs the graph for comparison, and the eager step for its effects. */
  #verify(
    key: string,
    { compiled, payload }: StepStage<P> & { kind: 'graph' | 'unverified' },
    call: StepCall<P>,
    backend: NativeBackend,
    tensors: readonly Tensor[],
  ): StepResult<P> {
    const start = performance.now();
    const values = this.#tryTo(key, () => compiled.rehearse(tensors));
    if (values === null) return this.#runEagerly(call);
    this.#compilationMs = Math.max(this.#compilationMs, performance.now() - start);
    const { result, record } = this.#record(call, backend, tensors);
    const reason =
      record.obstacle ??
      differenceOf(compiled.record, record) ??
      disagreement(compiled.record, values, result.outputs);
    if (reason === null) {
      const stepsLeft = this.settings.verifyEveryNSteps ?? Infinity;
      this.#stages.set(key, { kind: 'graph', compiled, payload, stepsLeft });
      this.#tell({ mode: 'graph', reason: `${compiled.operations} operations in one call` }, key);
    } else {
      this.#stayEager(key, reason);
    }
    return result;
  }

  #record(
    call: StepCall<P>,
    backend: NativeBackend,
    tensors: readonly Tensor[],
  ): { result: StepResult<P>; record: StepRecord } {
    const recorder = new StepRecorder(this.#tf, backend, tensors);
    const outputs: StepValues[] = [];
    const payload = recorder.record(() =>
      call.eager(tensor => {
        const values = recorder.readOutput(tensor);
        outputs.push(values);
        return values;
      }),
    );
    return { result: { payload, outputs }, record: recorder.finish() };
  }

  #runEagerly(call: StepCall<P>): StepResult<P> {
    const outputs: StepValues[] = [];
    const payload = call.eager(tensor => {
      const values = ownValues(this.#tf, tensor);
      outputs.push(values);
      return values;
    });
    return { payload, outputs };
  }

  #stayEager(key: string, reason: string): void {
    const stage = this.#stages.get(key);
    if (stage !== undefined && 'compiled' in stage) {
      stage.compiled.dispose();
      this.#graphs--;
    }
    this.#stages.set(key, { kind: 'eager', reason });
    this.#tell({ mode: 'eager', reason }, key);
  }

  /** Of signatures, only the usual one is spoken of. */
  #tell(mode: StepMode, key?: string): void {
    if (key !== undefined && key !== this.#usual) return;
    const reported = this.#reported;
    if (reported?.mode === mode.mode && (mode.mode === 'graph' || reported.reason === mode.reason)) return;
    this.#reported = mode;
    this.#report(mode);
  }
}

/** Where graph and eager step differ in a bit; null: nowhere. */
function disagreement(
  record: StepRecord,
  graph: readonly StepValues[],
  eagerOutputs: readonly StepValues[],
): string | null {
  const updated = record.updates.map(({ variable }) => record.variables[variable]);
  const eager = [
    ...eagerOutputs,
    ...updated.map(variable => variable?.dataSync<'float32' | 'int32' | 'bool'>()),
  ];
  const place = eager.findIndex((values, index) => !isSame(values, graph[index]));
  if (place === -1) return null;
  const name = updated[place - eagerOutputs.length]?.name;
  return `as a graph it gives other values${name === undefined ? '' : `, first of them ${name}`}`;
}

function isSame(a: StepValues | undefined, b: StepValues | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: StepValues): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** tfjs-node 4.22's backend, with all that recording takes of its insides. */
function isRecordable(backend: unknown): backend is NativeBackend {
  return (
    typeof backend === 'object' &&
    backend !== null &&
    'binding' in backend &&
    'tensorMap' in backend &&
    'getInputTensorIds' in backend &&
    'createOutputTensor' in backend
  );
}

function firstLineOf(error: unknown): string {
  const message = messageOf(error);
  return message.trim().split('\n')[0] ?? message;
}
