/** Runs a training script as an attempt. */

import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { ScriptSpec } from '../../protocol/run-spec.ts';
import { keepAttempt, type Keeping } from '../attempt/keep-attempt.ts';
import { ScriptRun } from './script-run.ts';

/** As {@link keepAttempt}; rejects when there is no such script, too. @param command for the record */
export async function keepScript(
  spec: ScriptSpec,
  command: readonly string[],
  keeping: Keeping,
): Promise<number> {
  const { script, cwd, overrides } = spec;
  await checkScript(script);
  const logdir = overrides.logdir ?? null;
  const name = spec.name ?? (logdir === null ? basename(script, extname(script)) : basename(logdir));
  return keepAttempt(
    { name, command, script, cwd, logdir, overrides },
    keeping,
    (attempt, ending) => new ScriptRun(spec, attempt, ending),
  );
}

async function checkScript(script: string): Promise<void> {
  const found = await stat(script).catch(() => undefined);
  if (found === undefined) throw new Error(`There is no script ${script}.`);
  if (!found.isFile()) throw new Error(`${script} is a folder: give the script in it that trains.`);
}
