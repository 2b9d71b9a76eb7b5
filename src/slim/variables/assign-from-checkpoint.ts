import { EMPTY_MAPPING, type RestoreMapping, type VariableChoice } from '../../restore/restore-mapping.ts';
import { restoreInitFn, type RestoreInitFn } from './restore-variables.ts';
import { SlimVariable } from '../scope/slim-variable.ts';

export interface AssignFromCheckpointOptions {
  /** Leave variables that the checkpoint does not have as they are initialized. Default: false, an error. */
  readonly ignoreMissingVars?: boolean;
  /** Take values of another shape with as many elements, in row-major order. Default: false, an error. */
  readonly reshapeVariables?: boolean;
  /** What to do with single variables, by name, as a restore mapping says it: `{ logits: { action: 'partial' } }`. */
  readonly choices?: Readonly<Record<string, Omit<VariableChoice, 'from'>>>;
}

/** Name in the checkpoint -> the variable or variables that get its value. */
export type VariableMapping = Readonly<Record<string, SlimVariable | readonly SlimVariable[]>>;

/**
 * Makes a function that sets variables to what a checkpoint holds, for `train`'s `initFn`. The checkpoint's names and shapes
 * are checked here, its values are read when the function is run.
 *
 * Source: `assign_from_checkpoint(_fn)` of tf_slim/ops/variables.py. Unlike there: optimizer slots and the global step in a
 * list are left out (map them by name to have them), another type is cast, and restoring nothing at all is an error.
 *
 * @param path Path of a checkpoint (for TensorFlow's: without `.index`), or a log folder: then its newest sound one.
 * @throws Error naming the variables that the checkpoint does not have, with those most like them, or whose shape differs.
 */
export function assignFromCheckpoint(
  path: string,
  variables: readonly SlimVariable[] | VariableMapping,
  { ignoreMissingVars = false, reshapeVariables = false, choices = {} }: AssignFromCheckpointOptions = {},
): Promise<RestoreInitFn> {
  const pairs = isList(variables) ? [] : pairsOf(variables);
  const targets = isList(variables) ? variables : pairs.map(({ variable }) => variable);
  const mapping: RestoreMapping = {
    ...EMPTY_MAPPING,
    strict: !ignoreMissingVars,
    variables: {
      ...choices,
      ...Object.fromEntries(
        pairs.map(({ from, variable }) => [variable.name, { ...choices[variable.name], from }]),
      ),
    },
  };
  const options = { ignoreMissing: ignoreMissingVars, reshape: reshapeVariables };
  return restoreInitFn(path, [...new Set(targets)], mapping, options);
}

function pairsOf(variables: VariableMapping): { from: string; variable: SlimVariable }[] {
  return Object.entries(variables).flatMap(([from, targets]) =>
    (targets instanceof SlimVariable ? [targets] : targets).map(variable => ({ from, variable })),
  );
}

function isList(variables: readonly SlimVariable[] | VariableMapping): variables is readonly SlimVariable[] {
  return Array.isArray(variables);
}
