import * as tf from '@tensorflow/tfjs';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { hyperParameter } from './hyper-parameter.ts';
import type { GradientAndVariable, HyperParameter, Optimizer, VariableUpdate } from './optimizer.ts';
import { OptimizerVariables, makeOptimizerVariable } from './slots.ts';

/** What an update rule computes with. All of one shape but `learningRate` (float32) and `globalStep` (int32), scalars. */
export interface UpdateInputs {
  readonly variable: tf.Tensor;
  readonly gradient: tf.Tensor;
  readonly learningRate: tf.Scalar;
  /** Before the step. */
  readonly globalStep: tf.Scalar;
}

export interface OptimizerOptions {
  /** What its slots are called: `<variable>/NAME`. Default: TensorFlow's name of the optimizer. */
  readonly name?: string;
}

/** 1 - value, subtracted in float32 as TensorFlow's kernels do: 1 - 0.999 is 0.00099998713 there. */
export function oneMinus(value: number): tf.Scalar {
  return tf.scalar(1 - Math.fround(value));
}

/**
 * An optimizer that treats each variable alone: a rule gives the new value of a variable and of its slots from the old
 * ones and the gradient.
 *
 * A sparse gradient leaves the rows that it does not name as they were, their slots too, like TensorFlow's
 * `ResourceSparseApply...` kernels. Where rows with a gradient of 0 do not change anyway, or TensorFlow changes them,
 * {@link updatesAllRows} spares the masking.
 */
export abstract class SlotOptimizer implements Optimizer {
  readonly name: string;
  readonly #rate: HyperParameter;
  readonly #slotInitialValues: readonly number[];
  readonly #variables = new OptimizerVariables();
  /** Whether a sparse gradient is applied as a dense one. */
  protected readonly updatesAllRows: boolean = false;

  /** @param slotInitialValues One for each slot of a variable. */
  constructor(name: string, learningRate: HyperParameter, slotInitialValues: readonly number[] = []) {
    if (typeof learningRate === 'number' && !Number.isFinite(learningRate)) {
      throw new RangeError(
        `The learning rate of the ${name} optimizer must be a finite number, not ${learningRate}.`,
      );
    }
    if (name === '') throw new RangeError("An optimizer's name cannot be empty: its slots are called by it.");
    this.name = name;
    this.#rate = learningRate;
    this.#slotInitialValues = slotInitialValues;
  }

  createSlots(variables: readonly SlimVariable[]): void {
    for (const variable of variables) this.#slotsOf(variable);
  }

  learningRate(globalStep: tf.Scalar): tf.Scalar {
    return hyperParameter(this.#rate, globalStep);
  }

  applyGradients(
    gradientsAndVariables: readonly GradientAndVariable[],
    globalStep: tf.Scalar,
  ): readonly VariableUpdate[] {
    const learningRate = this.learningRate(globalStep);
    return gradientsAndVariables.flatMap(({ gradient, variable, slices }) => {
      if (gradient === null) return [];
      const states = [variable, ...this.#slotsOf(variable)];
      const [value, ...slots] = states.map(state => state.value);
      if (value === undefined) return [];
      const updated = this.update({ variable: value, gradient, learningRate, globalStep }, slots);
      return states.flatMap((state, i) => {
        const next = updated[i];
        if (next === undefined) return [];
        const isMasked = slices !== undefined && !this.updatesAllRows;
        return [{ variable: state, value: isMasked ? onlyRows(slices.rows, next, state.value) : next }];
      });
    });
  }

  /** The new values of the variable and of its slots, in their order. */
  protected abstract update(inputs: UpdateInputs, slots: readonly tf.Tensor[]): readonly tf.Tensor[];

  /** A scalar that the optimizer keeps for all variables together. */
  protected scalarOf(name: string, initialValue: number): SlimVariable {
    return this.#variables.get(name, () => makeOptimizerVariable(name, [], initialValue));
  }

  #slotsOf(variable: SlimVariable): SlimVariable[] {
    return this.#slotInitialValues.map((initialValue, index) =>
      this.#variables.get(`${variable.name}/${index}`, () =>
        makeOptimizerVariable(`${variable.name}/${this.name}`, variable.shape, initialValue),
      ),
    );
  }
}

/** `updated` in the given rows of the first axis, `old` in the others. */
function onlyRows(rows: tf.Tensor1D, updated: tf.Tensor, old: tf.Tensor): tf.Tensor {
  const [height = 0, ...rest] = old.shape;
  const named = tf.scatterND(rows.expandDims(1), tf.onesLike(rows).toFloat(), [height]).greater(tf.scalar(0));
  return tf.where(named.reshape([height, ...rest.map(() => 1)]), updated, old);
}
