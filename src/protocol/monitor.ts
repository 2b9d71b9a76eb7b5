/** Messages between the extension host and the monitor's worker thread. */

import type { LogSummary, SeriesQuery, SeriesWindow } from './series.ts';

export type ToMonitorWorker =
  | { readonly type: 'watch'; readonly run: string; readonly logdir: string }
  | { readonly type: 'unwatch'; readonly run: string }
  | { readonly type: 'query'; readonly id: number; readonly query: SeriesQuery }
  /** The summary of that number was taken in: the next may be sent. */
  | { readonly type: 'summaryTaken'; readonly run: string };

export type FromMonitorWorker =
  | { readonly type: 'summary'; readonly summary: LogSummary }
  | { readonly type: 'series'; readonly id: number; readonly window: SeriesWindow }
  | { readonly type: 'failure'; readonly id: number; readonly message: string };
