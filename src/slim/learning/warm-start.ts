import { basename, relative, resolve } from 'node:path';
import type { RestoreReport } from '../../protocol/restore.ts';
import { installedTrainingHost } from '../../protocol/training-host.ts';
import { checkpointIn, freshFolder } from '../../restore/fresh-log-folder.ts';
import { log } from '../log.ts';
import { assignFromMapping } from '../variables/assign-from-mapping.ts';
import type { InitOp } from './train-options.ts';

/**
 * The `initFn` of a run: that of a restore mapping which whoever started the run has set, otherwise the script's own. What
 * it restores is told to the host.
 *
 * @throws Error when a mapping is set and the log folder holds checkpoints, or when the mapping does not fit.
 */
export async function chooseInitFn(own: InitOp | null, logdir: string | null): Promise<InitOp | null> {
  const mapping = installedTrainingHost()?.overrides.restore;
  if (mapping === undefined) return own === null ? null : reporting(own);
  if (logdir !== null) await refuseUsedFolder(resolve(logdir));
  log(
    `restore = ${mapping}, set by whoever started the run` +
      (own === null ? '.' : " (it takes the place of the script's initFn)."),
  );
  return reporting(await assignFromMapping(mapping));
}

/** A warm start that would not happen, because the run would be resumed, is not what was asked for. */
async function refuseUsedFolder(folder: string): Promise<void> {
  const found = await checkpointIn(folder);
  if (found === undefined) return;
  const fresh = relative(process.cwd(), await freshFolder(folder));
  throw new Error(
    `The log folder ${folder} holds checkpoints (${basename(found)}): training into it would resume, not warm-start. ` +
      `Start into a fresh one: --logdir ${fresh}`,
  );
}

function reporting(initFn: InitOp & { readonly report?: RestoreReport }): InitOp {
  return async () => {
    await initFn();
    if (initFn.report !== undefined) installedTrainingHost()?.onRestore?.(initFn.report);
  };
}
