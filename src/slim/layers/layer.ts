import {
  addArgScope,
  type ArgScoped,
  type NoOtherNames,
  type OptionNames,
  type OptionsOf,
} from '../scope/arg-scope.ts';

/**
 * Makes a layer of a function: its options take defaults from `argScope`.
 *
 * @param name TF-Slim's name of the function: by it `repeat` and `stack` name their scopes.
 * @param optionNames All names of the function's options: see {@link addArgScope}.
 */
export function layer<F extends (...args: never[]) => unknown, N extends OptionNames<OptionsOf<F>>>(
  name: string,
  optionNames: N & NoOtherNames<N, OptionsOf<F>>,
  fn: F,
): F & ArgScoped {
  return addArgScope(Object.defineProperty(fn, 'name', { value: name }), optionNames);
}
