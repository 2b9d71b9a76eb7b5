/** What TensorFlow reads in fixtures/checkpoints. */

import { createHash } from 'node:crypto';
import type { TensorValue } from '../../../src/formats/tensor-value.ts';
import { fixturePath, readFixtureJson } from '../../fixture-files.ts';

export interface OracleTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly nbytes: number;
  readonly sha256_le: string;
}

interface OracleCheckpoint {
  readonly tensors?: Readonly<Record<string, OracleTensor>>;
  readonly files?: readonly string[];
  readonly same_as?: string;
}

type Outcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

interface CheckpointsOracle {
  readonly checkpoints: Readonly<Record<string, OracleCheckpoint>>;
  readonly corrupt: Readonly<Record<string, { readonly load_and_read_all?: Outcome }>>;
  readonly state_files: Readonly<
    Record<
      string,
      {
        readonly text: string | null;
        readonly get_checkpoint_state: Outcome;
        readonly latest_checkpoint: Outcome;
      }
    >
  >;
}

export const oracle = readFixtureJson('checkpoints', 'oracle.json') as CheckpointsOracle;

export const fixturePrefix = (name: string): string => fixturePath('checkpoints', name);

type Named = readonly [string, Readonly<Record<string, OracleTensor>>];

/** All checkpoints: what TensorFlow is given to open them, and tensors. A repacked one has those of what it was made from. */
export const checkpoints: readonly Named[] = Object.entries(oracle.checkpoints)
  .filter(([, { files }]) => files !== undefined)
  .map(([name, { tensors, same_as: original = '' }]) => [
    name,
    tensors ?? oracle.checkpoints[original]?.tensors ?? {},
  ]);

/** As the oracle hashes tensors: TensorValue's bytes are defined to be the same. */
export function sha256Of(value: TensorValue): string {
  return createHash('sha256').update(value.bytes).digest('hex');
}
