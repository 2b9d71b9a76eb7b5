import { getCollection } from '../scope/collection-access.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { compilePythonRegex } from '../../restore/python-regex.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';

/**
 * Selecting variables, to the letter as tf_slim/ops/variables.py does: patterns are regular expressions of Python's
 * dialect, matched from the start of the name with `:0` at its end (`conv1` also selects `conv10/weights`).
 */

export interface VariablesOfScope {
  readonly scope?: string | undefined;
  readonly suffix?: string | undefined;
}

/** Variables of a collection (default: GLOBAL_VARIABLES) whose names begin by the pattern `scope` and end by `suffix`. */
export function getVariables(
  { scope, suffix }: VariablesOfScope = {},
  collection: string = GraphKeys.GLOBAL_VARIABLES,
): SlimVariable[] {
  const ending = suffix === undefined ? undefined : suffix.includes(':') ? suffix : `${suffix}:0`;
  const pattern = ending === undefined ? scope : `${scope ?? ''}.*${ending}`;
  return getCollection(collection as typeof GraphKeys.GLOBAL_VARIABLES, pattern);
}

/** What the model consists of: made by layers or by `modelVariable`. */
export function getModelVariables(selection: VariablesOfScope = {}): SlimVariable[] {
  return getVariables(selection, GraphKeys.MODEL_VARIABLES);
}

export function getTrainableVariables(selection: VariablesOfScope = {}): SlimVariable[] {
  return getVariables(selection, GraphKeys.TRAINABLE_VARIABLES);
}

/** Variables that no checkpoint holds: counts of metrics. */
export function getLocalVariables(selection: VariablesOfScope = {}): SlimVariable[] {
  return getVariables(selection, GraphKeys.LOCAL_VARIABLES);
}

export function getVariablesBySuffix(suffix: string, scope?: string): SlimVariable[] {
  return getVariables({ scope, suffix });
}

/** Variables whose last part is `givenName`: `weights` gives `conv1/weights`, not `conv1/my_weights`. */
export function getVariablesByName(givenName: string, scope?: string): SlimVariable[] {
  return getVariablesBySuffix(`/${givenName}:0|^${givenName}:0`, scope);
}

/** The variable of that full name. Throws when there is none, or when it is only the beginning of several names. */
export function getUniqueVariable(name: string): SlimVariable {
  const candidates = getVariables({ scope: name });
  if (candidates.length === 0) {
    throw new Error(`Couldn't find variable ${name}. There are: ${listNames(getVariables())}.`);
  }
  const exact = candidates.find(candidate => candidate.name === name);
  if (exact === undefined) {
    throw new Error(
      `Variable ${name} does not uniquely identify a variable: ${listNames(candidates)} begin so.`,
    );
  }
  return exact;
}

export interface VariablesToRestore {
  /** Patterns; null stands for all. Default: everything. */
  readonly include?: readonly (string | null)[] | null;
  /** Patterns; what they select is left out. Default: nothing. */
  readonly exclude?: readonly (string | null)[] | null;
}

/**
 * All variables, optimizer slots and the global step among them, or those that `include` selects, without what
 * `exclude` selects. A variable that two patterns of `include` select comes twice, as in TF-Slim.
 */
export function getVariablesToRestore({
  include = null,
  exclude = null,
}: VariablesToRestore = {}): SlimVariable[] {
  const included =
    include === null
      ? getVariables()
      : patternList('include', include).flatMap(scope => getVariables({ scope: scope ?? undefined }));
  if (exclude === null) return included;
  const excluded = new Set(
    patternList('exclude', exclude).flatMap(scope => getVariables({ scope: scope ?? undefined })),
  );
  return included.filter(candidate => !excluded.has(candidate));
}

export interface VariableFilter {
  readonly includePatterns?: readonly string[] | null;
  readonly excludePatterns?: readonly string[] | null;
  /** Whether patterns may match anywhere in the name, not only from its start. Default: true. */
  readonly regSearch?: boolean;
}

/** Those of `variables` that any of `includePatterns` matches (default: all) and none of `excludePatterns`. */
export function filterVariables(
  variables: readonly SlimVariable[],
  { includePatterns = null, excludePatterns = null, regSearch = true }: VariableFilter = {},
): SlimVariable[] {
  const matches = (patterns: readonly string[]): ((candidate: SlimVariable) => boolean) => {
    const compiled = patterns.map(compilePythonRegex);
    return ({ name }) =>
      compiled.some(regex => (regSearch ? regex.search(`${name}:0`) : regex.match(`${name}:0`)));
  };
  const isIncluded = includePatterns === null ? () => true : matches(includePatterns);
  const isExcluded = excludePatterns === null ? () => false : matches(excludePatterns);
  return variables.filter(candidate => isIncluded(candidate) && !isExcluded(candidate));
}

function patternList<T>(name: string, patterns: readonly T[]): readonly T[] {
  const isList: boolean = Array.isArray(patterns);
  if (!isList) {
    throw new TypeError(`${name} is provided but is not a list of patterns: ${JSON.stringify(patterns)}.`);
  }
  return patterns;
}

function listNames(variables: readonly SlimVariable[]): string {
  const names = variables.map(({ name }) => name);
  return names.length <= 8
    ? names.join(', ')
    : `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;
}
