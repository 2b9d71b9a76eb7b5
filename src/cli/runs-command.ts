/** `slim-train runs`: the runs that were started in this folder. */

import { basename } from 'node:path';
import { NumberFormat } from '../protocol/number-format.ts';
import { currentAttempt, groupAttempts, stateOf, type AttemptGroup } from '../runs/attempt-groups.ts';
import { knownLaunchers } from '../runs/launchers/known-launchers.ts';
import { RunStore } from '../runs/run-store.ts';
import { parseCommandLine } from './command-line.ts';
import { UsageError } from './usage-error.ts';

export const runsHelp = `slim-train runs

Lists the runs that were started in this folder, the newest first.
`;

export async function runsCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { help: { type: 'boolean', short: 'h' } });
  if (values.help === true) {
    process.stdout.write(runsHelp);
    return 0;
  }
  if (positionals.length > 0) throw new UsageError(`slim-train runs takes no '${positionals.join(' ')}'.`);
  const store = new RunStore([process.cwd()], knownLaunchers({ path: process.argv[1] ?? '' }));
  await store.start();
  const runs = groupAttempts(store.attempts());
  for (const run of runs) process.stdout.write(`${describe(run)}\n`);
  for (const { message } of store.problems()) process.stderr.write(`${message}\n`);
  if (runs.length === 0) process.stdout.write('No run was started in this folder.\n');
  await store.dispose();
  return 0;
}

function describe(run: AttemptGroup): string {
  const { name, logdir, attempts } = run;
  const numbers = new NumberFormat('en');
  const record = currentAttempt(run)?.record;
  const progress = record?.progress;
  const steps = progress?.numberOfSteps ?? null;
  const parts = [
    name,
    stateOf(run) ?? [],
    progress === undefined
      ? []
      : `step ${numbers.count(progress.step)}${steps === null ? '' : ` / ${numbers.count(steps)}`}`,
    progress === undefined || progress.loss === null ? [] : `loss ${numbers.brief(progress.loss)}`,
    attempts.length === 1 ? [] : `${attempts.length} attempts`,
    record === undefined ? [] : new Date(record.startedAt).toISOString().slice(0, 16).replace('T', ' '),
    record === undefined || record.script === null ? [] : basename(record.script),
    logdir ?? [],
  ];
  return parts.flat().join('  ');
}
