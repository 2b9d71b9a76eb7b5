/** A checkpoint that is open for reading, whatever its format. */

import type { DType } from './dtype.ts';
import type { TensorValue } from './tensor-value.ts';

export interface CheckpointVariable {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Bytes of its data in the checkpoint. */
  readonly nbytes: number;
}

export interface Checkpoint {
  readonly prefix: string;
  /** By name, in the order of the names' bytes. */
  readonly variables: ReadonlyMap<string, CheckpointVariable>;
  /**
   * Reads one variable and checks its checksum.
   *
   * @throws FormatError naming file and variable when it is damaged or missing; of variants and resources, always.
   */
  read(name: string): Promise<TensorValue>;
  /** Reads all data and checks all checksums. @throws FormatError naming the first variable that is damaged. */
  verify(): Promise<void>;
  /** Closes its files. What was read stays good. */
  close(): Promise<void>;
}
