/** `slim-train run`: trains in this process. */

import { resolve } from 'node:path';
import type { RunOverrides } from '../protocol/training-host.ts';
import { runTraining } from '../trainer/run-training.ts';
import { parseCommandLine, parseNumber } from './command-line.ts';
import { nonEmpty, parseBackend, parseHparams } from './run-options.ts';
import { openForegroundConsole } from './foreground-console.ts';
import { UsageError } from './usage-error.ts';

export const runHelp = `slim-train run SCRIPT [options]

Trains: runs SCRIPT (.ts or .js), which calls slim.learning.train. Ctrl-C saves a checkpoint and ends; run again, it
goes on from there. What is set here takes the place of what the script says.

  --logdir DIR                log folder: event files and checkpoints
  --steps N                   train up to this global step
  --save-interval-secs S      seconds between checkpoints; 0: only the last
  --save-summaries-secs S     seconds between summaries; 0: none
  --hparam NAME=VALUE         a hyperparameter that the script gives to slim.hparams; may be repeated
  --restore FILE              begin with a checkpoint's values, as this restore mapping (NAME.restore.json) says
  --backend native|embedded   default: native where it is installed
  --eager                     run each step operation by operation, never as a graph
  --name NAME                 what the run is called; default: its log folder's name
  --run-folder DIR            folder for run.json and console.log; default: a new one in .slim/runs

Exit code: 0 done or stopped, 1 failed, 2 wrong usage, 130 ended by a second Ctrl-C.
`;

const options = {
  logdir: { type: 'string' },
  steps: { type: 'string' },
  'save-interval-secs': { type: 'string' },
  'save-summaries-secs': { type: 'string' },
  hparam: { type: 'string', multiple: true },
  restore: { type: 'string' },
  backend: { type: 'string' },
  eager: { type: 'boolean' },
  name: { type: 'string' },
  'run-folder': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Resolves to the exit code. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, options);
  if (values.help === true) {
    process.stdout.write(runHelp);
    return 0;
  }
  const [script, ...rest] = positionals;
  if (script === undefined) throw new UsageError('Which script? slim-train run SCRIPT [options]');
  if (rest.length > 0) throw new UsageError(`One script at a time: what is '${rest.join(' ')}'?`);
  const backend = parseBackend(values.backend);
  const request = {
    script: resolve(script),
    cwd: process.cwd(),
    overrides: overridesOf(values),
    command: ['slim-train', 'run', ...args],
    ...(backend === undefined ? {} : { backend }),
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(values['run-folder'] === undefined ? {} : { runFolder: resolve(values['run-folder']) }),
  };
  let closeConsole = (): void => undefined;
  try {
    return await runTraining(request, attempt => {
      closeConsole = openForegroundConsole(attempt);
    });
  } finally {
    closeConsole();
  }
}

type Values = ReturnType<typeof parseCommandLine<typeof options>>['values'];

function overridesOf(values: Values): RunOverrides {
  const steps = values.steps;
  const saveInterval = values['save-interval-secs'];
  const saveSummaries = values['save-summaries-secs'];
  const seconds = (name: string, text: string): number =>
    parseNumber(name, text, { least: 0, integer: false });
  return {
    ...(values.logdir === undefined ? {} : { logdir: resolve(nonEmpty('logdir', values.logdir)) }),
    ...(steps === undefined
      ? {}
      : { numberOfSteps: parseNumber('steps', steps, { least: 1, integer: true }) }),
    ...(saveInterval === undefined ? {} : { saveIntervalSecs: seconds('save-interval-secs', saveInterval) }),
    ...(saveSummaries === undefined
      ? {}
      : { saveSummariesSecs: seconds('save-summaries-secs', saveSummaries) }),
    ...(values.hparam === undefined ? {} : { hparams: parseHparams(values.hparam) }),
    ...(values.eager === undefined ? {} : { eager: values.eager }),
    ...(values.restore === undefined ? {} : { restore: resolve(nonEmpty('restore', values.restore)) }),
  };
}
