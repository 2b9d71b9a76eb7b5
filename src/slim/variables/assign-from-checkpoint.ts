import { stat } from 'node:fs/promises';
import { openCheckpoint } from '../../formats/checkpoint-reader.ts';
import { newestSoundCheckpoint } from '../../formats/checkpoint-state.ts';
import type { Checkpoint, CheckpointVariable } from '../../formats/checkpoint.ts';
import { elementCount } from '../../formats/tensor-value.ts';
import type { RestoreEntry, RestoreReport } from '../../protocol/restore.ts';
import { getDefaultGraph } from '../graph.ts';
import { GraphKeys } from '../graph-keys.ts';
import { log } from '../log.ts';
import { nearestNames } from './nearest-names.ts';
import { SlimVariable } from './slim-variable.ts';
import { writeVariable } from './variable-values.ts';

export interface AssignFromCheckpointOptions {
  /** Leave variables that the checkpoint does not have as they are initialized. Default: false, an error. */
  readonly ignoreMissingVars?: boolean;
  /** Take values of another shape with as many elements, in row-major order. Default: false, an error. */
  readonly reshapeVariables?: boolean;
}

/** Name in the checkpoint -> the variable or variables that get its value. */
export type VariableMapping = Readonly<Record<string, SlimVariable | readonly SlimVariable[]>>;

/** For the option `initFn` of `train`: sets variables when it is run. */
export interface RestoreInitFn {
  (): Promise<void>;
  /** What becomes of each variable. */
  readonly report: RestoreReport;
}

interface Assignment {
  readonly source: string;
  readonly variable: SlimVariable;
  readonly stored: CheckpointVariable;
}

/**
 * Makes a function that sets variables to what a checkpoint holds, for `train`'s `initFn`. The checkpoint's names and shapes
 * are checked here, its values are read when the function is run.
 *
 * Source: `assign_from_checkpoint(_fn)` of tf_slim/ops/variables.py. Unlike there: optimizer slots and the global step in a
 * list are left out (map them by name to have them), another type is cast, and restoring nothing at all is an error.
 *
 * @param path Path prefix of a checkpoint, or a log folder: then its newest sound one.
 * @throws Error naming the variables that the checkpoint does not have, with those most like them, or whose shape differs.
 */
export async function assignFromCheckpoint(
  path: string,
  variables: readonly SlimVariable[] | VariableMapping,
  options: AssignFromCheckpointOptions = {},
): Promise<RestoreInitFn> {
  const prefix = await checkpointAt(path);
  const { wanted, skipped } = selectWanted(variables);
  const checkpoint = await openCheckpoint(prefix);
  try {
    const assignments = assignmentsOf(checkpoint, wanted, options);
    const report = { from: prefix, entries: entriesOf(checkpoint, wanted, assignments, skipped) };
    if (assignments.length === 0) {
      throw new Error(
        `Nothing would be restored from ${prefix}: none of the variables asked for is to be had from it.`,
      );
    }
    return Object.assign(() => restore(prefix, assignments, report), { report });
  } finally {
    await checkpoint.close();
  }
}

interface Wanted {
  readonly source: string;
  readonly variable: SlimVariable;
}

async function checkpointAt(path: string): Promise<string> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  if (!isFolder) return path;
  const { newest, damaged } = await newestSoundCheckpoint(path);
  if (newest !== undefined) return newest.prefix;
  const reasons = damaged.map(({ reason }) => reason).join('; ');
  throw new Error(
    `The folder ${path} holds no checkpoint${reasons === '' ? '' : ` that is sound: ${reasons}`}.`,
  );
}

function selectWanted(variables: readonly SlimVariable[] | VariableMapping): {
  wanted: readonly Wanted[];
  skipped: readonly SlimVariable[];
} {
  if (!isList(variables)) {
    const wanted = Object.entries(variables).flatMap(([source, targets]) =>
      (targets instanceof SlimVariable ? [targets] : targets).map(variable => ({ source, variable })),
    );
    return { wanted, skipped: [] };
  }
  const { collections } = getDefaultGraph();
  const leftOut = new Set([
    ...collections.get(GraphKeys.OPTIMIZER_VARIABLES),
    ...collections.get(GraphKeys.GLOBAL_STEP),
  ]);
  const unique = [...new Set(variables)];
  return {
    wanted: unique.filter(each => !leftOut.has(each)).map(variable => ({ source: variable.name, variable })),
    skipped: unique.filter(each => leftOut.has(each)),
  };
}

function isList(variables: readonly SlimVariable[] | VariableMapping): variables is readonly SlimVariable[] {
  return Array.isArray(variables);
}

function assignmentsOf(
  checkpoint: Checkpoint,
  wanted: readonly Wanted[],
  { ignoreMissingVars = false, reshapeVariables = false }: AssignFromCheckpointOptions,
): Assignment[] {
  const problems: string[] = [];
  const assignments = wanted.flatMap(({ source, variable }) => {
    const stored = checkpoint.variables.get(source);
    if (stored === undefined) {
      const near = nearestNames(source, checkpoint.variables.keys());
      const meant = near.length === 0 ? '' : ` (it has ${near.join(', ')})`;
      if (!ignoreMissingVars) problems.push(`it is missing the variable ${source}${meant}`);
      return [];
    }
    const fits = reshapeVariables
      ? elementCount(stored.shape) === elementCount(variable.shape)
      : shapeText(stored) === shapeText(variable);
    if (!fits) {
      problems.push(
        `${source} has shape ${shapeText(stored)} there, ${variable.name} has ${shapeText(variable)}`,
      );
    }
    return [{ source, variable, stored }];
  });
  if (problems.length > 0)
    throw new Error(`The checkpoint ${checkpoint.prefix} does not fit: ${problems.join('; ')}.`);
  return assignments;
}

function entriesOf(
  checkpoint: Checkpoint,
  wanted: readonly Wanted[],
  assignments: readonly Assignment[],
  skipped: readonly SlimVariable[],
): RestoreEntry[] {
  const assigned = new Map(assignments.map(assignment => [assignment.variable, assignment]));
  const used = new Set(wanted.map(({ source }) => source));
  return [
    ...wanted.map(({ source, variable }): RestoreEntry => {
      const found = assigned.get(variable);
      if (found === undefined) return { variable: variable.name, source: null, outcome: 'initialized' };
      return { variable: variable.name, source, ...howRestored(found) };
    }),
    ...skipped.map(({ name }): RestoreEntry => {
      const source = checkpoint.variables.has(name) ? name : null;
      used.add(name);
      return {
        variable: name,
        source,
        outcome: 'skipped',
        detail: 'state of the optimizer or global step: map it by name',
      };
    }),
    ...[...checkpoint.variables.keys()]
      .filter(name => !used.has(name))
      .map((name): RestoreEntry => ({ variable: null, source: name, outcome: 'unused' })),
  ];
}

function howRestored({ variable, stored }: Assignment): Pick<RestoreEntry, 'outcome' | 'detail'> {
  const reshaped = shapeText(stored) === shapeText(variable) ? [] : [`from shape ${shapeText(stored)}`];
  const cast = stored.dtype === variable.dtype ? [] : [`from ${stored.dtype}`];
  const detail = [...cast, ...reshaped].join(', ');
  return { outcome: cast.length > 0 ? 'cast' : 'restored', ...(detail === '' ? {} : { detail }) };
}

async function restore(
  prefix: string,
  assignments: readonly Assignment[],
  report: RestoreReport,
): Promise<void> {
  log(`Restoring parameters from ${prefix}`);
  const checkpoint = await openCheckpoint(prefix);
  try {
    for (const { source, variable } of assignments) writeVariable(variable, await checkpoint.read(source));
  } finally {
    await checkpoint.close();
  }
  const counts = new Map<string, number>();
  for (const { outcome } of report.entries) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  log(`Variables: ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}.`);
}

function shapeText({ shape }: { readonly shape: readonly number[] }): string {
  return `[${shape.join(', ')}]`;
}
