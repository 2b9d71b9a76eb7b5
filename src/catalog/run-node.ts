/** A row of the run view, as the commands get it that are used on one. */

import type { RunList } from './run-list.ts';
import type { TrainingRun } from './training-run.ts';

export type RunNode =
  | { readonly kind: 'run'; readonly run: string }
  | { readonly kind: 'checkpoint'; readonly run: string; readonly prefix: string };

export function isRunNode(value: unknown): value is RunNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'run' in value;
}

/** The run of that row; undefined when the command was not used on a row, or the run is gone. */
export function chosenRun(list: Pick<RunList, 'run'>, node: unknown): TrainingRun | undefined {
  return isRunNode(node) ? list.run(node.run) : undefined;
}
