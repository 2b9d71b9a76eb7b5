/** `slim-train exec`: runs any program as a run. */

import { resolve } from 'node:path';
import { keepCommand } from '../trainer/command/keep-command.ts';
import { parseCommandLine } from './command-line.ts';
import { keepInForeground } from './foreground-console.ts';
import { overrideOf, overrideOptions } from './override-options.ts';
import { UsageError } from './usage-error.ts';

export const execHelp = `slim-train exec [options] -- COMMAND [ARG...]

Runs a program, in whatever language, as a run of this folder: listed, followed and stopped like any other, its console
kept. It is told to stop by SIGINT, as Ctrl-C does; a second Ctrl-C kills it. It cannot be paused or told to save.

  --logdir DIR                folder that it writes event files into; the program finds it in SLIM_LOGDIR
  --name NAME                 what the run is called; default: its log folder's name, otherwise the program's
  --run-folder DIR            folder for run.json and console.log; default: a new one in .slim/runs

The program finds the run's id in SLIM_RUN_ID.

Exit code: the program's own; 0 when it was told to stop, 2 wrong usage, 126 it may not be run, 127 there is none,
128 + N ended by signal N, 130 killed by a second Ctrl-C.
`;

const options = {
  ...overrideOptions(['logdir']),
  name: { type: 'string' },
  'run-folder': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = 'slim-train exec [options] -- COMMAND [ARG...]';

/** Resolves to the exit code. */
export async function execCommand(args: readonly string[]): Promise<number> {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const { values, positionals } = parseCommandLine(args.slice(0, end), options);
  if (values.help === true) {
    process.stdout.write(execHelp);
    return 0;
  }
  if (positionals.length > 0)
    throw new UsageError(`The command comes after --, so that its options are its own: ${USAGE}`);
  const [program, ...rest] = args.slice(end + 1);
  if (program === undefined || program === '') throw new UsageError(`Which command? ${USAGE}`);
  const spec = {
    kind: 'command',
    cwd: process.cwd(),
    argv: [program, ...rest],
    logdir: overrideOf('logdir', values) ?? null,
    ...(values.name === undefined ? {} : { name: values.name }),
  } as const;
  const runFolder = values['run-folder'];
  return keepInForeground(onBegin =>
    keepCommand(spec, { onBegin, ...(runFolder === undefined ? {} : { runFolder: resolve(runFolder) }) }),
  );
}
