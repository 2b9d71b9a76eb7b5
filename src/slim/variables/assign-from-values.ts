import * as tf from '@tensorflow/tfjs';
import type { RestoreReport } from '../../protocol/restore.ts';
import { planRestore, refusalOf, type StoredVariable } from '../../restore/plan-restore.ts';
import { EMPTY_MAPPING } from '../../restore/restore-mapping.ts';
import { getDefaultGraph } from '../graph.ts';
import { describeVariables } from './model-variables.ts';
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

const FROM = 'values in memory';

/**
 * Makes a function that sets variables to values in memory, for `train`'s `initFn`. A name may also be the beginning of
 * one variable's name. Values need as many elements as the variable has and take its shape and type.
 *
 * Source: `assign_from_values(_fn)` of tf_slim/ops/variables.py; unlike there, an empty mapping is an error.
 *
 * @throws Error when a name finds no variable, or several, or when the number of elements differs.
 */
export function assignFromValues(valuesByName: Readonly<Record<string, Values>>): ValuesInitFn {
  const assignments = Object.entries(valuesByName).map(([name, values]) => assignmentOf(name, values));
  if (assignments.length === 0) throw new Error('assignFromValues got no values: nothing would be set.');
  const sources = new Map(assignments.map(({ variable, name }) => [variable.name, name]));
  for (const { name, variable } of assignments) {
    const other = sources.get(variable.name);
    if (other !== name)
      throw new Error(`${name} and ${other ?? ''} are both ${variable.name}: give one of them.`);
  }
  const plan = planRestore(
    describeVariables(
      getDefaultGraph(),
      assignments.map(({ variable }) => variable),
    ),
    new Map(assignments.map(({ name, stored }) => [name, stored])),
    { ...EMPTY_MAPPING, variables: Object.fromEntries([...sources].map(([name, from]) => [name, { from }])) },
    { reshape: true },
  );
  const refusal = refusalOf(plan, FROM);
  if (refusal !== null) throw new Error(refusal);
  const assignAll = (): void => {
    for (const { variable, data } of assignments) {
      tf.tidy(() => {
        variable.value.assign(tf.tensor(data, [...variable.shape], computeDType(variable.dtype)));
      });
    }
  };
  return Object.assign(assignAll, { report: { from: FROM, entries: plan.entries } });
}

interface Assignment {
  readonly name: string;
  readonly variable: SlimVariable;
  /** In the variable's type. */
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly stored: StoredVariable;
}

function assignmentOf(name: string, values: Values): Assignment {
  const variable = variableNamed(name);
  const size = variable.shape.reduce((product, length) => product * length, 1);
  const dtype = computeDType(variable.dtype);
  const given = values instanceof tf.Tensor ? values : tf.tensor(values);
  const data = tf.tidy(() => given.cast(dtype).dataSync().slice());
  const isCast = given === values && given.dtype !== dtype;
  if (given !== values) given.dispose();
  if (data.length !== size) {
    throw new RangeError(
      `Cannot reshape an array of size ${data.length} into shape [${variable.shape.join(', ')}] of ${variable.name}.`,
    );
  }
  const stored = { dtype: isCast ? given.dtype : variable.dtype, shape: given.shape };
  return { name, variable, data, stored };
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
