import type * as tf from '@tensorflow/tfjs';
import { inContext } from '../scope/graph.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';
import type { GradientAndVariable, Optimizer, VariableUpdate } from './optimizer.ts';

/** An optimizer whose variables are in a scope: two of them may train the same variables, each with slots of its own. */
export class ScopedOptimizer implements Optimizer {
  readonly name: string;
  readonly #scope: string;
  readonly #optimizer: Optimizer;

  constructor(scope: string, optimizer: Optimizer) {
    this.name = optimizer.name;
    this.#scope = scope;
    this.#optimizer = optimizer;
  }

  createSlots(variables: readonly SlimVariable[]): void {
    this.#inScope(() => {
      this.#optimizer.createSlots(variables);
    });
  }

  applyGradients(
    gradientsAndVariables: readonly GradientAndVariable[],
    globalStep: tf.Scalar,
  ): readonly VariableUpdate[] {
    return this.#inScope(() => this.#optimizer.applyGradients(gradientsAndVariables, globalStep));
  }

  learningRate(globalStep: tf.Scalar): tf.Scalar {
    return this.#optimizer.learningRate(globalStep);
  }

  #inScope<T>(fn: () => T): T {
    return inContext({ variableScope: this.#scope }, fn);
  }
}
