/** A run as the views show it: a log folder, the attempts that trained into it, and what else is known of both. */

import type { CheckpointFile } from '../monitor/checkpoint-watch.ts';
import type { LogSummary } from '../protocol/series.ts';
import type { AttemptGroup } from '../runs/attempt-groups.ts';
import type { Origin } from './run-origin.ts';

/**
 * Without attempts: another program wrote this log folder, whose path its id is made from. Nobody knows whether that
 * program still runs.
 */
export interface TrainingRun extends AttemptGroup {
  readonly summary: LogSummary | null;
  /** Newest first. */
  readonly checkpoints: readonly CheckpointFile[];
  readonly plotted: boolean;
  readonly series: number;
  /** null: it was not warm-started. */
  readonly origin: Origin | null;
}
