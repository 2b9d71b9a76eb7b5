import { constantInitializer } from '../initializers/constant.ts';
import { currentContext, inContext } from '../scope/graph.ts';
import type { Graph } from '../scope/graph.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { joinScope } from '../scope/scope-names.ts';
import { variable as makeVariable } from '../variables/make-variable.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';

/**
 * The first of `name`, `name_1`, `name_2`, ... that no variable has in the running scope: so are TensorFlow's slots numbered
 * (`conv1/weights/Adam`, `conv1/weights/Adam_1`), and what two optimizers of a kind have in one graph. Source: unique
 * scopes of `tensorflow/python/training/slot_creator.py`, unique names of operations for what is no slot.
 */
export function freeVariableName(name: string): string {
  const { graph, variableScope } = currentContext();
  const isTaken = (candidate: string): boolean => graph.variables.has(joinScope(variableScope, candidate));
  let free = name;
  for (let index = 1; isTaken(free); index++) free = `${name}_${index}`;
  return free;
}

/** Makes a variable of an optimizer in the running scope, under a free name, with one value everywhere. Not trained, but saved. */
export function makeOptimizerVariable(
  name: string,
  shape: readonly number[],
  initialValue: number,
): SlimVariable {
  const initializer = constantInitializer(initialValue);
  return inContext({ reuse: false }, () =>
    makeVariable(freeVariableName(name), {
      shape,
      initializer,
      trainable: false,
      collections: [GraphKeys.GLOBAL_VARIABLES, GraphKeys.OPTIMIZER_VARIABLES],
    }),
  );
}

/** What one optimizer keeps in each graph that it trains in. It never finds what another one made. */
export class OptimizerVariables {
  readonly #made = new WeakMap<Graph, Map<string, SlimVariable>>();

  /**
   * The variable of that key in the current graph; one that is not there yet is made, in a step as well: a loss may have
   * a gradient for a variable from some batch on only.
   */
  get(key: string, make: () => SlimVariable): SlimVariable {
    const { graph } = currentContext();
    const made = this.#made.get(graph) ?? new Map<string, SlimVariable>();
    this.#made.set(graph, made);
    const variable = made.get(key) ?? inContext({ pass: null }, make);
    made.set(key, variable);
    return variable;
  }
}
