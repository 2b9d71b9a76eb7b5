/** The extension host's side of the monitor: what runs' log folders hold, read by a worker thread. */

import { Worker } from 'node:worker_threads';
import type { FromMonitorWorker, ToMonitorWorker } from '../protocol/monitor.ts';
import { Questions } from '../protocol/questions.ts';
import type { LogSummary, SeriesQuery, SeriesWindow } from '../protocol/series.ts';

export interface Disposable {
  dispose(): void;
}

/** A worker that dies this often in a row, without having answered in between, dies of what it reads. */
const MAX_DEATHS = 3;

export class Monitor implements Disposable {
  readonly #workerPath: string;
  readonly #logdirs = new Map<string, string>();
  readonly #summaries = new Map<string, LogSummary>();
  readonly #listeners = new Set<(summary: LogSummary) => void>();
  readonly #questions = new Questions();
  #worker: Worker | undefined;
  #deaths = 0;
  #disposed = false;

  /** @param workerPath the bundled worker.ts. The thread starts with the first log to watch. */
  constructor(workerPath: string) {
    this.#workerPath = workerPath;
  }

  /** Follows a run's log folder from now on, whether it is there already or not. */
  watch(run: string, logdir: string): void {
    if (this.#logdirs.get(run) === logdir) return;
    this.#logdirs.set(run, logdir);
    this.#summaries.delete(run);
    this.#post({ type: 'watch', run, logdir });
  }

  unwatch(run: string): void {
    if (!this.#logdirs.delete(run)) return;
    this.#summaries.delete(run);
    if (this.#worker !== undefined) this.#post({ type: 'unwatch', run });
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
    return this.#questions.ask(id => {
      this.#post({ type: 'query', id, query });
    });
  }

  dispose(): void {
    this.#disposed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#listeners.clear();
    this.#questions.end(new Error('The monitor was closed.'));
  }

  #post(message: ToMonitorWorker): void {
    if (this.#disposed) return;
    if (this.#worker !== undefined) this.#worker.postMessage(message);
    else if (message.type === 'query') this.#start().postMessage(message);
    else this.#start();
  }

  /** Starts the worker and tells it of all runs. */
  #start(): Worker {
    const worker = new Worker(this.#workerPath, { name: 'slim-training monitor' });
    this.#worker = worker;
    let failure = 'it ended by itself';
    worker.on('message', (message: FromMonitorWorker) => {
      if (worker === this.#worker) this.#receive(message);
    });
    worker.on('error', error => {
      failure = error.message;
    });
    worker.on('exit', () => {
      if (worker === this.#worker) this.#died(failure);
    });
    for (const [run, logdir] of this.#logdirs) worker.postMessage({ type: 'watch', run, logdir });
    return worker;
  }

  #receive(message: FromMonitorWorker): void {
    this.#deaths = 0;
    if (message.type === 'summary') {
      this.#take(message.summary);
      return;
    }
    if (message.type === 'series') this.#questions.answered(message.id, message.window);
    else this.#questions.failed(message.id, message.message);
  }

  #take(summary: LogSummary): void {
    const { run } = summary;
    // One of a run that is no longer watched may have been on its way.
    if (!this.#logdirs.has(run)) return;
    this.#summaries.set(run, summary);
    for (const listener of this.#listeners) listener(summary);
    this.#worker?.postMessage({ type: 'summaryTaken', run } satisfies ToMonitorWorker);
  }

  /** Begins anew with a fresh worker, or says at each run that there is no more to come. */
  #died(failure: string): void {
    this.#worker = undefined;
    this.#deaths++;
    const message = `The thread that reads event files ended: ${failure}.`;
    this.#questions.end(new Error(message));
    if (this.#deaths < MAX_DEATHS) this.#start();
    else for (const [run, logdir] of this.#logdirs) this.#report(run, logdir, message);
  }

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
