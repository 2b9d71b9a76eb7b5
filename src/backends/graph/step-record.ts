import type { TensorInfo, Variable } from '@tensorflow/tfjs';
import type { NativeAttribute } from '../native-binding.ts';
import type { CodePlace } from './source-line.ts';

/** Values of a tensor that a step gives. */
export type StepValues = Float32Array | Int32Array | Uint8Array;

/** Where a tensor of a recorded step comes from. `index` is its place in the record's list of that kind. */
export type Origin =
  | { readonly kind: 'input' | 'variable' | 'captured' | 'live' | 'constant'; readonly index: number }
  | { readonly kind: 'operation'; readonly index: number; readonly output: number };

/** A tensor's shape and `TF_DataType`. */
export interface TensorType {
  readonly shape: readonly number[];
  readonly dtype: number;
}

export interface RecordedOperation {
  readonly name: string;
  readonly attributes: readonly NativeAttribute[];
  readonly inputs: readonly Origin[];
  readonly outputs: readonly TensorType[];
  readonly place: CodePlace;
}

/** Values that JavaScript made in the step. */
export interface RecordedConstant extends TensorType {
  /** Little-endian, row-major: of all elements, or of one when they are all the same. */
  readonly bytes: Uint8Array;
  readonly isSplat: boolean;
  readonly place: CodePlace;
}

/** A tensor from before the step that is no variable. As long as it is not disposed of it cannot change. */
export interface CapturedTensor extends TensorType {
  readonly data: TensorInfo['dataId'];
  readonly place: CodePlace;
}

/** A value that is computed anew, in JavaScript, before each step. */
export interface LiveInput extends TensorType {
  readonly compute: (...dependencies: TensorInfo[]) => TensorInfo;
  readonly dependencies: readonly Origin[];
}

/** What a step did, as TensorFlow saw it. */
export interface StepRecord {
  readonly inputs: readonly TensorType[];
  /** All that there were when the step began. */
  readonly variables: readonly Variable[];
  readonly variableTypes: readonly TensorType[];
  readonly operations: readonly RecordedOperation[];
  readonly constants: readonly RecordedConstant[];
  readonly captured: readonly CapturedTensor[];
  readonly live: readonly LiveInput[];
  /** What was read, in the order of reading. */
  readonly outputs: readonly Origin[];
  /** What each variable that was assigned ended with. */
  readonly updates: readonly { readonly variable: number; readonly value: Origin }[];
  /** The first thing found that keeps the step from being a graph; null: nothing. */
  readonly obstacle: string | null;
}

/** The operations that outputs and updates need, in the order of running. */
export function neededOperations(record: StepRecord): number[] {
  const needed = new Set<number>();
  const open = rootsOf(record);
  for (let origin = open.pop(); origin !== undefined; origin = open.pop()) {
    if (origin.kind !== 'operation' || needed.has(origin.index)) continue;
    needed.add(origin.index);
    open.push(...(record.operations[origin.index]?.inputs ?? []));
  }
  return [...needed].sort((a, b) => a - b);
}

/** What a step gives: outputs, then updates. */
export function rootsOf(record: StepRecord): Origin[] {
  return [...record.outputs, ...record.updates.map(({ value }) => value)];
}

export function typeOf(record: StepRecord, origin: Origin): TensorType {
  const type = listed(record, origin);
  if (type === undefined) throw new Error(`The record has no ${origin.kind} ${origin.index}.`);
  return type;
}

function listed(record: StepRecord, origin: Origin): TensorType | undefined {
  switch (origin.kind) {
    case 'input':
      return record.inputs[origin.index];
    case 'variable':
      return record.variableTypes[origin.index];
    case 'captured':
      return record.captured[origin.index];
    case 'live':
      return record.live[origin.index];
    case 'constant':
      return record.constants[origin.index];
    case 'operation':
      return record.operations[origin.index]?.outputs[origin.output];
  }
}
