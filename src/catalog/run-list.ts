/** All runs of this window: the attempts of ours, what their log folders say, and the log folders of others. */

import type { CheckpointFile } from '../monitor/checkpoint-watch.ts';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { Emitter, type Disposable, type Event } from 'vscode-jsonrpc/node';
import type { LogSummary } from '../protocol/series.ts';
import type { RunStore } from '../runs/run-store.ts';
import { DisposableStore } from './disposable-store.ts';
import type { RunMarks } from './run-marks.ts';
import { originOf } from './run-origin.ts';
import {
  groupAttempts,
  isLiveRun,
  currentAttempt,
  tellApart,
  type AttemptGroup,
} from '../runs/attempt-groups.ts';
import type { TrainingRun } from './training-run.ts';

/** The store of attempts, as far as the list needs it. */
export type RunSource = Pick<RunStore, 'attempts' | 'onDidChange' | 'onDidProgress'>;

/** `Monitor`, as far as the list needs it. */
export interface LogReader {
  watch(run: string, logdir: string): void;
  unwatch(run: string): void;
  summary(run: string): LogSummary | undefined;
  onSummary(listener: (summary: LogSummary) => void): Disposable;
}

export type WatchCheckpoints = (
  logdir: string,
  onChange: (newestFirst: readonly CheckpointFile[]) => void,
) => Disposable;

interface WatchedCheckpoints extends Disposable {
  list: readonly CheckpointFile[];
}

export class RunList implements Disposable {
  readonly #store: RunSource;
  readonly #logs: LogReader;
  readonly #watchCheckpoints: WatchCheckpoints;
  readonly #marks: RunMarks;
  readonly #change = new Emitter<undefined>();
  readonly #progress = new Emitter<TrainingRun>();
  readonly #owned = new DisposableStore();
  /** Run id -> the log folder that is being read for it. */
  readonly #read = new Map<string, string>();
  /** Log folder -> its checkpoints, kept up to date. */
  readonly #checkpoints = new Map<string, WatchedCheckpoints>();
  readonly #unfolded = new Set<string>();
  #foreignLogdirs: readonly string[] = [];
  #isComplete = false;
  #readsAll = false;
  #runs: readonly TrainingRun[] | undefined;

  constructor(store: RunSource, logs: LogReader, watchCheckpoints: WatchCheckpoints, marks: RunMarks) {
    this.#store = store;
    this.#logs = logs;
    this.#watchCheckpoints = watchCheckpoints;
    this.#marks = marks;
    this.#owned.add(
      store.onDidChange(() => {
        this.#refresh();
      }),
    );
    this.#owned.add(
      store.onDidProgress(({ folder }) => {
        this.#progressed(folder);
      }),
    );
    this.#owned.add(
      logs.onSummary(() => {
        this.#changed();
      }),
    );
    this.#refresh();
  }

  /** A run, its log or its checkpoints changed; more than progress. */
  get onDidChange(): Event<unknown> {
    return this.#change.event;
  }

  /** A live run took steps. */
  get onDidProgress(): Event<TrainingRun> {
    return this.#progress.event;
  }

  /** The run that began last comes first; then those of other programs. */
  runs(): readonly TrainingRun[] {
    if (this.#runs === undefined) {
      const own = groupAttempts(this.#store.attempts());
      const groups = [...own, ...this.#foreignGroups(own)];
      this.#runs = groups.map(group => this.#toRun(group, groups));
    }
    return this.#runs;
  }

  /** Any attempt's id finds its run, too. */
  run(id: string): TrainingRun | undefined {
    return this.runs().find(run => run.id === id || run.attempts.some(({ record }) => record.id === id));
  }

  liveRuns(): readonly TrainingRun[] {
    return this.runs().filter(isLiveRun);
  }

  setPlotted(id: string, plotted: boolean): void {
    this.#marks.setPlotted(id, plotted);
    this.#changed();
  }

  /** Log folders that other programs wrote, absolute. `areAll`: false while some are still being looked for. */
  setForeignLogdirs(logdirs: readonly string[], areAll: boolean): void {
    this.#foreignLogdirs = logdirs;
    this.#isComplete = areAll;
    this.#refresh();
  }

  /** While the dashboard is open, the curves of all runs are read; otherwise only what the tree shows. */
  setReadsAll(readsAll: boolean): void {
    this.#readsAll = readsAll;
    this.#refresh();
  }

  setUnfolded(id: string, unfolded: boolean): void {
    if (unfolded) this.#unfolded.add(id);
    else this.#unfolded.delete(id);
    this.#refresh();
  }

  dispose(): void {
    this.#owned.dispose();
    for (const watched of this.#checkpoints.values()) watched.dispose();
    this.#checkpoints.clear();
  }

  #foreignGroups(own: readonly AttemptGroup[]): AttemptGroup[] {
    const ours = new Set(own.map(({ logdir }) => logdir));
    const foreign = this.#foreignLogdirs
      .filter(logdir => !ours.has(logdir))
      .map(logdir => ({ id: foreignId(logdir), name: basename(logdir), logdir, attempts: [] }));
    return tellApart(foreign, own);
  }

  #toRun(group: AttemptGroup, groups: readonly AttemptGroup[]): TrainingRun {
    return {
      ...group,
      summary: this.#logs.summary(group.id) ?? null,
      checkpoints: (group.logdir === null ? undefined : this.#checkpoints.get(group.logdir)?.list) ?? [],
      plotted: this.#marks.isPlotted(group.id),
      series: this.#marks.seriesOf(group.id),
      origin: originOf(group.attempts, groups),
    };
  }

  #refresh(): void {
    this.#runs = undefined;
    const runs = this.runs();
    this.#readLogs(runs);
    this.#followCheckpoints(runs);
    if (this.#isComplete) this.#marks.keepOnly(new Set(runs.map(({ id }) => id)));
    this.#changed();
  }

  #readLogs(runs: readonly TrainingRun[]): void {
    const wanted = new Map<string, string>();
    for (const { id, logdir, attempts } of runs) {
      if (logdir !== null && (this.#readsAll || attempts.length === 0)) wanted.set(id, logdir);
    }
    for (const [id, logdir] of this.#read) {
      if (wanted.get(id) === logdir) continue;
      this.#logs.unwatch(id);
      this.#read.delete(id);
    }
    for (const [id, logdir] of wanted) {
      if (this.#read.has(id)) continue;
      this.#read.set(id, logdir);
      this.#logs.watch(id, logdir);
    }
  }

  #followCheckpoints(runs: readonly TrainingRun[]): void {
    const shown = runs.filter(
      run => isLiveRun(run) || this.#unfolded.has(run.id) || (this.#readsAll && run.plotted),
    );
    const wanted = new Set(shown.flatMap(({ logdir }) => logdir ?? []));
    for (const [logdir, watched] of this.#checkpoints) {
      if (wanted.has(logdir)) continue;
      watched.dispose();
      this.#checkpoints.delete(logdir);
    }
    for (const logdir of wanted) {
      if (!this.#checkpoints.has(logdir)) this.#checkpoints.set(logdir, this.#follow(logdir));
    }
  }

  #follow(logdir: string): WatchedCheckpoints {
    const watched: WatchedCheckpoints = {
      list: [],
      dispose: () => {
        watching.dispose();
      },
    };
    const watching = this.#watchCheckpoints(logdir, list => {
      watched.list = list;
      this.#changed();
    });
    return watched;
  }

  #progressed(folder: string): void {
    this.#runs = undefined;
    const run = this.runs().find(candidate => currentAttempt(candidate)?.folder === folder);
    if (run !== undefined) this.#progress.fire(run);
  }

  #changed(): void {
    this.#runs = undefined;
    this.#change.fire(undefined);
  }
}

function foreignId(logdir: string): string {
  return `log-${createHash('sha256').update(logdir).digest('hex').slice(0, 16)}`;
}
