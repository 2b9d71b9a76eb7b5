/** What training scripts have said of their models, kept as long as none of the files has changed that say it. */

import { stat } from 'node:fs/promises';
import type { InspectedModel, InspectedScript } from '../../protocol/model-variable.ts';
import { inspectModel, type InspectRequest } from './inspect-model.ts';

interface Kept {
  readonly model: InspectedScript;
  /** Of its files. */
  readonly states: readonly string[];
}

/** Times of files are of a clock that ticks this seldom, or a little more often. */
const CLOCK_MS = 20;

/** Asking takes as long as the script does to come to `train`: seconds, each time. */
export class InspectedModels {
  readonly #kept = new Map<string, Kept>();
  readonly #inspect: typeof inspectModel;

  /** @param inspect asks the script. */
  constructor(inspect: typeof inspectModel = inspectModel) {
    this.#inspect = inspect;
  }

  /** As when the script was asked last, unless a file of it is another now. @throws as {@link inspectModel} */
  async get(request: InspectRequest, signal?: AbortSignal): Promise<InspectedModel> {
    const kept = this.#kept.get(JSON.stringify(request));
    if (kept !== undefined && sameStates(kept.states, await statesOf(kept.model.files))) return kept.model;
    return this.ask(request, signal);
  }

  /** The script itself, whether or not it has changed: what it reads may have. @throws as {@link inspectModel} */
  async ask(request: InspectRequest, signal?: AbortSignal): Promise<InspectedModel> {
    const key = JSON.stringify(request);
    const began = Date.now();
    this.#kept.delete(key);
    const model = await this.#inspect(request, signal);
    const files = await statsOf(model.files);
    // A file that was written meanwhile may have been read before.
    if (files.every(file => file !== undefined && file.mtimeMs < began - CLOCK_MS)) {
      this.#kept.set(key, { model, states: files.map(stateOf) });
    }
    return model;
  }
}

interface FileStat {
  readonly mtimeMs: number;
  readonly size: number;
}

function statsOf(files: readonly string[]): Promise<(FileStat | undefined)[]> {
  return Promise.all(files.map(file => stat(file).catch(() => undefined)));
}

async function statesOf(files: readonly string[]): Promise<string[]> {
  return (await statsOf(files)).map(stateOf);
}

function stateOf(file: FileStat | undefined): string {
  return file === undefined ? 'gone' : `${file.mtimeMs} ${file.size}`;
}

function sameStates(before: readonly string[], now: readonly string[]): boolean {
  return before.every((state, index) => state === now[index]);
}
