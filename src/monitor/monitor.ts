/** The extension host's side of the monitor: what runs' log folders hold, read by a worker thread. */

import type { Disposable } from 'vscode-jsonrpc';
import type { FromMonitorWorker, MonitorRequests, ToMonitorWorker } from '../protocol/monitor.ts';
import type { LogSummary, SeriesQuery, SeriesWindow } from '../protocol/series.ts';
import { noTags, withTagChange, type HeldTags } from '../protocol/tag-change.ts';
import { SupervisedThread } from '../threads/supervised-thread.ts';

export class Monitor implements Disposable {
  readonly #logdirs = new Map<string, string>();
  readonly #summaries = new Map<string, LogSummary>();
  /** The tags that the thread has told of, by run. */
  readonly #tags = new Map<string, HeldTags>();
  readonly #listeners = new Set<(summary: LogSummary) => void>();
  readonly #thread: SupervisedThread<MonitorRequests, ToMonitorWorker, FromMonitorWorker>;

  /** @param workerPath the bundled worker.ts. The thread starts with the first log to watch. */
  constructor(workerPath: string) {
    this.#thread = new SupervisedThread(
      workerPath,
      { name: 'slim-training monitor', does: 'reads event files' },
      {
        news: message => {
          this.#take(message);
        },
        again: () => {
          // The new one has told of nothing yet.
          this.#tags.clear();
          for (const [run, logdir] of this.#logdirs) this.#thread.tell({ type: 'watch', run, logdir });
        },
        gaveUp: ({ message }) => {
          for (const [run, logdir] of this.#logdirs) this.#report(run, logdir, message);
        },
      },
    );
  }

  /** Follows a run's log folder from now on, whether it is there already or not. */
  watch(run: string, logdir: string): void {
    if (this.#logdirs.get(run) === logdir) return;
    this.#logdirs.set(run, logdir);
    this.#summaries.delete(run);
    this.#tags.delete(run);
    if (this.#thread.hasGivenUp) this.#thread.restart();
    else this.#thread.tell({ type: 'watch', run, logdir });
  }

  unwatch(run: string): void {
    if (!this.#logdirs.delete(run)) return;
    this.#summaries.delete(run);
    this.#tags.delete(run);
    this.#thread.tell({ type: 'unwatch', run });
  }

  /** Called with each new summary of any run. A summary is complete: one that comes late takes the place of several. */
  onSummary(listener: (summary: LogSummary) => void): Disposable {
    this.#listeners.add(listener);
    return {
      dispose: () => {
        this.#listeners.delete(listener);
      },
    };
  }

  summary(run: string): LogSummary | undefined {
    return this.#summaries.get(run);
  }

  /** Rejects when the run is not watched or has no such curve, and when the worker died before it answered. */
  query(query: SeriesQuery): Promise<SeriesWindow> {
    if (!this.#logdirs.has(query.run)) {
      return Promise.reject(new Error(`The run ${query.run} is not watched.`));
    }
    return this.#thread.ask('curve', query);
  }

  dispose(): void {
    this.#thread.dispose();
    this.#listeners.clear();
  }

  #take({ summary: facts, tags: change }: FromMonitorWorker): void {
    const { run } = facts;
    // One of a run that is no longer watched may have been on its way.
    if (!this.#logdirs.has(run)) return;
    const before = this.#tags.get(run) ?? noTags;
    const held = change === null ? before : withTagChange(before, change);
    this.#tags.set(run, held);
    const summary: LogSummary = { ...facts, tags: held.tags };
    this.#summaries.set(run, summary);
    for (const listener of this.#listeners) listener(summary);
    this.#thread.tell({ type: 'summaryTaken', run });
  }

  /** Says at a run that there is no more to come. */
  #report(run: string, logdir: string, message: string): void {
    const known = this.#summaries.get(run);
    const summary: LogSummary = {
      run,
      tags: known?.tags ?? [],
      newestStep: known?.newestStep ?? null,
      newestWallTime: known?.newestWallTime ?? null,
      loading: false,
      problems: [...(known?.problems ?? []), { file: logdir, offset: 0, bytes: 0, message }],
    };
    this.#summaries.set(run, summary);
    for (const listener of this.#listeners) listener(summary);
  }
}
