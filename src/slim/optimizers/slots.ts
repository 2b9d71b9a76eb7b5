import { constantInitializer } from '../initializers/constant.ts';
import { currentContext, inContext } from '../scope/graph.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { joinScope } from '../scope/scope-names.ts';
import { variable as makeVariable } from '../variables/make-variable.ts';
import type { SlimVariable } from '../scope/slim-variable.ts';

/** A variable of an optimizer in the running scope: made with one value everywhere, or found in the graph. Not trained, but saved. */
export function optimizerVariable(
  name: string,
  shape: readonly number[],
  initialValue: number,
): SlimVariable {
  const { graph, variableScope } = currentContext();
  const existing = graph.variables.get(joinScope(variableScope, name));
  if (existing !== undefined) return existing;
  const initializer = constantInitializer(initialValue);
  return inContext({ reuse: false }, () =>
    makeVariable(name, {
      shape,
      initializer,
      trainable: false,
      collections: [GraphKeys.GLOBAL_VARIABLES, GraphKeys.OPTIMIZER_VARIABLES],
    }),
  );
}

/**
 * TensorFlow's name of an optimizer's n-th slot of a variable: `conv1/weights/Adam`, `conv1/weights/Adam_1`.
 * Source: `tensorflow/python/training/slot_creator.py`, where unique scope names make the number.
 */
export function slotName(variable: SlimVariable, optimizer: string, index: number): string {
  return `${variable.name}/${optimizer}${index === 0 ? '' : `_${index}`}`;
}
