/** A plan as code of the library or of TF-Slim, for those who want no mapping file. */

import type { VariableChoice } from './restore-mapping.ts';
import type { RestorePlan, Transfer } from './restore-plan.ts';

export interface ExportedRestore {
  /** The checkpoint, as the code is to name it. */
  readonly checkpoint: string;
  readonly plan: RestorePlan;
}

/** `assignFromCheckpoint`, to go between `createTrainOp` and `train`. */
export function exportTypeScript({ checkpoint, plan }: ExportedRestore): string {
  const choices = plan.transfers.flatMap(transfer => {
    const choice = choiceOf(transfer);
    return choice === null ? [] : [`    ${tsText(transfer.variable)}: ${tsObject(choice)},`];
  });
  const options =
    choices.length === 0
      ? []
      : ['  {', '    choices: {', ...choices.map(line => `  ${line}`), '    },', '  },'];
  return lines([
    "import * as slim from 'slim-training';",
    '',
    '// After createTrainOp and before train; then: train(trainOp, logdir, { initFn })',
    'const initFn = await slim.assignFromCheckpoint(',
    `  ${tsText(checkpoint)},`,
    '  {',
    ...[...bySource(plan.transfers)].map(([source, names]) => {
      const found = names.map(name => `slim.getUniqueVariable(${tsText(name)})`);
      return `    ${tsText(source)}: ${found.length === 1 ? (found[0] ?? '') : `[${found.join(', ')}]`},`;
    }),
    '  },',
    ...options,
    ');',
  ]);
}

/**
 * `assign_from_checkpoint_fn` of tf_slim. It restores each name once, whole and in the same type; the rest is loaded by an
 * `init_fn` around it.
 */
export function exportPython({ checkpoint, plan }: ExportedRestore): string {
  const simple = simpleTransfers(plan);
  const special = plan.transfers.filter(transfer => !simple.has(transfer));
  const restoring = [
    'restore = slim.assign_from_checkpoint_fn(',
    '    checkpoint,',
    '    {',
    ...Array.from(
      simple,
      ({ source, variable }) => `        ${pyText(source)}: variables[${pyText(variable)}],`,
    ),
    '    })',
  ];
  return lines([
    'import tensorflow.compat.v1 as tf',
    'import tf_slim as slim',
    '',
    '# After create_train_op and before train; then: slim.learning.train(train_op, logdir, init_fn=init_fn)',
    `checkpoint = ${pyText(checkpoint)}`,
    'variables = {variable.op.name: variable for variable in slim.get_variables()}',
    ...(simple.size === 0 ? [] : restoring),
    '',
    '',
    'def init_fn(session):',
    ...(simple.size === 0 ? [] : ['    restore(session)']),
    ...(special.length === 0 ? [] : ['    reader = tf.train.load_checkpoint(checkpoint)']),
    ...special.flatMap(loadInPython),
  ]);
}

/** Names in the checkpoint and the model's variables that get their values. */
function bySource(transfers: readonly Transfer[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { source, variable } of transfers) found.set(source, [...(found.get(source) ?? []), variable]);
  return found;
}

/** What the library has to be told, because name and shape do not say it. */
function choiceOf({ arrangement }: Transfer): VariableChoice | null {
  switch (arrangement.kind) {
    case 'rows':
      return { action: 'partial', axis: arrangement.axis, rows: arrangement.rows };
    case 'transposed':
      return { action: 'transpose', axes: arrangement.axes };
    case 'reshaped':
      return { action: 'reshape' };
    case 'whole':
      return null;
  }
}

/** What `assign_from_checkpoint_fn` can do: one variable for each name, in its own type and shape. */
function simpleTransfers({ entries, transfers }: RestorePlan): ReadonlySet<Transfer> {
  const restored = new Set(
    entries.filter(({ outcome }) => outcome === 'restored').map(entry => entry.variable),
  );
  const first = new Map<string, Transfer>();
  for (const transfer of transfers) {
    const isSimple = transfer.arrangement.kind === 'whole' && restored.has(transfer.variable);
    if (isSimple && !first.has(transfer.source)) first.set(transfer.source, transfer);
  }
  return new Set(first.values());
}

/** What a session is fed is cast by TensorFlow. */
function loadInPython({ variable, source, arrangement }: Transfer): string[] {
  const target = `variables[${pyText(variable)}]`;
  const stored = `reader.get_tensor(${pyText(source)})`;
  switch (arrangement.kind) {
    case 'whole':
      return [`    ${target}.load(${stored}, session)`];
    case 'reshaped':
      return [`    ${target}.load(${stored}.reshape(${target}.shape), session)`];
    case 'transposed':
      return [`    ${target}.load(${stored}.transpose(${arrangement.axes.join(', ')}), session)`];
    case 'rows': {
      const at = (from: number, count: number): string =>
        `[${':, '.repeat(arrangement.axis)}${from}:${from + count}]`;
      return [
        `    value = session.run(${target})`,
        ...arrangement.rows.map(
          ({ from, into, count }) => `    value${at(into, count)} = ${stored}${at(from, count)}`,
        ),
        `    ${target}.load(value, session)`,
      ];
    }
  }
}

function tsObject(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(tsObject).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${key}: ${tsObject(each)}`)
      .join(', ')} }`;
  }
  return typeof value === 'string' ? tsText(value) : String(value);
}

/** In single quotes, as both languages read it. */
function tsText(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** JSON's escapes are Python's, too. */
const pyText = tsText;

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
