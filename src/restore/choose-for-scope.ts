/** What a mapping is to say when its user skips, or restores, all variables of a scope. */

import type { MappingRow } from '../protocol/mapping.ts';
import { chooseAction } from './choose-for-variable.ts';
import type { MappingChange } from './edit-mapping.ts';
import type { RestoreMapping } from './restore-mapping.ts';
import { selectVariables } from './selected-variables.ts';

export interface ScopeChoice {
  /** Ends with a `/`. */
  readonly scope: string;
  readonly action: 'skip' | 'restore';
  /** Those of the scope that are meant. */
  readonly variables: readonly string[];
}

/**
 * A whole scope is skipped by a pattern, which is how TF-Slim says it, and which stays short; a part of one by name.
 *
 * @param own names of the model's variables, without what optimizers keep.
 * @param rows of the plan: what each can get.
 */
export function chooseForScope(
  choice: ScopeChoice,
  mapping: RestoreMapping,
  own: readonly string[],
  rows: readonly MappingRow[],
): MappingChange {
  const meant = new Set(choice.variables);
  const isWhole = own.every(name => !name.startsWith(choice.scope) || meant.has(name));
  const changes =
    choice.action === 'skip' ? skip(choice, mapping, isWhole) : restore(choice, mapping, own, rows);
  return { what: 'several', changes };
}

function skip(
  { scope, variables }: ScopeChoice,
  mapping: RestoreMapping,
  isWhole: boolean,
): readonly MappingChange[] {
  const pattern = patternOf(scope);
  const isThere = mapping.exclude.includes(pattern);
  const exclude: MappingChange = {
    what: 'pattern',
    list: 'exclude',
    index: mapping.exclude.length,
    text: pattern,
  };
  // What the mapping says of a variable by name goes before its patterns.
  const choices = variables.flatMap((variable): MappingChange[] => {
    const before = choiceOf(mapping, variable);
    if (isWhole && before === undefined) return [];
    const isNamed = !isWhole || before?.from !== undefined;
    return [{ what: 'choice', variable, choice: isNamed ? chooseAction(before, 'skip', false) : null }];
  });
  return isWhole && !isThere ? [exclude, ...choices] : choices;
}

/** By the first action that each one's shape allows; what the checkpoint does not have stays as it is. */
function restore(
  { scope, variables }: ScopeChoice,
  mapping: RestoreMapping,
  own: readonly string[],
  rows: readonly MappingRow[],
): readonly MappingChange[] {
  const index = mapping.exclude.indexOf(patternOf(scope));
  const include: MappingChange = { what: 'pattern', list: 'exclude', index, text: null };
  const exclude = mapping.exclude.filter((_, each) => each !== index);
  const { leftOut } = selectVariables(own, { include: mapping.include, exclude });
  const wanted = new Set(variables);
  const choices = rows.flatMap(({ variable, source, action, actions }): MappingChange[] => {
    const [likely = 'skip'] = actions;
    if (variable === null || !wanted.has(variable) || source === null) return [];
    if (action !== 'skip' || likely === 'skip') return [];
    const before = choiceOf(mapping, variable);
    return [{ what: 'choice', variable, choice: chooseAction(before, likely, leftOut.has(variable)) }];
  });
  return index === -1 ? choices : [include, ...choices];
}

/** Patterns are matched from the start of a name. */
function patternOf(scope: string): string {
  return scope.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

function choiceOf(
  { variables }: RestoreMapping,
  name: string,
): RestoreMapping['variables'][string] | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}
