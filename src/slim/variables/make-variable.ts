import * as tf from '@tensorflow/tfjs';
import { addArgScope, type OptionNames } from '../scope/arg-scope.ts';
import { makeOwnVariable } from '../scope/bare-variables.ts';
import { addToCollection, nameTensor } from '../scope/collection-access.ts';
import { currentContext } from '../scope/graph.ts';
import type { GraphContext } from '../scope/graph.ts';
import { GraphKeys } from '../scope/graph-keys.ts';
import { joinScope } from '../scope/scope-names.ts';
import { operationSeed } from '../random/operation-seed.ts';
import { glorotUniform } from '../random/glorot-uniform.ts';
import { nearestNames } from '../../restore/nearest-names.ts';
import { SlimVariable, computeDType } from '../scope/slim-variable.ts';
import type { Initializer, Regularizer, VariableDType } from '../scope/slim-variable.ts';

export interface VariableOptions {
  /** May be left out where the variable is there already, or where `initializer` is a tensor. */
  readonly shape?: readonly number[] | undefined;
  /** Default: 'float32'. */
  readonly dtype?: VariableDType | undefined;
  /** A function, or the very values. Default: TensorFlow's, Glorot uniform; zeros for integers and booleans. */
  readonly initializer?: Initializer | tf.Tensor | undefined;
  /** Its penalty goes to REGULARIZATION_LOSSES once a pass. */
  readonly regularizer?: Regularizer | null | undefined;
  /** Default: true. */
  readonly trainable?: boolean | undefined;
  /** Collections to add it to. Default: GLOBAL_VARIABLES. TRAINABLE_VARIABLES comes by `trainable`. */
  readonly collections?: readonly string[] | null | undefined;
}

const VARIABLE_OPTIONS = {
  shape: true,
  dtype: true,
  initializer: true,
  regularizer: true,
  trainable: true,
  collections: true,
} satisfies OptionNames<VariableOptions>;

/**
 * Makes the variable `name` in the running variable scope, or finds it: in a pass every variable is asked for anew.
 * Semantics of TF-Slim's `variable` on `tf.get_variable`; its options take defaults from `argScope`.
 *
 * @throws Error when the variable is asked for twice in one pass without `reuse`, when a pass that may not make variables
 * asks for a new one, and when shape or dtype are not those it was made with.
 */
export const variable = addArgScope(function variable(name: string, options?: VariableOptions): SlimVariable {
  return makeOrFind(name, options ?? {});
}, VARIABLE_OPTIONS);

/** As {@link variable}, in MODEL_VARIABLES as well: what a trained model is made of. */
export const modelVariable = addArgScope(function modelVariable(
  name: string,
  options?: VariableOptions,
): SlimVariable {
  const own = options?.collections ?? [];
  const collections = [...own, GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES];
  return makeOrFind(name, { ...options, collections });
}, VARIABLE_OPTIONS);

/** As {@link variable}, but neither saved nor trained: in LOCAL_VARIABLES only. */
export function localVariable(name: string, options: VariableOptions = {}): SlimVariable {
  return makeOrFind(name, { ...options, trainable: false, collections: [GraphKeys.LOCAL_VARIABLES] });
}

/** Adds a variable that was made otherwise to MODEL_VARIABLES. */
export function addModelVariable(added: SlimVariable): void {
  addToCollection(GraphKeys.MODEL_VARIABLES, added);
}

function makeOrFind(name: string, options: VariableOptions): SlimVariable {
  const context = currentContext();
  const fullName = joinScope(context.variableScope, name);
  const existing = context.graph.variables.get(fullName);
  const wasRequested = noteRequest(context, fullName, existing);
  if (context.reuse === true && existing === undefined) {
    throw new Error(
      `Variable ${fullName} does not exist, and the scope ${scopeText(context)} only reuses (reuse: true). ` +
        `Nearest: ${nearestNames(fullName, context.graph.variables.keys()).join(', ')}. To make it, leave reuse out there.`,
    );
  }
  if (wasRequested && context.reuse === false) {
    throw new Error(
      `Variable ${fullName} already exists: the scope ${scopeText(context)} was entered twice. ` +
        `Give it another name, or reuse: true to share its variables.`,
    );
  }
  const found = existing ?? makeVariable(context, fullName, options);
  if (existing !== undefined) checkSame(existing, options);
  if (!wasRequested) addRegularizationLoss(found, options.regularizer ?? null);
  return found;
}

/** Whether the variable was asked for before in this pass (outside of passes: ever), noting that it is now. */
function noteRequest({ pass }: GraphContext, name: string, existing: SlimVariable | undefined): boolean {
  if (pass === null) return existing !== undefined;
  const wasRequested = pass.requested.has(name);
  pass.requested.add(name);
  return wasRequested;
}

function makeVariable(context: GraphContext, name: string, options: VariableOptions): SlimVariable {
  const { graph, pass } = context;
  if (pass !== null && pass.kind !== 'build') {
    throw new Error(
      `Variable ${name} was not made when the model was built, so this run of it cannot ask for it. ` +
        `The function given to defineLoss has to ask for the same variables each time: check what it branches on, and its scopes.`,
    );
  }
  const dtype = options.dtype ?? 'float32';
  const trainable = options.trainable ?? true;
  const value = tf.tidy(() => {
    const initial = initialValue(context, name, dtype, options);
    return makeOwnVariable(initial.cast(computeDType(dtype)), trainable);
  });
  const made = new SlimVariable(name, dtype, trainable, value);
  initializers.set(made, {
    name: nameOfInitializer(options, dtype),
    make: () => initialValue(context, name, dtype, options),
  });
  graph.variables.set(name, made);
  const collections = new Set(options.collections ?? [GraphKeys.GLOBAL_VARIABLES]);
  if (trainable) collections.add(GraphKeys.TRAINABLE_VARIABLES);
  for (const collection of collections) addToCollection(collection, made);
  return made;
}

/** How each variable got its first value. */
const initializers = new WeakMap<SlimVariable, { name: string | null; make: () => tf.Tensor }>();

/** What gave a variable its first value, in words; null where it does not say. */
export function initializerName(variable: SlimVariable): string | null {
  return initializers.get(variable)?.name ?? null;
}

function nameOfInitializer({ initializer }: VariableOptions, dtype: VariableDType): string | null {
  if (initializer === undefined) return dtype === 'float32' ? 'glorot uniform' : 'zeros';
  return initializer instanceof tf.Tensor ? 'given values' : (initializer.initializerName ?? null);
}

/** Sets a variable back to its first value. One that was made from a tensor needs that tensor still. */
export function resetVariable(reset: SlimVariable): void {
  const initializer = initializers.get(reset);
  if (initializer === undefined)
    throw new Error(`Variable ${reset.name} cannot be set back: it was not made by slim.`);
  tf.tidy(() => {
    reset.value.assign(initializer.make().cast(computeDType(reset.dtype)));
  });
}

function initialValue(
  context: GraphContext,
  name: string,
  dtype: VariableDType,
  options: VariableOptions,
): tf.Tensor {
  const { initializer, shape } = options;
  if (initializer instanceof tf.Tensor) {
    if (shape !== undefined && !hasShape(initializer, shape)) {
      throw new Error(
        `Variable ${name}: the initial value has shape [${initializer.shape.join(', ')}], not [${shape.join(', ')}].`,
      );
    }
    return initializer;
  }
  if (shape === undefined) throw new Error(`Variable ${name} is new: it needs a shape.`);
  if (shape.some(size => !Number.isInteger(size) || size < 0)) {
    throw new Error(
      `Shape of a new variable (${name}) must be fully defined by integers, but was [${shape.join(', ')}].`,
    );
  }
  const make =
    initializer ?? (dtype === 'float32' ? glorotUniform : (sizes: readonly number[]) => tf.zeros([...sizes]));
  const initial = make(shape, dtype, operationSeed(context.graph, name));
  if (!hasShape(initial, shape)) {
    throw new Error(
      `Variable ${name}: its initializer made shape [${initial.shape.join(', ')}], not [${shape.join(', ')}].`,
    );
  }
  return initial;
}

function addRegularizationLoss(found: SlimVariable, regularizer: Regularizer | null): void {
  const penalty = regularizer?.(found.value) ?? null;
  if (penalty === null || currentContext().pass === null) return;
  const name = `${found.name}/Regularizer/${regularizer?.regularizerName ?? 'penalty'}`;
  addToCollection(GraphKeys.REGULARIZATION_LOSSES, nameTensor(penalty, name));
}

function checkSame(existing: SlimVariable, options: VariableOptions): void {
  if (options.shape !== undefined && !hasShape(existing, options.shape)) {
    throw new Error(
      `Trying to share variable ${existing.name}, but specified shape [${options.shape.join(', ')}] and found shape [${existing.shape.join(', ')}].`,
    );
  }
  if (options.dtype !== undefined && options.dtype !== existing.dtype) {
    throw new Error(
      `Trying to share variable ${existing.name}, but specified dtype ${options.dtype} and found dtype ${existing.dtype}.`,
    );
  }
}

function hasShape(holder: { readonly shape: readonly number[] }, shape: readonly number[]): boolean {
  return holder.shape.length === shape.length && holder.shape.every((size, axis) => size === shape[axis]);
}

function scopeText(context: GraphContext): string {
  return context.variableScope === '' ? 'at the top' : `'${context.variableScope}'`;
}
