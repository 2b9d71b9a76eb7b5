/** A checkpoint, or another file of named arrays, that is open for reading, whatever its format. */

import type { DType } from './dtype.ts';
import type { TensorValue } from './tensor-value.ts';

/** v1 and v2: TensorFlow's checkpoints. text: numbers in rows and columns. */
export type CheckpointFormat = 'v2' | 'v1' | 'npy' | 'npz' | 'safetensors' | 'mat' | 'json' | 'text';

const WITH_CHECKSUMS: ReadonlySet<CheckpointFormat> = new Set(['v2', 'v1', 'npz']);

/** Whether values that could be read are known to be what was written: their reader checks a checksum of each. */
export function hasChecksums(format: CheckpointFormat): boolean {
  return WITH_CHECKSUMS.has(format);
}

export interface CheckpointVariable {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Bytes of its data in the checkpoint; of strings in a V1 checkpoint 0, since its table of contents does not say. */
  readonly nbytes: number;
}

export interface Checkpoint {
  /** TensorFlow's path prefix, or the file's path. */
  readonly prefix: string;
  readonly format: CheckpointFormat;
  /** By name, in the order of the names' bytes. */
  readonly variables: ReadonlyMap<string, CheckpointVariable>;
  /** For people: parts of the file that are so damaged that not even a name is known. All others are in `variables`. */
  readonly problems: readonly string[];
  /**
   * Reads one variable and checks its checksum, where the format has one.
   *
   * @throws FormatError naming file and variable when it is damaged or missing; of variants and resources, always.
   */
  read(name: string): Promise<TensorValue>;
  /** As {@link read}, but only to know whether it is sound: takes no more memory than it must, and knows variants. */
  check(name: string): Promise<void>;
  /** Checks all variables. @throws FormatError naming the first that is damaged, or the first of `problems`. */
  verify(): Promise<void>;
  /**
   * Name in the checkpoint -> name for people: where a TF2 object graph has keys such as
   * `model/layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE`, the variable's own name (`conv1/kernel`) if it is the
   * only one of that name, otherwise the path of objects. Elsewhere the names themselves.
   */
  readableNames(): Promise<ReadonlyMap<string, string>>;
  /** Closes its files. What was read stays good. */
  close(): Promise<void>;
}
