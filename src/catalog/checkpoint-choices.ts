/** The checkpoints that one can be compared with, by ids that say nothing of where they are. */

import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { indexFile, prefixesIn, stepOf } from '../formats/bundle-file-names.ts';
import type { ComparisonChoice } from '../protocol/checkpoint.ts';
import { checkpointName, checkpointPath } from './checkpoint-files.ts';
import type { RunList } from './run-list.ts';
import { runOfCheckpoint } from './run-of-checkpoint.ts';

/** More than these nobody looks through: the others are chosen as files. */
const MAX_CHOICES = 200;

export class CheckpointChoices {
  readonly #paths = new Map<string, string>();
  readonly #ids = new Map<string, string>();

  /** Those beside it first, then those of other runs; newest first. */
  async around(file: string, own: string, list: Pick<RunList, 'runs'>): Promise<ComparisonChoice[]> {
    const folder = dirname(file);
    const beside = await siblings(file);
    const ofRuns = list.runs().flatMap(({ checkpoints }) => checkpoints.map(({ prefix }) => prefix));
    const paths = [...new Set([...beside, ...ofRuns.filter(path => dirname(path) !== folder)])];
    return paths
      .filter(path => path !== own)
      .slice(0, MAX_CHOICES)
      .map(path => this.choice(path, list));
  }

  choice(path: string, list: Pick<RunList, 'runs'>): ComparisonChoice {
    return { id: this.#idOf(path), name: checkpointName(path), run: runNameOf(path, list) };
  }

  pathOf(id: string): string | undefined {
    return this.#paths.get(id);
  }

  #idOf(path: string): string {
    const id = this.#ids.get(path) ?? `checkpoint-${this.#ids.size}`;
    this.#ids.set(path, id);
    this.#paths.set(id, path);
    return id;
  }
}

/** Of the run that wrote it, otherwise of the folder. */
export function runNameOf(path: string, list: Pick<RunList, 'runs'>): string {
  return runOfCheckpoint(path, list.runs())?.name ?? basename(dirname(path));
}

/** Checkpoints in the same folder, or files of the same kind. */
async function siblings(file: string): Promise<string[]> {
  const folder = dirname(file);
  const names = await readdir(folder).catch((): string[] => []);
  const extension = extname(file);
  const isBundle = names.includes(indexFile(checkpointPath(basename(file))));
  const alike = isBundle
    ? prefixesIn(names)
    : names.filter(name => extension !== '' && extname(name) === extension);
  return alike
    .sort((a, b) => (stepOf(b) ?? -1) - (stepOf(a) ?? -1) || a.localeCompare(b))
    .map(name => join(folder, name));
}
