/** Runs any program as an attempt. */

import { basename } from 'node:path';
import type { CommandSpec } from '../../protocol/run-spec.ts';
import { keepAttempt, type Keeping } from '../attempt/keep-attempt.ts';
import { CommandRun } from './command-run.ts';

/** As {@link keepAttempt}. A program that cannot be started is an attempt that failed. */
export function keepCommand(spec: CommandSpec, keeping: Keeping): Promise<number> {
  const { argv, cwd, logdir } = spec;
  const name = spec.name ?? basename(logdir ?? argv[0]);
  return keepAttempt(
    { name, command: argv, script: null, cwd, logdir, overrides: {} },
    keeping,
    (attempt, ending) => new CommandRun(spec, attempt, ending),
  );
}
