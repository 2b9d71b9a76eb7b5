/** `slim-train run`: trains in this process. */

import { resolve } from 'node:path';
import { keepScript } from '../trainer/script/keep-script.ts';
import { parseCommandLine } from './command-line.ts';
import { keepInForeground } from './foreground-console.ts';
import { overrideOptions, overridesHelp, overridesOf } from './override-options.ts';
import { parseBackend } from './run-options.ts';
import { UsageError } from './usage-error.ts';

export const runHelp = `slim-train run SCRIPT [options]

Trains: runs SCRIPT (.ts or .js), which calls slim.learning.train. Ctrl-C saves a checkpoint and ends; run again, it
goes on from there. What is set here takes the place of what the script says.

${overridesHelp()}  --backend native|embedded   default: native where it is installed
  --name NAME                 what the run is called; default: its log folder's name
  --run-folder DIR            folder for run.json and console.log; default: a new one in .slim/runs

Exit code: 0 done or stopped, 1 failed, 2 wrong usage, 130 ended by a second Ctrl-C.
`;

const options = {
  ...overrideOptions(),
  backend: { type: 'string' },
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
  const spec = {
    kind: 'script',
    cwd: process.cwd(),
    script: resolve(script),
    overrides: overridesOf(values),
    ...(backend === undefined ? {} : { backend }),
    ...(values.name === undefined ? {} : { name: values.name }),
  } as const;
  const runFolder = values['run-folder'];
  return keepInForeground(onBegin =>
    keepScript(spec, ['slim-train', 'run', ...args], {
      onBegin,
      ...(runFolder === undefined ? {} : { runFolder: resolve(runFolder) }),
    }),
  );
}
