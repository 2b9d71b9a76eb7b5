/** What TensorFlow reads in fixtures/checkpoints. */

import { createHash } from 'node:crypto';
import type { TensorValue } from '../../../src/formats/tensor-value.ts';
import { fixturePath, readFixtureJson } from '../../fixture-files.ts';

interface OracleTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly nbytes: number;
  readonly sha256_le: string;
}

interface OracleCheckpoint {
  readonly tensors?: Readonly<Record<string, OracleTensor>>;
  readonly files?: readonly string[];
  readonly same_as?: string;
  /** Of a `checkpoint` file: what it leads to. */
  readonly latest?: string;
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

/** One variable's bytes of a damaged checkpoint: their hash, or that TensorFlow refuses them. */
type TensorOutcome = string | { readonly ok: false };

/** Of each variable that TensorFlow still lists in corrupt/NAME what it says; undefined where it refuses the whole. */
export function outcomesOf(name: string): Readonly<Record<string, TensorOutcome>> | undefined {
  const outcome = oracle.corrupt[name]?.load_and_read_all;
  if (outcome === undefined) throw new Error(`The oracle has no corrupt/${name}.`);
  return outcome.ok ? (outcome.value as Readonly<Record<string, TensorOutcome>>) : undefined;
}

/** The variables of corrupt/NAME that TensorFlow refuses to read. */
export function damagedIn(name: string): string[] {
  const damaged = Object.entries(outcomesOf(name) ?? {}).filter(([, outcome]) => typeof outcome !== 'string');
  if (damaged.length === 0) throw new Error(`No variable of corrupt/${name} is damaged for TensorFlow.`);
  return damaged.map(([variable]) => variable);
}

/** The files of a V1 checkpoint in several, each named as TensorFlow's Saver does, with the pattern that finds them. */
export const shardedV1 = shardsOf('v1_sharded');

function shardsOf(base: string): {
  readonly base: string;
  readonly pattern: string;
  readonly files: readonly string[];
} {
  const found = Object.entries(oracle.checkpoints).find(([name]) => name.startsWith(`${base}-?????`));
  const [pattern, { files = [] }] = found ?? ['', {}];
  if (files.length < 2) throw new Error(`fixtures/checkpoints has no files of ${base}.`);
  return { base, pattern, files };
}

/** As the oracle hashes tensors: TensorValue's bytes are defined to be the same. */
export function sha256Of(value: TensorValue): string {
  return createHash('sha256').update(value.bytes).digest('hex');
}
