import { basename, join } from 'node:path';
import {
  BEST_CHECKPOINTS_FILE,
  readBestCheckpoints,
  type BestCheckpoint,
  type BestCheckpointsFile,
} from '../../formats/best-checkpoints-file.ts';
import { writeFileAtomically } from '../../formats/temporary-file.ts';

export interface KeepBestOptions {
  /** Name of the metric. */
  readonly metric: string;
  /** How many checkpoints to keep. Default: 1. */
  readonly count?: number;
  /** Whether more is better. Default: 'max'. */
  readonly mode?: 'max' | 'min';
}

/** Whether `value` is better than `than`; NaN never is. */
export function isBetter(mode: 'max' | 'min', value: number, than: number): boolean {
  return mode === 'max' ? value > than : value < than;
}

/** The checkpoints of a log folder with the best values of a metric: they stay. `best_checkpoints.json` lists them. */
export class BestCheckpoints {
  readonly #logdir: string;
  readonly #metric: string;
  readonly #count: number;
  readonly #mode: 'max' | 'min';
  /** Best first. */
  #best: readonly BestCheckpoint[] = [];

  constructor(logdir: string, { metric, count = 1, mode = 'max' }: KeepBestOptions) {
    this.#logdir = logdir;
    this.#metric = metric;
    this.#count = count;
    this.#mode = mode;
  }

  /** Goes on with the list of an earlier start. */
  async load(): Promise<void> {
    const stored = await readBestCheckpoints(this.#logdir);
    if (stored?.metric === this.#metric && stored.mode === this.#mode) this.#best = stored.checkpoints;
  }

  /** Whether a checkpoint with that value would be among the best. */
  isAmongBest(value: number): boolean {
    const last = this.#best[this.#count - 1];
    return !Number.isNaN(value) && (last === undefined || isBetter(this.#mode, value, last.value));
  }

  async add(prefix: string, step: number, value: number): Promise<void> {
    const others = this.#best.filter(({ name }) => name !== basename(prefix));
    this.#best = [...others, { name: basename(prefix), step, value }]
      .sort((a, b) =>
        isBetter(this.#mode, a.value, b.value) ? -1 : isBetter(this.#mode, b.value, a.value) ? 1 : 0,
      )
      .slice(0, this.#count);
    const content: BestCheckpointsFile = { metric: this.#metric, mode: this.#mode, checkpoints: this.#best };
    const file = join(this.#logdir, BEST_CHECKPOINTS_FILE);
    await writeFileAtomically(file, Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
  }

  get prefixes(): string[] {
    return this.#best.map(({ name }) => join(this.#logdir, name));
  }
}
