import type { DashboardRun, RunsMessage } from '../../../src/protocol/dashboard.ts';
import { TagIndex } from './tag-index.ts';

/** What came of the runs since the last time that all was there. */
export interface RunChanges {
  /** Runs that are new or changed, as they were (if they were there) and as they are. Progress does not count. */
  readonly before: readonly DashboardRun[];
  readonly now: readonly DashboardRun[];
  /** More than new points: other runs, or other tags. */
  readonly isMore: boolean;
  /** By run: the tags that have new points. */
  readonly moved: ReadonlyMap<string, readonly string[]>;
}

/** The runs as far as the extension has told of them, piece by piece. */
export class RunBook {
  readonly tags = new TagIndex();
  readonly #byId = new Map<string, DashboardRun>();
  #order: readonly string[] = [];
  #runs: readonly DashboardRun[] | null = null;
  #before: DashboardRun[] = [];
  #changed = new Set<string>();
  #moved = new Map<string, readonly string[]>();
  #isMore = false;

  /** In their order, as they were when all was there; their progress is newer. null: not everything has come yet. */
  get runs(): readonly DashboardRun[] | null {
    return this.#runs;
  }

  /** Changes are told when all is there. */
  take(message: RunsMessage): RunChanges | null {
    switch (message.type) {
      case 'order':
        this.#takeOrder(message.runs);
        return null;
      case 'run':
        this.#takeRun(message.run);
        return null;
      case 'tags': {
        const moved = this.tags.take(message.run, message.change);
        if (message.change.list !== null) this.#isMore = true;
        this.#moved.set(
          message.run,
          moved.map(({ tag }) => tag),
        );
        return null;
      }
      case 'progress': {
        const run = this.#byId.get(message.run);
        if (run) this.#replace({ ...run, progress: message.progress });
        return null;
      }
      case 'runsComplete':
        return this.#complete();
    }
  }

  #takeOrder(order: readonly string[]): void {
    const present = new Set(order);
    for (const id of this.#order) {
      if (present.has(id)) continue;
      this.#byId.delete(id);
      this.tags.drop(id);
    }
    this.#order = order;
    this.#isMore = true;
  }

  #takeRun(run: DashboardRun): void {
    const before = this.#byId.get(run.id);
    if (before && !this.#changed.has(run.id)) this.#before.push(before);
    this.#changed.add(run.id);
    this.#isMore = true;
    this.#byId.set(run.id, run);
  }

  /** A run that only went on: where it is shown it is the new one from now on. */
  #replace(run: DashboardRun): void {
    this.#byId.set(run.id, run);
    this.#runs = this.#runs?.map(each => (each.id === run.id ? run : each)) ?? null;
  }

  #complete(): RunChanges {
    if (this.#isMore || this.#runs === null) this.#runs = this.#order.flatMap(id => this.#byId.get(id) ?? []);
    const changes: RunChanges = {
      before: this.#before,
      now: this.#runs.filter(run => this.#changed.has(run.id)),
      isMore: this.#isMore,
      moved: this.#moved,
    };
    this.#before = [];
    this.#changed = new Set();
    this.#moved = new Map();
    this.#isMore = false;
    return changes;
  }
}
