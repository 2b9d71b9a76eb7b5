import { currentContext, inContext } from './graph.ts';
import type { GraphContext, Reuse } from './graph.ts';
import type { ScopeNames } from './scope-names.ts';
import { joinScope } from './scope-names.ts';

export interface VariableScopeOptions {
  /** true: variables are found, not made. 'auto': found, or made. Default: what the scope around says. */
  readonly reuse?: Reuse | undefined;
}

/** The names given so far in the running pass, or in the graph outside of passes. */
function scopeNamesOf(context: GraphContext): ScopeNames {
  return context.pass?.scopeNames ?? context.graph.scopeNames;
}

/**
 * Runs `fn` in a scope in front of the names of variables and operations, and gives it the scope's full name.
 * Semantics of `tf.variable_scope(name, default_name, reuse=...)`: `name` null takes `defaultName`, made unique in this pass
 * (`Conv`, `Conv_1`, ...); `reuse`, once true, holds for all scopes inside.
 */
export function variableScope<T>(
  name: string | null,
  defaultName: string,
  fn: (scope: string) => T,
  options: VariableScopeOptions = {},
): T {
  const context = currentContext();
  const names = scopeNamesOf(context);
  if (name === null && options.reuse === true) {
    throw new Error(
      `reuse: true takes a scope: without a name, '${defaultName}' would be a new scope each time.`,
    );
  }
  const own = name ?? names.uniqueVariableScope(context.variableScope, defaultName);
  const full = joinScope(context.variableScope, own);
  names.openVariableScope(full);
  const inner = {
    variableScope: full,
    reuse: options.reuse === undefined || options.reuse === false ? context.reuse : options.reuse,
    nameScope: names.uniqueOperation(joinScope(context.nameScope, own)),
  };
  try {
    return inContext(inner, () => fn(full));
  } finally {
    names.closeVariableScope(full);
  }
}

/**
 * A name for an operation, unique in this pass: `name` under the scopes that are open, as `tf.name_scope` would make it.
 * By it `getLosses(scope)` finds a loss, summaries get their tag and randomness its seed.
 */
export function operationName(name: string): string {
  const context = currentContext();
  return scopeNamesOf(context).uniqueOperation(joinScope(context.nameScope, name));
}
