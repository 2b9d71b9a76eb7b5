import * as tf from '@tensorflow/tfjs';
import { elementCount, type TensorValue } from '../../formats/tensor-value.ts';
import type { RestoreReport } from '../../protocol/restore.ts';
import { planRestore, refusalOf, type StoredVariable } from '../../restore/plan-restore.ts';
import { EMPTY_MAPPING } from '../../restore/restore-mapping.ts';
import { getDefaultGraph } from '../scope/graph.ts';
import { isTensor } from '../scope/tensor-kind.ts';
import { describeVariables } from './model-variables.ts';
import { isNumberArray, isShapedNumbers, toTensorValue } from './number-array.ts';
import type { NumberArray, ShapedNumbers } from './number-array.ts';
import { getVariables } from './select-variables.ts';
import { computeDType } from '../scope/slim-variable.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { writeVariable } from './variable-values.ts';

/** Numbers, in row-major order where they are nested or flat; a tensor; or what files of arrays are read as. */
export type Values = tf.TensorLike | tf.Tensor | NumberArray | ShapedNumbers;

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
 * Values of a file: `assignFromValues(await slim.data.readArrays('weights.mat'))`, or by other names
 * `assignFromValues({ 'fc/weights': arrays.w })`.
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
    for (const { assign } of assignments) assign();
  };
  return Object.assign(assignAll, { report: { from: FROM, entries: plan.entries } });
}

interface Assignment {
  readonly name: string;
  readonly variable: SlimVariable;
  readonly stored: StoredVariable;
  readonly assign: () => void;
}

function assignmentOf(name: string, values: Values): Assignment {
  const variable = variableNamed(name);
  const given = isNumberArray(values) ? { values, shape: [values.length] } : values;
  const assignment = isShapedNumbers(given)
    ? assignmentOfNumbers(variable, toTensorValue(given, name))
    : assignmentOfTensor(variable, given);
  const size = elementCount(assignment.stored.shape);
  if (size !== elementCount(variable.shape)) {
    throw new RangeError(
      `Cannot reshape an array of size ${size} into shape [${variable.shape.join(', ')}] of ${variable.name}.`,
    );
  }
  return { name, variable, ...assignment };
}

type OfVariable = Pick<Assignment, 'stored' | 'assign'>;

function assignmentOfNumbers(variable: SlimVariable, stored: TensorValue): OfVariable {
  const assign = (): void => {
    writeVariable(variable, stored);
  };
  return { stored, assign };
}

function assignmentOfTensor(variable: SlimVariable, values: tf.TensorLike | tf.Tensor): OfVariable {
  const dtype = computeDType(variable.dtype);
  const given = isTensor(values) ? values : tf.tensor(values);
  const data = tf.tidy(() => given.cast(dtype).dataSync().slice());
  const isCast = given === values && given.dtype !== dtype;
  if (given !== values) given.dispose();
  const assign = (): void => {
    tf.tidy(() => {
      variable.value.assign(tf.tensor(data, [...variable.shape], dtype));
    });
  };
  const stored = { dtype: isCast ? given.dtype : variable.dtype, shape: given.shape };
  return { stored, assign };
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
