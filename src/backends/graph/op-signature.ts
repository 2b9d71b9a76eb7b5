import { OP_FACTS } from './op-facts.ts';

/** An input or output: of one tensor, of `count` (an attribute) tensors of a type, or of a list of types. */
export interface OpArgument {
  /** A `TF_DataType`, the attribute that says it, or with `isTypeList` the attribute that lists them. */
  readonly type: number | string;
  readonly count: string | null;
  readonly isTypeList: boolean;
}

interface OpAttribute {
  readonly name: string;
  /** As TensorFlow's OpDef says it: `type`, `int`, `list(int)`. */
  readonly type: string;
  readonly hasDefault: boolean;
}

/** What TensorFlow's registry says of an op. */
export interface OpSignature {
  readonly inputs: readonly OpArgument[];
  readonly outputs: readonly OpArgument[];
  readonly attributes: readonly OpAttribute[];
}

const parsed = new Map<string, OpSignature>();

/** undefined: an op that is not known, or that keeps a state of its own. */
export function opSignature(name: string): OpSignature | undefined {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const text = Object.hasOwn(OP_FACTS, name) ? OP_FACTS[name] : undefined;
  if (text === undefined) return undefined;
  const signature = parseSignature(text);
  parsed.set(name, signature);
  return signature;
}

/** `T,N*T,3,*Tin>T;T:type,axis?:int`: inputs, outputs and attributes; those with a default have a `?`. */
function parseSignature(text: string): OpSignature {
  const [tensors = '', attributes = ''] = text.split(';');
  const [inputs = '', outputs = ''] = tensors.split('>');
  return {
    inputs: parts(inputs).map(parseArgument),
    outputs: parts(outputs).map(parseArgument),
    attributes: parts(attributes).map(parseAttribute),
  };
}

function parts(text: string): string[] {
  return text === '' ? [] : text.split(',');
}

function parseArgument(text: string): OpArgument {
  if (text.startsWith('*')) return { type: text.slice(1), count: null, isTypeList: true };
  const [last = '', count = null] = text.split('*').reverse();
  return { type: /^\d+$/.test(last) ? Number(last) : last, count, isTypeList: false };
}

function parseAttribute(text: string): OpAttribute {
  const [name = '', type = ''] = text.split(':');
  return { name: name.replace('?', ''), type, hasDefault: name.endsWith('?') };
}
