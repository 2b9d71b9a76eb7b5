/**
 * What the dashboard is told of the runs: of each only what it has not got yet. It says when it has shown what was sent;
 * however much happens meanwhile, of each run one newest state waits.
 */

import type { DashboardRun, RunsMessage } from '../protocol/dashboard.ts';
import type { TagInfo } from '../protocol/series.ts';
import { noTags, tagChange, type HeldTags } from '../protocol/tag-change.ts';
import { ProgressThrottle } from './progress-throttle.ts';
import { SnapshotGate } from './snapshot-gate.ts';

/** A run as the feed takes it. */
export interface FedRun {
  readonly run: DashboardRun;
  readonly tags: readonly TagInfo[];
}

/** What the page has of one run. */
interface Held {
  /** All but its progress, as JSON. */
  readonly facts: string;
  readonly tags: HeldTags;
}

/** What moves with every step of a live run. */
type Moving = Pick<DashboardRun, 'id' | 'state' | 'progress'>;

/** Numbers change at most four times a second. */
const PROGRESS_MS = 250;

export class DashboardFeed {
  readonly #runs: () => readonly FedRun[];
  readonly #post: (message: RunsMessage) => void;
  readonly #gate = new SnapshotGate(() => {
    this.#send();
  });
  #held = new Map<string, Held>();
  #order: readonly string[] | null = null;
  /** Of each run that the page has: what it was told last, or will be when it is due. */
  readonly #moving = new Map<string, Moving>();
  #due: ProgressThrottle<string> | null = null;

  /** @param runs all runs as they are now, in their order */
  constructor(runs: () => readonly FedRun[], post: (message: RunsMessage) => void) {
    this.#runs = runs;
    this.#post = post;
  }

  /** The page is there (again) and has nothing yet. */
  open(): void {
    this.close();
    this.#due = new ProgressThrottle(PROGRESS_MS, id => {
      this.#sendProgress(id);
    });
    this.#gate.open();
  }

  /** The page is gone. */
  close(): void {
    this.#gate.close();
    this.#due?.dispose();
    this.#due = null;
    this.#held.clear();
    this.#moving.clear();
    this.#order = null;
  }

  /** Something is new: a run, what is known of one, or its tags. */
  change(): void {
    this.#gate.change();
  }

  /** A run took steps. */
  progressed(run: Moving): void {
    const told = this.#moving.get(run.id);
    // Of a run that the page does not have it will be told with all the rest.
    if (told === undefined || isSameProgress(told, run)) return;
    this.#moving.set(run.id, run);
    this.#due?.push(run.id, run.id);
  }

  /** The page shows what was sent. */
  taken(): void {
    this.#gate.taken();
  }

  #send(): void {
    const runs = this.#runs();
    let isNew = this.#sendOrder(runs.map(({ run }) => run.id));
    const held = new Map<string, Held>();
    for (const fed of runs) {
      const before = this.#held.get(fed.run.id);
      const after = this.#sendRun(fed, before);
      held.set(fed.run.id, after);
      isNew ||= after !== before;
    }
    this.#held = held;
    if (isNew) this.#post({ type: 'runsComplete' });
    else this.#gate.taken();
  }

  /** Whether there was a reason to. The first time there is one even if there is no run. */
  #sendOrder(order: readonly string[]): boolean {
    if (this.#order?.length === order.length && order.every((id, index) => id === this.#order?.[index]))
      return false;
    const present = new Set(order);
    for (const id of this.#moving.keys()) if (!present.has(id)) this.#moving.delete(id);
    this.#order = order;
    this.#post({ type: 'order', runs: order });
    return true;
  }

  /** What the page has of the run from now on: the same object if it is sent nothing but progress. */
  #sendRun({ run, tags }: FedRun, held: Held | undefined): Held {
    const facts = JSON.stringify({ ...run, progress: null });
    if (facts === held?.facts) {
      this.progressed(run);
    } else {
      this.#moving.set(run.id, run);
      this.#post({ type: 'run', run });
    }
    const before = held?.tags ?? noTags;
    const change = tagChange(before, tags);
    if (change !== null) this.#post({ type: 'tags', run: run.id, change });
    if (change === null && facts === held?.facts) return held;
    return { facts, tags: change === null ? before : { version: change.version, tags } };
  }

  #sendProgress(id: string): void {
    const { state = null, progress = null } = this.#moving.get(id) ?? {};
    if (state !== null && progress !== null) this.#post({ type: 'progress', run: id, state, progress });
  }
}

function isSameProgress(told: Moving, now: Moving): boolean {
  return (
    told === now || JSON.stringify([told.state, told.progress]) === JSON.stringify([now.state, now.progress])
  );
}
