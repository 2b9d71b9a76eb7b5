import { getDefaultGraph } from '../scope/graph.ts';

/**
 * The names of variables without a value. Each gets one when it is made, so these are those whose tensor somebody
 * disposed of.
 *
 * Source: `tf.report_uninitialized_variables`.
 */
export function reportUninitializedVariables(): readonly string[] {
  const variables = [...getDefaultGraph().variables.values()];
  return variables.filter(({ value }) => value.isDisposed).map(({ name }) => name);
}
