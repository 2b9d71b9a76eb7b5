import { openCheckpoint } from '../../formats/checkpoint-reader.ts';
import { readAhead } from '../../formats/read-ahead.ts';
import type { RestoreReport } from '../../protocol/restore.ts';
import { planRestore, refusalOf, type PlanOptions } from '../../restore/plan-restore.ts';
import type { RestoreMapping } from '../../restore/restore-mapping.ts';
import { consoleReport } from '../../restore/restore-report.ts';
import type { Transfer } from '../../restore/restore-plan.ts';
import { getDefaultGraph } from '../scope/graph.ts';
import { log } from '../log.ts';
import { describeVariables } from './model-variables.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { writeVariable } from './variable-values.ts';

/** For the option `initFn` of `train`: sets variables when it is run. */
export interface RestoreInitFn {
  (): Promise<void>;
  /** What becomes of each variable. */
  readonly report: RestoreReport;
}

/**
 * Makes a function that sets variables as a mapping says. Names and shapes are checked here, the checkpoint's values are
 * read when the function is run.
 *
 * @param path Path of a checkpoint, or a log folder: then its newest sound one.
 * @throws Error saying all that does not fit, or that nothing would be restored.
 */
export async function restoreInitFn(
  path: string,
  variables: readonly SlimVariable[],
  mapping: RestoreMapping,
  options: PlanOptions = {},
): Promise<RestoreInitFn> {
  const checkpoint = await openCheckpoint(path);
  const from = checkpoint.prefix;
  try {
    const model = describeVariables(getDefaultGraph(), variables);
    const plan = planRestore(model, checkpoint.variables, mapping, options);
    const refusal = refusalOf(plan, from);
    if (refusal !== null) throw new Error(refusal);
    const report = { from, entries: plan.entries };
    return Object.assign(() => restore(variables, plan.transfers, report), { report });
  } finally {
    await checkpoint.close();
  }
}

async function restore(
  variables: readonly SlimVariable[],
  transfers: readonly Transfer[],
  { from, entries }: RestoreReport,
): Promise<void> {
  log(`Restoring parameters from ${from}`);
  const byName = new Map(variables.map(variable => [variable.name, variable]));
  const checkpoint = await openCheckpoint(from);
  try {
    for await (const [transfer, value] of readAhead(checkpoint, transfers, ({ source }) => source)) {
      const target = byName.get(transfer.variable);
      if (target !== undefined) writeVariable(target, value, transfer.arrangement);
    }
  } finally {
    await checkpoint.close();
  }
  for (const line of consoleReport(entries)) log(line);
}
