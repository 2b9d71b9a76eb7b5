import type { DashboardRun } from '../../../src/protocol/dashboard.ts';
import type { RunProgress, RunState } from '../../../src/protocol/run.ts';
import { isLive } from '../../../src/protocol/run.ts';
import { linkButton } from '../../shared/controls.ts';
import { element, setText } from '../../shared/element.ts';
import type { LiveRowServices } from './live-row.ts';
import { LiveRow } from './live-row.ts';

/** Rows at most; the others are counted. */
const MAX_ROWS = 3;
/** How long the row of a run that ended stays, in milliseconds. */
const STAYS = 10_000;

/** The runs that run, on top of everything. Without one the strip is gone, not empty. */
export class LiveStrip {
  readonly root = element('section', { class: 'live-strip', 'aria-label': 'Running', hidden: '' });
  readonly #services: LiveRowServices;
  readonly #rows = new Map<string, LiveRow>();
  readonly #list = element('div', { class: 'live-rows' });
  readonly #more = linkButton('', () => {
    this.#toggleAll();
  });
  /** Runs that were live while the dashboard was open, and until when each stays after its end. */
  readonly #leaves = new Map<string, number>();
  #runs: readonly DashboardRun[] = [];
  #all = false;

  constructor(services: Omit<LiveRowServices, 'dismiss'>) {
    this.#services = {
      ...services,
      dismiss: run => {
        this.#leaves.delete(run);
        this.#render();
      },
    };
    this.#more.classList.add('live-more');
    this.root.append(this.#list, this.#more);
    window.setInterval(() => {
      this.#tick();
    }, 1000);
  }

  update(runs: readonly DashboardRun[]): void {
    if (this.#runs.length === 0) this.#attend(runs);
    for (const run of runs) {
      const live = run.state !== null && isLive(run.state);
      if (live) this.#leaves.set(run.id, Infinity);
      // A lost process stays until somebody has seen it.
      else if (this.#leaves.get(run.id) === Infinity && run.state !== 'lost')
        this.#leaves.set(run.id, performance.now() + STAYS);
    }
    this.#runs = runs;
    this.#render();
  }

  /** A process that was lost before the dashboard opened has been seen if somebody has started a run since. */
  #attend(runs: readonly DashboardRun[]): void {
    const newest = runs.reduce((latest, run) => Math.max(latest, run.startedAt ?? 0), 0);
    for (const run of runs)
      if (run.state === 'lost' && run.startedAt === newest) this.#leaves.set(run.id, Infinity);
  }

  progressed(run: string, state: RunState, progress: RunProgress): void {
    this.#rows.get(run)?.progressed(state, progress);
  }

  #render(): void {
    const now = performance.now();
    // Of one that failed the banner tells.
    const present = this.#runs.filter(run => run.state !== 'failed' && (this.#leaves.get(run.id) ?? 0) > now);
    const shown = this.#all ? present : present.slice(0, MAX_ROWS);
    for (const [id, row] of this.#rows) {
      if (shown.some(run => run.id === id)) continue;
      row.dispose();
      this.#rows.delete(id);
    }
    shown.forEach((run, index) => {
      let row = this.#rows.get(run.id);
      if (row) {
        row.update(run);
      } else {
        row = new LiveRow(run, this.#services);
        this.#rows.set(run.id, row);
      }
      if (this.#list.children[index] !== row.root)
        this.#list.insertBefore(row.root, this.#list.children[index] ?? null);
    });
    const rest = present.length - shown.length;
    setText(this.#more, this.#all ? 'Show fewer' : `${rest} more`);
    this.#more.hidden = rest === 0 && !(this.#all && present.length > MAX_ROWS);
    this.root.hidden = present.length === 0;
  }

  #tick(): void {
    for (const row of this.#rows.values()) row.tick();
    const now = performance.now();
    const gone = [...this.#leaves].filter(([, until]) => until <= now);
    for (const [run] of gone) this.#leaves.delete(run);
    if (gone.length > 0) this.#render();
  }

  #toggleAll(): void {
    this.#all = !this.#all;
    this.#render();
  }
}
