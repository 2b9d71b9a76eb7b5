/** `slim-train restore`: what a restore mapping comes to, without training. */

import { relative, resolve, sep } from 'node:path';
import { openCheckpoint } from '../formats/checkpoint-reader.ts';
import { isWithin } from '../formats/is-within.ts';
import { exportPython, exportTypeScript } from '../restore/export-code.ts';
import { planRestore } from '../restore/plan-restore.ts';
import { pathInMapping, readRestoreFile } from '../restore/restore-file.ts';
import type { RestorePlan } from '../restore/restore-plan.ts';
import { outcomeCounts, outcomeSentence, reportLines } from '../restore/restore-report.ts';
import { inspectScript } from '../trainer/script/inspect-script.ts';
import { parseCommandLine } from './command-line.ts';
import { overrideOf, overrideOptions, overridesHelp } from './override-options.ts';
import { parseBackend } from './run-options.ts';
import { UsageError } from './usage-error.ts';

export const restoreHelp = `slim-train restore plan FILE [options]
slim-train restore check FILE [options]
slim-train restore export --to ts|python FILE [options]

Asks the script that a restore mapping (NAME.restore.json) names for its variables, and the checkpoint for its own.

  plan      shows what becomes of each variable
  check     shows only what is wrong
  export    prints the same as code: slim.assignFromCheckpoint, or tf_slim's in Python

  --json                      of plan and check: {"checkpoint", "script", "entries", "problems"}
  --script SCRIPT             another script than the mapping's
${overridesHelp(['hparams'])}  --backend native|embedded   default: native where it is installed

Exit code: 0 it can be used, 1 it cannot, 2 wrong usage.
`;

const options = {
  json: { type: 'boolean' },
  to: { type: 'string' },
  script: { type: 'string' },
  ...overrideOptions(['hparams']),
  backend: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseCommandLine<typeof options>>['values'];

/** Resolves to the exit code. */
export async function restoreCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, options);
  if (values.help === true) {
    process.stdout.write(restoreHelp);
    return 0;
  }
  const [action = '', file, ...rest] = positionals;
  if (action !== 'plan' && action !== 'check' && action !== 'export') {
    throw new UsageError(`slim-train restore plan, check or export, not '${action}'.`);
  }
  if (file === undefined) throw new UsageError(`Which mapping? slim-train restore ${action} FILE`);
  if (rest.length > 0) throw new UsageError(`One mapping at a time: what is '${rest.join(' ')}'?`);
  if (action === 'export') {
    const language = parseLanguage(values.to);
    return exportCode(await planOf(resolve(file), values), language);
  }
  if (values.to !== undefined) throw new UsageError('--to belongs to slim-train restore export.');
  return show(await planOf(resolve(file), values), {
    isBrief: action === 'check',
    isJson: values.json === true,
  });
}

interface PlannedFile {
  readonly file: string;
  readonly checkpoint: string;
  readonly script: string;
  readonly plan: RestorePlan;
}

async function planOf(file: string, values: Values): Promise<PlannedFile> {
  const backend = parseBackend(values.backend);
  const hparams = overrideOf('hparams', values) ?? {};
  const { mapping, note } = await readRestoreFile(file);
  if (note !== undefined) process.stderr.write(`${file}: ${note}\n`);
  if (mapping.checkpoint === null)
    throw new Error(`${file} does not say from which "checkpoint" to restore.`);
  if (mapping.script === null && values.script === undefined) {
    throw new Error(`${file} does not say whose model it is for: add "script" to it, or give --script.`);
  }
  const script =
    values.script === undefined ? pathInMapping(file, mapping.script ?? '') : resolve(values.script);
  const checkpoint = await openCheckpoint(pathInMapping(file, mapping.checkpoint));
  try {
    const { variables } = await inspectScript({
      script,
      cwd: process.cwd(),
      hparams,
      ...(backend === undefined ? {} : { backend }),
    });
    const plan = planRestore(variables, checkpoint.variables, mapping);
    return { file, checkpoint: checkpoint.prefix, script, plan };
  } finally {
    await checkpoint.close();
  }
}

function show(
  { file, checkpoint, script, plan }: PlannedFile,
  { isBrief, isJson }: { isBrief: boolean; isJson: boolean },
): number {
  const { entries, problems } = plan;
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ checkpoint, script, entries, problems })}\n`);
  } else if (isBrief) {
    if (problems.length === 0)
      process.stdout.write(`${outcomeSentence(entries)} (${outcomeCounts(entries)})\n`);
  } else {
    process.stdout.write(`${checkpoint} -> ${script}\n\n`);
    for (const line of reportLines(entries)) process.stdout.write(`${line}\n`);
    process.stdout.write(`\n${outcomeSentence(entries)} (${outcomeCounts(entries)})\n`);
  }
  tellProblems(file, plan);
  return problems.length === 0 ? 0 : 1;
}

function exportCode({ file, checkpoint, plan }: PlannedFile, language: 'ts' | 'python'): number {
  tellProblems(file, plan);
  if (plan.problems.length > 0) return 1;
  const here = process.cwd();
  const named = isWithin(here, checkpoint) ? relative(here, checkpoint).split(sep).join('/') : checkpoint;
  const write = language === 'ts' ? exportTypeScript : exportPython;
  process.stdout.write(write({ checkpoint: named, plan }));
  return 0;
}

function tellProblems(file: string, { problems }: RestorePlan): void {
  for (const { message } of problems) process.stderr.write(`${file}: ${message}.\n`);
}

function parseLanguage(text: string | undefined): 'ts' | 'python' {
  if (text === 'ts' || text === 'python') return text;
  throw new UsageError(
    text === undefined ? 'Which language? --to ts or --to python' : `--to is ts or python, not '${text}'.`,
  );
}
