/**
 * The text file `checkpoint` of a log folder: CheckpointState (python/training/checkpoint_state.proto) in protobuf's
 * text format. It says which checkpoints there are and which one is to be resumed from.
 */

import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { messageOf } from '../protocol/error-message.ts';
import { FormatError } from './format-error.ts';
import { writeFileAtomically } from './temporary-file.ts';
import { parseTextProto, quoteTextProto } from './text-proto.ts';

const STATE_FILE = 'checkpoint';

/** Of checkpoint_state.proto. */
const FIELDS = [
  'model_checkpoint_path',
  'all_model_checkpoint_paths',
  'all_model_checkpoint_timestamps',
  'last_preserved_timestamp',
];

export interface CheckpointState {
  /** Path prefix of the newest checkpoint. Absolute, or relative to the working directory as `dir` is. */
  readonly model: string;
  /** All checkpoints, oldest first; the last one is `model`. */
  readonly all: readonly string[];
  /** When each of `all` was saved, in seconds since 1970. Empty when the writer did not say. */
  readonly timestamps: readonly number[];
  /** When the last checkpoint was saved that is kept for good; undefined when the writer did not say. */
  readonly lastPreserved?: number;
}

export function checkpointStateFile(dir: string): string {
  return join(dir, STATE_FILE);
}

/**
 * Paths in the file are relative to `dir` or absolute; they come back joined to `dir` (as get_checkpoint_state has it).
 * Undefined when there is no such file.
 *
 * @throws FormatError naming the file when it is not a CheckpointState or does not say `model_checkpoint_path`.
 */
export async function readCheckpointState(dir: string): Promise<CheckpointState | undefined> {
  const path = checkpointStateFile(dir);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const fields = parseFields(path, text);
  const strings = (name: string): string[] =>
    fields.filter(field => field.name === name).map(field => stringOf(path, name, field.value));
  const numbers = (name: string): number[] =>
    fields.filter(field => field.name === name).map(field => numberOf(path, name, field.value));
  const located = (name: string): string[] =>
    strings(name).map(stored => (isAbsolute(stored) ? stored : join(dir, stored)));
  const model = located('model_checkpoint_path').at(-1);
  if (model === undefined) throw new FormatError(`${path} does not say model_checkpoint_path.`);
  const lastPreserved = numbers('last_preserved_timestamp').at(-1);
  return {
    model,
    all: located('all_model_checkpoint_paths'),
    timestamps: numbers('all_model_checkpoint_timestamps'),
    ...(lastPreserved === undefined ? {} : { lastPreserved }),
  };
}

function parseFields(path: string, text: string): ReturnType<typeof parseTextProto> {
  try {
    const fields = parseTextProto(text);
    const foreign = fields.find(({ name }) => !FIELDS.includes(name));
    if (foreign !== undefined) throw new FormatError(`that has no field ${foreign.name}.`);
    return fields;
  } catch (error) {
    const reason = messageOf(error);
    throw new FormatError(`${path} is not a CheckpointState: ${reason}`, { cause: error });
  }
}

function stringOf(path: string, name: string, value: string | number): string {
  if (typeof value === 'string') return value;
  throw new FormatError(`${path}: ${name} is a number, not a path in quotes.`);
}

function numberOf(path: string, name: string, value: string | number): number {
  if (typeof value === 'number') return value;
  throw new FormatError(`${path}: ${name} is text, not a number.`);
}

/**
 * Replaces the file, whole or not at all. Paths inside of `dir` are stored relative to it, so that the folder can be
 * moved.
 */
export async function writeCheckpointState(dir: string, state: CheckpointState): Promise<void> {
  const stored = (prefix: string): string => quoteTextProto(storedPath(dir, prefix));
  const lines = [
    `model_checkpoint_path: ${stored(state.model)}`,
    ...state.all.map(prefix => `all_model_checkpoint_paths: ${stored(prefix)}`),
    ...state.timestamps.map(seconds => `all_model_checkpoint_timestamps: ${seconds}`),
    ...(state.lastPreserved === undefined ? [] : [`last_preserved_timestamp: ${state.lastPreserved}`]),
  ];
  await writeFileAtomically(checkpointStateFile(dir), Buffer.from(`${lines.join('\n')}\n`));
}

function storedPath(dir: string, prefix: string): string {
  const inside = relative(dir, prefix);
  return inside.startsWith('..') || isAbsolute(inside) ? resolve(prefix) : inside.split(sep).join('/');
}
