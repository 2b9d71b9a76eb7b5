/** Messages between the extension host and the monitor's worker thread. */

import type { LogSummary, SeriesQuery, SeriesWindow } from './series.ts';
import type { TagChange } from './tag-change.ts';

export interface MonitorRequests {
  curve: { readonly ask: SeriesQuery; readonly answer: SeriesWindow };
}

export type ToMonitorWorker =
  | { readonly type: 'watch'; readonly run: string; readonly logdir: string }
  | { readonly type: 'unwatch'; readonly run: string }
  /** The summary of that run was taken in: the next may be sent. */
  | { readonly type: 'summaryTaken'; readonly run: string };

/** A summary of a run's log. Of its tags only what the host has not got yet; null: nothing. */
export interface FromMonitorWorker {
  readonly type: 'summary';
  readonly summary: Omit<LogSummary, 'tags'>;
  readonly tags: TagChange | null;
}
