import type { DashboardPreferences, DashboardRequests } from '../../../src/protocol/dashboard.ts';
import type { OriginName } from '../../../src/protocol/run-origin.ts';
import type { Ask } from '../../../src/protocol/requests.ts';
import type { SeriesWindow } from '../../../src/protocol/series.ts';
import { CurveFeed } from './curve-feed.ts';
import { lastAtOrBefore } from '../charts/nearest-point.ts';
import type { ChartCurve } from '../charts/picture.ts';
import type { Range } from '../charts/ranges.ts';
import { runStyle } from '../charts/run-style.ts';

/** A run as a card needs it. */
export interface CardRun {
  readonly id: string;
  readonly name: string;
  readonly series: number;
  readonly failed: boolean;
  readonly origin: OriginName | null;
  readonly checkpoints: readonly { readonly step: number; readonly best: boolean }[];
  /** Changes when the tag has new points in this run. */
  readonly version: string;
}

/** What a card shows of its curves. */
export interface View {
  readonly axis: DashboardPreferences['axis'];
  readonly smoothing: number;
  /** null: all of the x axis. */
  readonly range: Range | null;
  /** Device pixels. */
  readonly pixels: number;
}

/** The curves of one card: a feed for each of its runs. */
export class CardCurves {
  readonly #tag: string;
  readonly #request: Ask<DashboardRequests>;
  readonly #changed: () => void;
  readonly #feeds = new Map<string, CurveFeed>();
  #runs: readonly CardRun[] = [];
  #view: View | null = null;

  constructor(tag: string, request: Ask<DashboardRequests>, changed: () => void) {
    this.#tag = tag;
    this.#request = request;
    this.#changed = changed;
  }

  /** Why a curve could not be read. */
  get failure(): string | null {
    return [...this.#feeds.values()].find(feed => feed.failure !== null)?.failure ?? null;
  }

  setRuns(runs: readonly CardRun[]): void {
    this.#runs = runs;
    const shown = new Set(runs.map(run => run.id));
    for (const [run, feed] of this.#feeds) {
      if (shown.has(run)) continue;
      feed.rest();
      this.#feeds.delete(run);
    }
  }

  /** The tag has new points in a run, which makes it that version. */
  addPoints(id: string, version: string): void {
    const place = this.#runs.findIndex(run => run.id === id);
    const run = this.#runs[place];
    if (!run) return;
    const moved = { ...run, version };
    this.#runs = this.#runs.with(place, moved);
    if (this.#view) this.#wantRun(moved, this.#view);
  }

  /** Asks for what is not here already. */
  want(view: View): void {
    this.#view = view;
    for (const run of this.#runs) this.#wantRun(run, view);
  }

  #wantRun(run: CardRun, view: View): void {
    let feed = this.#feeds.get(run.id);
    if (!feed) {
      feed = new CurveFeed(this.#request, this.#changed);
      this.#feeds.set(run.id, feed);
    }
    feed.want({ run: run.id, tag: this.#tag, ...view }, run.version);
  }

  /** The card cannot be seen. */
  rest(): void {
    this.#view = null;
    for (const feed of this.#feeds.values()) feed.rest();
  }

  /** What is here; the first is in front. */
  curves(highContrast: boolean): ChartCurve[] {
    return this.#runs.flatMap(run => {
      const feed = this.#feeds.get(run.id);
      const window = feed?.window;
      if (!window) return [];
      const isWhole = window.points.wallTime[0] === feed.firstWallTime;
      const curve: ChartCurve = {
        run: run.id,
        name: run.name,
        series: run.series,
        style: runStyle(run.series, highContrast),
        window,
        failed: run.failed,
        origin: run.origin,
        fromItsFirstPoint: isWhole,
        checkpoints: checkpointsOnAxis(run, window),
      };
      return [curve];
    });
  }

  /** Seconds since 1970 of a run's first point; null: not known. */
  firstWallTime(run: string): number | null {
    return this.#feeds.get(run)?.firstWallTime ?? null;
  }
}

/** Where a run's checkpoints are on the x axis of this window: at the point of their step. */
function checkpointsOnAxis(run: CardRun, window: SeriesWindow): ChartCurve['checkpoints'] {
  const { step: steps, x: xs } = window.points;
  return run.checkpoints.flatMap(({ step, best }) => {
    const index = lastAtOrBefore(steps, step);
    const at = xs[index];
    const after = xs[index + 1];
    if (at === undefined) return [];
    const from = steps[index] ?? step;
    const to = steps[index + 1];
    // A step between two points lies between their x values.
    const between = after === undefined || to === undefined || to === from ? 0 : (step - from) / (to - from);
    return [{ x: at + between * ((after ?? at) - at), best }];
  });
}
