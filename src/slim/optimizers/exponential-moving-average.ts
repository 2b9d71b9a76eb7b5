import * as tf from '@tensorflow/tfjs';
import { addToCollection, getCollection } from '../scope/collection-access.ts';
import { currentContext, inContext } from '../scope/graph.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { markPure } from '../scope/update-op.ts';
import type { UpdateOp } from '../scope/update-op.ts';
import { variable as makeVariable } from '../variables/make-variable.ts';
import { getTrainableVariables } from '../variables/select-variables.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import { freeVariableName } from './slots.ts';

export interface ExponentialMovingAverageOptions {
  /** Counts updates, as a rule the global step: the decay is at most (1 + n) / (10 + n), so that it is fast at first. */
  readonly numUpdates?: SlimVariable;
  /** Default 'ExponentialMovingAverage'. */
  readonly name?: string;
}

/**
 * Averages of variables over the steps, for evaluation: `average -= (1 - decay) * (average - variable)`.
 *
 * The averages are variables of the graph, `<variable>/ExponentialMovingAverage`, and saved with it; those of a second one
 * are `<variable>/ExponentialMovingAverage_1`. Source:
 * `tf.compat.v1.train.ExponentialMovingAverage`.
 *
 * @example
 * const average = new slim.train.ExponentialMovingAverage(0.999);
 * slim.addToCollection(slim.GraphKeys.UPDATE_OPS, average.apply());
 * const trainOp = await slim.learning.createTrainOp(totalLoss, optimizer);
 */
export class ExponentialMovingAverage {
  readonly name: string;
  readonly #decay: number;
  readonly #numUpdates: SlimVariable | undefined;
  /** By the variable that each is of: those of another average of the same name are not found. */
  readonly #averages = new WeakMap<SlimVariable, SlimVariable>();

  /** @param decay Within 0..1, near 1 as a rule. */
  constructor(decay: number, options: ExponentialMovingAverageOptions = {}) {
    if (!(decay >= 0 && decay <= 1)) throw new RangeError(`decay must be within 0..1, not ${decay}.`);
    this.name = options.name ?? 'ExponentialMovingAverage';
    this.#decay = decay;
    this.#numUpdates = options.numUpdates;
  }

  /**
   * Makes the averages, with the variables' values of now, or finds those that it has made.
   *
   * @param variables float32. Default: the graph's trainable ones.
   * @returns The op that updates them: add it to `GraphKeys.UPDATE_OPS`.
   */
  apply(variables: readonly SlimVariable[] = getTrainableVariables()): UpdateOp {
    const pairs = variables.map(variable => ({ variable, average: this.#makeAverage(variable) }));
    return markPure(() => {
      tf.tidy(() => {
        const rate = tf.scalar(1).sub(this.#decayNow());
        for (const { variable, average } of pairs) {
          average.value.assign(average.value.sub(average.value.sub(variable.value).mul(rate)));
        }
      });
    });
  }

  /** The average of a variable, undefined when {@link apply} was not called for it. */
  average(variable: SlimVariable): SlimVariable | undefined {
    return this.#averages.get(variable);
  }

  /** The name of a variable's average, whether there is one or not. */
  averageName(variable: SlimVariable): string {
    return this.average(variable)?.name ?? `${variable.name}/${this.name}`;
  }

  /**
   * What to restore of a checkpoint to have the averages as the variables, for `assignFromCheckpoint`: variables by the
   * names that their values have there. Those without an average are under their own names.
   *
   * @param averaged Default: the trainable variables, and those that have an average.
   */
  variablesToRestore(
    averaged: readonly SlimVariable[] = [
      ...getTrainableVariables(),
      ...getCollection(GraphKeys.MOVING_AVERAGE_VARIABLES),
    ],
  ): Record<string, SlimVariable> {
    const names = new Map(averaged.map(variable => [this.averageName(variable), variable]));
    for (const variable of getCollection(GraphKeys.GLOBAL_VARIABLES)) {
      if (!averaged.includes(variable) && !names.has(variable.name)) names.set(variable.name, variable);
    }
    return Object.fromEntries(names);
  }

  #makeAverage(variable: SlimVariable): SlimVariable {
    const { graph, pass } = currentContext();
    // A model's function that makes an average makes it anew in each pass: there it is the name that says which it is.
    const existing = pass === null ? this.average(variable) : graph.variables.get(this.averageName(variable));
    if (existing === undefined) addToCollection(GraphKeys.MOVING_AVERAGE_VARIABLES, variable);
    const average =
      existing ??
      inContext({ variableScope: '', reuse: false }, () =>
        makeVariable(freeVariableName(this.averageName(variable)), {
          initializer: variable.value,
          trainable: false,
        }),
      );
    this.#averages.set(variable, average);
    return average;
  }

  #decayNow(): tf.Scalar {
    const decay = tf.scalar(this.#decay);
    if (this.#numUpdates === undefined) return decay;
    const updates = this.#numUpdates.value.toFloat().asScalar();
    return decay.minimum(updates.add(tf.scalar(1)).div(updates.add(tf.scalar(10))));
  }
}
