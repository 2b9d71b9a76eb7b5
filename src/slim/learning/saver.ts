import { basename, dirname, resolve } from 'node:path';
import { readdir, rm } from 'node:fs/promises';
import { indexFile, isDataFile } from '../../formats/bundle-file-names.ts';
import { openCheckpoint } from '../../formats/checkpoint-reader.ts';
import { readCheckpointState, writeCheckpointState } from '../../formats/checkpoint-state.ts';
import { writeCheckpoint } from '../../formats/checkpoint-writer.ts';
import { FormatError } from '../../formats/format-error.ts';
import { isFile } from '../../formats/is-file.ts';
import { readAhead } from '../../formats/read-ahead.ts';
import type { TensorValue } from '../../formats/tensor-value.ts';
import { getVariables } from '../variables/select-variables.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { readVariable, writeVariable } from '../variables/variable-values.ts';

export interface SaverOptions {
  /** What is saved. Default: all variables that there are in the default graph when it saves. */
  readonly variables?: readonly SlimVariable[];
  /** How many checkpoints stay; older ones are deleted once the new one was verified. 0: all stay. Default: 5. */
  readonly maxToKeep?: number;
  /** One checkpoint of so many hours stays for good. Default: 10000. */
  readonly keepCheckpointEveryNHours?: number;
}

interface Saved {
  readonly prefix: string;
  /** Seconds since 1970. */
  readonly time: number;
}

/** Saves variables as V2 checkpoints and restores them: `tf.train.Saver`. */
export class Saver {
  readonly #variables: readonly SlimVariable[] | null;
  readonly #maxToKeep: number;
  readonly #keepEverySeconds: number;
  /** Oldest first; those that stay for good are no longer in it. */
  #kept: Saved[] = [];
  #nextPreserved: number;
  /** Not deleted, however old. */
  #preserved = new Set<string>();

  constructor(options: SaverOptions = {}) {
    this.#variables = options.variables ?? null;
    this.#maxToKeep = options.maxToKeep ?? 5;
    this.#keepEverySeconds = (options.keepCheckpointEveryNHours ?? 10_000) * 3600;
    this.#nextPreserved = nowInSeconds() + this.#keepEverySeconds;
  }

  /**
   * Takes over the list of checkpoints in a folder, so that those of an earlier process are counted and deleted too: those
   * that lie in the folder itself. What its `checkpoint` file names elsewhere, also through links, is somebody else's.
   */
  async recover(dir: string): Promise<void> {
    const state = await readCheckpointState(dir).catch((error: unknown) => {
      if (error instanceof FormatError) return undefined;
      throw error;
    });
    if (state === undefined) return;
    const own = new Map<string, number>();
    for (const [index, listed] of state.all.entries()) {
      const prefix = resolve(listed);
      if (dirname(prefix) !== resolve(dir) || !(await isFile(indexFile(prefix)))) continue;
      own.delete(prefix);
      own.set(prefix, state.timestamps[index] ?? nowInSeconds());
    }
    this.#kept = [...own].map(([prefix, time]) => ({ prefix, time }));
    if (state.lastPreserved !== undefined) this.#nextPreserved = state.lastPreserved + this.#keepEverySeconds;
  }

  /**
   * Writes the checkpoint `PATH-STEP` (`PATH` without a step), names it in the folder's `checkpoint` file, and deletes
   * what is too old. The values are those of the moment of the call. `extra` entries are saved beside the variables.
   *
   * @returns The checkpoint's path prefix.
   */
  async save(
    path: string,
    step?: number,
    extra: ReadonlyMap<string, TensorValue> = new Map(),
  ): Promise<string> {
    const prefix = resolve(step === undefined ? path : `${path}-${step}`);
    const variables = this.#variables ?? getVariables();
    const values = new Map(variables.map(variable => [variable.name, readVariable(variable)]));
    for (const [name, value] of extra) values.set(name, value);
    const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
    await writeCheckpoint(prefix, sorted);
    const dropped = this.#note(prefix);
    await writeCheckpointState(dirname(prefix), {
      model: prefix,
      all: this.#kept.map(saved => saved.prefix),
      timestamps: this.#kept.map(saved => saved.time),
      lastPreserved: this.#nextPreserved - this.#keepEverySeconds,
    });
    for (const old of dropped) await deleteCheckpoint(old);
    return prefix;
  }

  /**
   * Sets all variables to what a checkpoint holds.
   *
   * @returns Names in the checkpoint that no variable has.
   * @throws Error naming the variables that are missing there or have another shape or type; nothing is changed then.
   */
  async restore(prefix: string): Promise<string[]> {
    const variables = this.#variables ?? getVariables();
    const checkpoint = await openCheckpoint(prefix);
    try {
      const problems = variables.flatMap(variable => {
        const stored = checkpoint.variables.get(variable.name);
        if (stored === undefined) return [`${variable.name} is not in it`];
        if (stored.dtype !== variable.dtype)
          return [`${variable.name} is ${stored.dtype} there, ${variable.dtype} here`];
        const shapes = [stored.shape, variable.shape].map(shape => `[${shape.join(', ')}]`);
        return shapes[0] === shapes[1] ? [] : [`${variable.name} is ${shapes.join(' there, ')} here`];
      });
      if (problems.length > 0) {
        throw new Error(
          `The model differs from the checkpoint ${prefix}: ${problems.join('; ')}. To begin with some of its values, ` +
            'train into a new log folder with an initFn from slim.assignFromCheckpoint.',
        );
      }
      const values = new Map<SlimVariable, TensorValue>();
      for await (const [variable, value] of readAhead(checkpoint, variables, ({ name }) => name)) {
        values.set(variable, value);
      }
      for (const [variable, value] of values) writeVariable(variable, value);
      const names = new Set(variables.map(({ name }) => name));
      return [...checkpoint.variables.keys()].filter(name => !names.has(name));
    } finally {
      await checkpoint.close();
    }
  }

  /** Says which checkpoints are not to be deleted, whatever their age; those that were said before and no more are. */
  async preserve(prefixes: Iterable<string>): Promise<void> {
    const before = this.#preserved;
    this.#preserved = new Set([...prefixes].map(prefix => resolve(prefix)));
    const listed = new Set(this.#kept.map(saved => saved.prefix));
    for (const prefix of before) {
      if (!this.#preserved.has(prefix) && !listed.has(prefix)) await deleteCheckpoint(prefix);
    }
  }

  /** Adds a checkpoint to the list; returns those that fall out of it and are to be deleted. */
  #note(prefix: string): string[] {
    this.#kept = this.#kept.filter(saved => saved.prefix !== prefix);
    this.#kept.push({ prefix, time: nowInSeconds() });
    const dropped: string[] = [];
    while (this.#maxToKeep > 0 && this.#kept.length > this.#maxToKeep) {
      const oldest = this.#kept.shift();
      if (oldest === undefined) break;
      if (oldest.time > this.#nextPreserved) this.#nextPreserved += this.#keepEverySeconds;
      else if (!this.#preserved.has(oldest.prefix)) dropped.push(oldest.prefix);
    }
    return dropped;
  }
}

/** Index first: from then on the checkpoint does not exist. `.meta` is what TensorFlow would have beside it. */
async function deleteCheckpoint(prefix: string): Promise<void> {
  await rm(indexFile(prefix), { force: true });
  const files = await readdir(dirname(prefix)).catch(() => []);
  const base = basename(prefix);
  for (const file of files) {
    if (file === `${base}.meta` || isDataFile(file, base)) {
      await rm(`${dirname(prefix)}/${file}`, { force: true });
    }
  }
}

function nowInSeconds(): number {
  return Date.now() / 1000;
}
