/**
 * The names that scopes of one pass took, with TensorFlow's rules: a default name that was opened before gets `_1`,
 * `_2`, ...; when a scope is left, what was opened inside it is forgotten, so that entering it again counts anew.
 * Source: `_VariableScopeStore` and `_get_unique_variable_scope` in tensorflow/python/ops/variable_scope.py, and
 * `Graph.unique_name` in tensorflow/python/framework/ops.py.
 */
export class ScopeNames {
  readonly #opened = new Map<string, number>();
  readonly #operations = new Map<string, number>();

  /** `prefix`, or `prefix_1`, ...: the first that no variable scope inside `parent` was opened by. */
  uniqueVariableScope(parent: string, prefix: string): string {
    const isTaken = (name: string): boolean => (this.#opened.get(joinScope(parent, name)) ?? 0) > 0;
    if (!isTaken(prefix)) return prefix;
    let index = 1;
    while (isTaken(`${prefix}_${index}`)) index++;
    return `${prefix}_${index}`;
  }

  openVariableScope(name: string): void {
    this.#opened.set(name, (this.#opened.get(name) ?? 0) + 1);
  }

  closeVariableScope(name: string): void {
    for (const inner of this.#opened.keys()) {
      if (name === '' ? inner !== '' : inner.startsWith(`${name}/`)) this.#opened.set(inner, 0);
    }
  }

  /** Name of an operation (a loss, a summary, a random draw), unique in this pass. */
  uniqueOperation(name: string): string {
    const uses = this.#operations.get(name) ?? 0;
    this.#operations.set(name, uses + 1);
    if (uses === 0) return name;
    let index = uses;
    while (this.#operations.has(`${name}_${index}`)) index++;
    const unique = `${name}_${index}`;
    this.#operations.set(unique, 1);
    return unique;
  }
}

export function joinScope(scope: string, name: string): string {
  return scope === '' ? name : `${scope}/${name}`;
}
