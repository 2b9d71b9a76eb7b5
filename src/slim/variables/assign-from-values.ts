import * as tf from '@tensorflow/tfjs';
import type { RestoreReport } from '../../protocol/restore.ts';
import { getVariables } from './select-variables.ts';
import { computeDType } from './slim-variable.ts';
import type { SlimVariable } from './slim-variable.ts';

/** Numbers, in row-major order where they are nested or flat. */
export type Values = tf.TensorLike | tf.Tensor;

/** For the option `initFn` of `train`: sets variables when it is run. */
export interface ValuesInitFn {
  (): void;
  readonly report: RestoreReport;
}

/**
 * Makes a function that sets variables to values in memory, for `train`'s `initFn`. A name may also be the beginning of
 * one variable's name. Values need as many elements as the variable has and take its shape and type.
 *
 * Source: `assign_from_values(_fn)` of tf_slim/ops/variables.py; unlike there, an empty mapping is an error.
 *
 * @throws Error when a name finds no variable, or several, or when the number of elements differs.
 */
export function assignFromValues(valuesByName: Readonly<Record<string, Values>>): ValuesInitFn {
  const assignments = Object.entries(valuesByName).map(([name, values]) => {
    const variable = variableNamed(name);
    const data = tf.tidy(() => tf.cast(values, computeDType(variable.dtype)).dataSync().slice());
    const size = variable.shape.reduce((product, length) => product * length, 1);
    if (data.length !== size) {
      throw new RangeError(
        `Cannot reshape an array of size ${data.length} into shape [${variable.shape.join(', ')}] of ${variable.name}.`,
      );
    }
    return { name, variable, data };
  });
  if (assignments.length === 0) throw new Error('assignFromValues got no values: nothing would be set.');
  const entries = assignments.map(({ name, variable }) => ({
    variable: variable.name,
    source: name,
    outcome: 'restored' as const,
  }));
  const assignAll = (): void => {
    for (const { variable, data } of assignments) {
      tf.tidy(() => {
        variable.value.assign(tf.tensor(data, [...variable.shape], computeDType(variable.dtype)));
      });
    }
  };
  return Object.assign(assignAll, { report: { from: 'values in memory', entries } });
}

function variableNamed(name: string): SlimVariable {
  const candidates = getVariables({ scope: name });
  const [first] = candidates;
  if (first === undefined) {
    throw new Error(
      `Variable ${name} wasn't found. There are: ${getVariables()
        .map(each => each.name)
        .join(', ')}.`,
    );
  }
  const found = candidates.length === 1 ? first : candidates.find(candidate => candidate.name === name);
  if (found === undefined) {
    throw new Error(
      `Variable ${name} doesn't uniquely identify a variable: ${candidates.map(each => each.name).join(', ')} begin so.`,
    );
  }
  return found;
}
