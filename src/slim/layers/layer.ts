import { addArgScope, type ArgScoped } from '../arg-scope.ts';

/**
 * Makes a layer of a function: its options take defaults from `argScope`.
 *
 * @param name TF-Slim's name of the function: by it `repeat` and `stack` name their scopes.
 */
export function layer<F extends (...args: never[]) => unknown>(name: string, fn: F): F & ArgScoped {
  return addArgScope(Object.defineProperty(fn, 'name', { value: name }));
}
