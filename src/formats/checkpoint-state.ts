/**
 * The text file `checkpoint` of a log folder: CheckpointState (python/training/checkpoint_state.proto) in protobuf's
 * text format. It says which checkpoints there are and which one is to be resumed from.
 */

import { isAbsolute, join, relative, resolve, sep, win32 } from 'node:path';
import { messageOf } from '../protocol/error-message.ts';
import { indexFile } from './bundle-file-names.ts';
import { FormatError } from './format-error.ts';
import { isFile } from './is-file.ts';
import { isWithin } from './is-within.ts';
import { readSmallFile } from './small-file.ts';
import { writeFileAtomically } from './temporary-file.ts';
import { parseTextProto, quoteTextProto } from './text-proto.ts';

const STATE_FILE = 'checkpoint';

/** Room for 100,000 paths. */
const MAX_BYTES = 1 << 24;

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
 * Undefined when there is no such file. A path in it means the folder's own checkpoint of that name where it has one,
 * whatever folder the path says: TensorFlow 1 wrote absolute paths, and the folder may have been copied, moved, brought
 * from Windows, or be reached by a link. Other paths come back as get_checkpoint_state has them, joined to `dir`.
 *
 * @throws FormatError naming the file when it is not a CheckpointState or does not say `model_checkpoint_path`.
 */
export async function readCheckpointState(dir: string): Promise<CheckpointState | undefined> {
  const path = checkpointStateFile(dir);
  let text: string;
  try {
    text = await readSmallFile(path, MAX_BYTES, 'followed');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    // What the system refuses may be right: nobody may go on as if the file were damaged.
    if (code !== undefined) throw error;
    throw new FormatError(`${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  const fields = parseFields(path, text);
  const strings = (name: string): string[] =>
    fields.filter(field => field.name === name).map(field => stringOf(path, name, field.value));
  const numbers = (name: string): number[] =>
    fields.filter(field => field.name === name).map(field => numberOf(path, name, field.value));
  const located = (name: string): Promise<string[]> =>
    Promise.all(strings(name).map(stored => locate(dir, stored)));
  const model = (await located('model_checkpoint_path')).at(-1);
  if (model === undefined) throw new FormatError(`${path} does not say model_checkpoint_path.`);
  const lastPreserved = numbers('last_preserved_timestamp').at(-1);
  return {
    model,
    all: await located('all_model_checkpoint_paths'),
    timestamps: numbers('all_model_checkpoint_timestamps'),
    ...(lastPreserved === undefined ? {} : { lastPreserved }),
  };
}

/** The last part of a path is its last part on Windows too, wherever we are. */
async function locate(dir: string, stored: string): Promise<string> {
  const joined = isAbsolute(stored) ? stored : join(dir, stored);
  if (isWithin(dir, joined) && (await isFile(indexFile(joined)))) return join(dir, relative(dir, joined));
  const own = join(dir, win32.basename(stored));
  return isWithin(dir, own) && (await isFile(indexFile(own))) ? own : joined;
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
  return isWithin(dir, prefix) ? relative(dir, prefix).split(sep).join('/') : resolve(prefix);
}
