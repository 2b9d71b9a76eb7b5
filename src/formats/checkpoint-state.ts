/**
 * The text file `checkpoint` of a log folder: CheckpointState (python/training/checkpoint_state.proto) in protobuf's
 * text format. It says which checkpoints there are and which one is to be resumed from. And, since it may be stale or
 * damaged: which checkpoint really is the newest sound one.
 */

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { indexFile } from './bundle-file-names.ts';
import { openTensorflowCheckpoint } from './tensorflow-checkpoint.ts';
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

function checkpointStateFile(dir: string): string {
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
    const reason = error instanceof Error ? error.message : String(error);
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

interface DamagedCheckpoint {
  readonly prefix: string;
  /** For people: which file is damaged and how. */
  readonly reason: string;
}

export interface NewestCheckpoint {
  /** Undefined: the folder holds no checkpoint that could be verified. `step` is undefined when its name has none. */
  readonly newest: { readonly prefix: string; readonly step: number | undefined } | undefined;
  /** What was newer, or what the `checkpoint` file pointed to, and why it was passed over. */
  readonly damaged: readonly DamagedCheckpoint[];
}

/** The global step in a checkpoint's name (`model.ckpt-1000`); undefined when it has none. */
export function stepOf(prefix: string): number | undefined {
  const digits = /-(\d+)$/.exec(prefix)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The checkpoint to resume from: the newest one of which every byte was verified. Newest is what the `checkpoint` file
 * says, except that one which was committed after that file was written (by a process killed in between) comes first;
 * then the others that the file lists, then whatever else is in the folder. An absolute path that leads nowhere, as in a
 * folder that was copied from elsewhere, is looked for in `dir`.
 */
export async function newestSoundCheckpoint(dir: string): Promise<NewestCheckpoint> {
  const damaged: DamagedCheckpoint[] = [];
  for (const prefix of await candidates(dir, damaged)) {
    const reason = await damageOf(prefix);
    if (reason === undefined) return { newest: { prefix, step: stepOf(prefix) }, damaged };
    damaged.push({ prefix, reason });
  }
  return { newest: undefined, damaged };
}

/** Path prefixes, the most wanted first. A damaged `checkpoint` file is added to `damaged` and done without. */
async function candidates(dir: string, damaged: DamagedCheckpoint[]): Promise<string[]> {
  let state: CheckpointState | undefined;
  try {
    state = await readCheckpointState(dir);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    damaged.push({ prefix: checkpointStateFile(dir), reason: error.message });
  }
  const inFolder = await checkpointsIn(dir);
  if (state === undefined) return inFolder.map(found => found.prefix);
  const present = new Set(inFolder.map(found => found.prefix));
  const here = (prefix: string): string => {
    const copied = join(dir, basename(prefix));
    return present.has(copied) ? copied : prefix;
  };
  const listed = new Set([state.model, ...[...state.all].reverse()].map(here));
  const stateTime = await modificationTime(checkpointStateFile(dir));
  const stateStep = stepOf(state.model) ?? -1;
  const committedLater = inFolder.filter(
    found =>
      !listed.has(found.prefix) && found.modified > stateTime && (stepOf(found.prefix) ?? -1) > stateStep,
  );
  const model = here(state.model);
  const reachable = [...listed].filter(prefix => prefix === model || present.has(prefix));
  return [
    ...new Set([
      ...committedLater.map(found => found.prefix),
      ...reachable,
      ...inFolder.map(found => found.prefix),
    ]),
  ];
}

/** The committed checkpoints of a folder, that is those with an index: by step, the highest first. */
async function checkpointsIn(dir: string): Promise<{ prefix: string; modified: number }[]> {
  const suffix = indexFile('');
  const names = await readdir(dir).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const found = await Promise.all(
    names
      .filter(name => name.endsWith(suffix))
      .map(async name => {
        const path = join(dir, name);
        return { prefix: path.slice(0, -suffix.length), modified: await modificationTime(path) };
      }),
  );
  return found.sort((a, b) => (stepOf(b.prefix) ?? -1) - (stepOf(a.prefix) ?? -1) || b.modified - a.modified);
}

/** Milliseconds since 1970; 0 when there is no such file (any more). */
async function modificationTime(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

/** Why a checkpoint cannot be used; undefined when every checksum of it is right. */
async function damageOf(prefix: string): Promise<string | undefined> {
  try {
    const checkpoint = await openTensorflowCheckpoint(prefix);
    try {
      await checkpoint.verify();
    } finally {
      await checkpoint.close();
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
