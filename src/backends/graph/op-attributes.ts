import type { NativeAttribute } from '../native-binding.ts';
import { opSignature, type OpArgument, type OpSignature } from './op-signature.ts';

export interface NodeAttribute {
  readonly name: string;
  /** As TensorFlow's OpDef says it: `type`, `int`, `list(int)`. */
  readonly type: string;
  readonly value: unknown;
}

/**
 * The attributes that a NodeDef has to have. Eager execution takes those that TF.js gave and infers the others from the
 * inputs; a graph infers nothing but defaults.
 *
 * @param inputTypes `TF_DataType` of each input; `outputTypes` of each output, as they were when it ran.
 * @throws Error when the op cannot be in a graph: one that has a state of its own, or that nobody here knows.
 */
export function completeAttributes(
  name: string,
  given: readonly NativeAttribute[],
  inputTypes: readonly number[],
  outputTypes: readonly number[],
): NodeAttribute[] {
  const signature = opSignature(name);
  if (signature === undefined) throw new Error(`${name} is no operation that a graph can have here`);
  const known = new Map<string, unknown>(given.map(attribute => [attribute.name, attribute.value]));
  for (const [attribute, value] of inferred(signature, known, inputTypes)) known.set(attribute, value);
  return signature.attributes.flatMap(({ name: attribute, type, hasDefault }) => {
    const value = known.get(attribute) ?? typeOfOutput(signature, attribute, outputTypes);
    if (value === undefined) {
      if (hasDefault) return [];
      throw new Error(`${name} was not given its attribute ${attribute}`);
    }
    return [{ name: attribute, type, value: type.startsWith('list(') ? [value].flat() : value }];
  });
}

/** Attributes that inputs decide: their types and counts. */
function inferred(
  { inputs }: OpSignature,
  given: ReadonlyMap<string, unknown>,
  inputTypes: readonly number[],
): Map<string, unknown> {
  const found = new Map<string, unknown>();
  let next = 0;
  for (const argument of inputs) {
    const count = countOf(argument, given, inputTypes.length - inputs.length + 1);
    if (argument.count !== null) found.set(argument.count, count);
    const types = inputTypes.slice(next, next + count);
    if (argument.isTypeList) found.set(String(argument.type), types);
    else if (typeof argument.type === 'string' && types.length > 0) found.set(argument.type, types[0]);
    next += count;
  }
  return found;
}

/** How many tensors an argument takes. An op has at most one argument of more than one that does not say how many. */
function countOf(
  { count, isTypeList }: OpArgument,
  given: ReadonlyMap<string, unknown>,
  rest: number,
): number {
  if (count !== null) return Number(given.get(count) ?? rest);
  return isTypeList ? rest : 1;
}

function typeOfOutput({ outputs }: OpSignature, attribute: string, outputTypes: readonly number[]): unknown {
  const index = outputs.findIndex(({ type }) => type === attribute);
  return index === -1 ? undefined : outputTypes[index];
}
