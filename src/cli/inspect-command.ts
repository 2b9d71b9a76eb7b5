/** `slim-train inspect`: the variables of a script's model. */

import { resolve } from 'node:path';
import type { ModelVariable } from '../protocol/model-variable.ts';
import { inspectScript } from '../trainer/script/inspect-script.ts';
import { parseCommandLine } from './command-line.ts';
import { overrideOf, overrideOptions, overridesHelp } from './override-options.ts';
import { parseBackend } from './run-options.ts';
import { UsageError } from './usage-error.ts';

export const inspectHelp = `slim-train inspect SCRIPT [options]

Runs SCRIPT up to where it would begin to train, and shows the variables that a checkpoint of it holds. Nothing is trained
and nothing written.

  --json                      as JSON: {"script", "logdir", "variables": [{"name", "shape", "dtype", "trainable", "role",
                              "initializer"}], "files"}; role: model, slot, globalStep or other; files: the script and
                              the modules that it loads
${overridesHelp(['hparams'])}  --backend native|embedded   default: native where it is installed

Exit code: 0, 1 the script failed or does not train, 2 wrong usage.
`;

const options = {
  json: { type: 'boolean' },
  ...overrideOptions(['hparams']),
  backend: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Resolves to the exit code. */
export async function inspectCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, options);
  if (values.help === true) {
    process.stdout.write(inspectHelp);
    return 0;
  }
  const [script, ...rest] = positionals;
  if (script === undefined) throw new UsageError('Which script? slim-train inspect SCRIPT [options]');
  if (rest.length > 0) throw new UsageError(`One script at a time: what is '${rest.join(' ')}'?`);
  const backend = parseBackend(values.backend);
  const path = resolve(script);
  const { variables, logdir, files } = await inspectScript({
    script: path,
    cwd: process.cwd(),
    hparams: overrideOf('hparams', values) ?? {},
    ...(backend === undefined ? {} : { backend }),
  });
  process.stdout.write(
    values.json === true
      ? `${JSON.stringify({ script: path, logdir, variables, files })}\n`
      : table(variables),
  );
  return 0;
}

function table(variables: readonly ModelVariable[]): string {
  const rows = variables.map(({ name, shape, dtype, trainable, role, initializer }) => [
    name,
    `[${shape.join(', ')}]`,
    dtype,
    trainable ? 'trainable' : '',
    ROLES[role],
    initializer ?? '',
  ]);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  const lines = rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.map(line => `${line}\n`).join('');
}

const ROLES: Readonly<Record<ModelVariable['role'], string>> = {
  model: 'model',
  slot: 'slot',
  globalStep: 'step counter',
  other: 'other',
};
