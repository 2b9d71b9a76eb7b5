/** `slim-train checkpoint`: what is in a checkpoint, or in another file of named arrays. */

import { createHash } from 'node:crypto';
import { openCheckpoint } from '../formats/checkpoint-reader.ts';
import type { Checkpoint, CheckpointFormat, CheckpointVariable } from '../formats/checkpoint.ts';
import { errorReason } from '../formats/error-reason.ts';
import { findCheckpoint, type FoundCheckpoint } from '../formats/find-checkpoint.ts';
import { workAhead } from '../formats/work-ahead.ts';
import { NumberFormat } from '../protocol/number-format.ts';
import { parseCommandLine } from './command-line.ts';
import { UsageError } from './usage-error.ts';

export const checkpointHelp = `slim-train checkpoint PATH [options]

Lists what a checkpoint holds and checks all of it.

PATH is the prefix of a TensorFlow checkpoint (model.ckpt-1000) or one of its files, a V1 checkpoint, the folder of a
SavedModel, a log folder (then its newest sound checkpoint), or a file of values: .npy, .npz, .safetensors, .mat, .json,
.csv, .tsv, .txt.

  --json    one JSON object: path, format, variables with name, dtype, shape, nbytes; an error with each that is damaged
  --hash    with the SHA-256 of each variable's bytes (row-major, little-endian)

Exit code: 0 all of it is sound, 1 something is damaged or cannot be read, 2 wrong usage.
`;

const options = {
  json: { type: 'boolean' },
  hash: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface ListedVariable {
  readonly name: string;
  /** For people, where the name is an object graph's key. */
  readonly readableName?: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly nbytes: number;
  readonly sha256?: string;
  readonly error?: string;
}

interface Listing {
  readonly path: string;
  readonly format: CheckpointFormat | null;
  readonly variables: readonly ListedVariable[];
  /** What is damaged so that no variable can be named for it. */
  readonly error?: string;
}

/** Resolves to the exit code. */
export async function checkpointCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, options);
  if (values.help === true) {
    process.stdout.write(checkpointHelp);
    return 0;
  }
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError('slim-train checkpoint takes one path.');
  const listing = await list(path, values.hash === true);
  process.stdout.write(values.json === true ? `${JSON.stringify(listing)}\n` : describe(listing));
  const errors = [listing.error ?? [], listing.variables.map(({ error }) => error ?? [])].flat(2);
  const [first] = errors;
  if (first === undefined) return 0;
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  process.stderr.write(`slim-train: ${first.replaceAll('\n', ' ')}${more}\n`);
  return 1;
}

async function list(path: string, withHash: boolean): Promise<Listing> {
  let damaged: FoundCheckpoint['damaged'];
  let checkpoint: Checkpoint;
  try {
    const found = await findCheckpoint(path);
    damaged = found.damaged;
    checkpoint = await openCheckpoint(found.path);
  } catch (error) {
    return { path, format: null, variables: [], error: sentenceOf(error) };
  }
  try {
    const readableNames = await checkpoint.readableNames();
    const variables: ListedVariable[] = [];
    const checks = workAhead(
      checkpoint.variables,
      ([, { nbytes }]) => nbytes,
      ([name, variable]) => check(checkpoint, name, variable, withHash),
    );
    for await (const [[name, { dtype, shape }], checked] of checks) {
      const readableName = readableNames.get(name) ?? name;
      variables.push({ name, ...(readableName === name ? {} : { readableName }), dtype, shape, ...checked });
    }
    const { prefix, format, problems } = checkpoint;
    const passedOver = damaged.map(other => `${other.prefix} is passed over: ${errorReason(other.reason)}`);
    const errors = [...passedOver, ...problems];
    const error = errors.length === 0 ? {} : { error: `${errors.join('; ')}.` };
    return { path: prefix, format, variables, ...error };
  } finally {
    await checkpoint.close();
  }
}

/** A string tensor is read, since only its values tell how many bytes it takes. */
async function check(
  checkpoint: Checkpoint,
  name: string,
  { dtype, nbytes }: CheckpointVariable,
  withHash: boolean,
): Promise<Pick<ListedVariable, 'nbytes' | 'sha256' | 'error'>> {
  const isOpaque = dtype === 'variant' || dtype === 'resource';
  try {
    if (isOpaque || (!withHash && dtype !== 'string')) {
      await checkpoint.check(name);
      return { nbytes };
    }
    const { bytes } = await checkpoint.read(name);
    if (!withHash) return { nbytes: bytes.length };
    return { nbytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    return { nbytes, error: sentenceOf(error) };
  }
}

function sentenceOf(error: unknown): string {
  return `${errorReason(error)}.`;
}

function describe({ path, format, variables }: Listing): string {
  if (format === null) return '';
  const numbers = new NumberFormat('en');
  const rows = variables.map(variable => [
    variable.readableName ?? variable.name,
    variable.dtype,
    `[${variable.shape.join(', ')}]`,
    numbers.count(variable.nbytes),
    variable.error === undefined ? (variable.sha256 ?? '') : 'damaged',
  ]);
  const header = ['name', 'dtype', 'shape', 'bytes', variables.some(({ sha256 }) => sha256) ? 'SHA-256' : ''];
  const widths = header.map((_, column) =>
    [header, ...rows].reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 3 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const bytes = variables.reduce((sum, { nbytes }) => sum + nbytes, 0);
  const total = `${path} (${format}): ${numbers.count(variables.length)} variables, ${numbers.count(bytes)} bytes`;
  return `${[header, ...rows].map(line).join('\n')}\n${total}\n`;
}
