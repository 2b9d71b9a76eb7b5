/**
 * What WebAssembly code is made of: each function gives the bytes of an expression or a statement, codes as in
 * https://webassembly.github.io/spec/core/binary/instructions.html. So a loop that is unrolled, or written in two variants,
 * is a loop in TypeScript.
 */

export type Code = readonly number[];

/** The index of a function's parameter or variable. */
export type Local = number;

const I32 = 0x7f;
const V128 = 0x7b;
const VOID = 0x40;
/** The alignment, as an exponent of 2, that loads and stores claim: that of a number of four bytes. */
const ALIGN = 2;

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const rest = value >> 7;
  const isLast = (rest === 0 && (value & 64) === 0) || (rest === -1 && (value & 64) !== 0);
  return isLast ? [value & 127] : [(value & 127) | 128, ...signed(rest)];
}

export function int(value: number): Code {
  return [0x41, ...signed(value)];
}

export function get(local: Local): Code {
  return [0x20, ...unsigned(local)];
}

export function set(local: Local, value: Code): Code {
  return [...value, 0x21, ...unsigned(local)];
}

function binary(code: number): (a: Code, b: Code) => Code {
  return (a, b) => [...a, ...b, code];
}

export const equal = binary(0x46);
export const notEqual = binary(0x47);
export const less = binary(0x49);
const lessSigned = binary(0x48);
export const atLeast = binary(0x4f);
export const add = binary(0x6a);
export const subtract = binary(0x6b);
export const multiply = binary(0x6c);
export const divide = binary(0x6e);
export const remainder = binary(0x70);
export const and = binary(0x71);
export const shiftLeft = binary(0x74);
export const shiftRight = binary(0x76);

/** The larger of two numbers with signs, of code without effects. */
export function larger(a: Code, b: Code): Code {
  return [...a, ...b, ...lessSigned(b, a), 0x1b];
}

/** The smaller of two numbers without signs, of code without effects. */
export function smaller(a: Code, b: Code): Code {
  return [...a, ...b, ...less(a, b), 0x1b];
}

export function increase(local: Local, by: Code): Code {
  return set(local, add(get(local), by));
}

export function load(address: Code, offset = 0): Code {
  return [...address, 0x28, ALIGN, ...unsigned(offset)];
}

export function loadFloat(address: Code): Code {
  return [...address, 0x2a, ALIGN, 0];
}

export function storeFloat(address: Code, value: Code): Code {
  return [...address, ...value, 0x38, ALIGN, 0];
}

export const addFloats = binary(0x92);

function vector(code: number): Code {
  return [0xfd, ...unsigned(code)];
}

export function loadVector(address: Code, offset = 0): Code {
  return [...address, ...vector(0), ALIGN, ...unsigned(offset)];
}

export function storeVector(address: Code, value: Code, offset = 0): Code {
  return [...address, ...value, ...vector(11), ALIGN, ...unsigned(offset)];
}

/** A vector of four times the same number in memory. */
export function loadSplat(address: Code, offset = 0): Code {
  return [...address, ...vector(9), ALIGN, ...unsigned(offset)];
}

/** A vector of four times the same number. */
export function splat(value: Code): Code {
  return [...value, ...vector(17)];
}

export function equalInts(a: Code, b: Code): Code {
  return [...a, ...b, ...vector(0x37)];
}

export function largerFloats(a: Code, b: Code): Code {
  return [...a, ...b, ...vector(0x44)];
}

export function andVectors(a: Code, b: Code): Code {
  return [...a, ...b, ...vector(0x4e)];
}

/** `a` where the mask has ones, `b` elsewhere. */
export function choose(mask: Code, a: Code, b: Code): Code {
  return [...a, ...b, ...mask, ...vector(0x52)];
}

/** A vector of four times the same float32. */
export function floatVector(value: number): Code {
  return [...vector(12), ...new Uint8Array(Float32Array.of(value, value, value, value).buffer)];
}

export const zeroVector = floatVector(0);

export function addVectors(a: Code, b: Code): Code {
  return [...a, ...b, ...vector(0xe4)];
}

/** `a * b + c`, in one instruction or two. */
export type MultiplyAdd = (a: Code, b: Code, c: Code) => Code;

export const multiplyThenAdd: MultiplyAdd = (a, b, c) => addVectors([...a, ...b, ...vector(0xe6)], c);

/** Relaxed SIMD: rounded once where the processor has the instruction. Node has it from version 21 on. */
export const fusedMultiplyAdd: MultiplyAdd = (a, b, c) => [...a, ...b, ...c, ...vector(0x105)];

/** Lanes, of four bytes, of two vectors: 0 to 3 of `a`, 4 to 7 of `b`. */
export function shuffle(a: Code, b: Code, lanes: readonly [number, number, number, number]): Code {
  return [...a, ...b, ...vector(13), ...lanes.flatMap(lane => [0, 1, 2, 3].map(byte => lane * 4 + byte))];
}

export function atomicLoad(address: Code, offset: number): Code {
  return [...address, 0xfe, 0x10, ALIGN, ...unsigned(offset)];
}

export function atomicStore(address: Code, offset: number, value: Code): Code {
  return [...address, ...value, 0xfe, 0x17, ALIGN, ...unsigned(offset)];
}

/** Gives the value before. */
export function atomicAdd(address: Code, offset: number, value: Code): Code {
  return [...address, ...value, 0xfe, 0x1e, ALIGN, ...unsigned(offset)];
}

/** Gives the value before, which is `expected` if it was replaced. */
export function atomicExchange(address: Code, offset: number, expected: Code, value: Code): Code {
  return [...address, ...expected, ...value, 0xfe, 0x48, ALIGN, ...unsigned(offset)];
}

/** Sleeps until notified, unless the value there is another one already. */
export function sleepWhile(address: Code, offset: number, value: Code): Code {
  return [...address, ...value, 0x42, ...signed(-1), 0xfe, 0x01, ALIGN, ...unsigned(offset), 0x1a];
}

export function wakeAll(address: Code, offset: number): Code {
  return [...address, ...int(-1), 0xfe, 0x00, ALIGN, ...unsigned(offset), 0x1a];
}

export function when(condition: Code, then: Code, otherwise: Code = []): Code {
  return [...condition, 0x04, VOID, ...then, ...(otherwise.length === 0 ? [] : [0x05, ...otherwise]), 0x0b];
}

/** Runs `body` once and then as long as `condition` holds. */
export function repeatWhile(condition: Code, body: Code): Code {
  return [0x03, VOID, ...body, ...condition, 0x0d, 0, 0x0b];
}

/** `for (; local < end; local += step) body` */
export function forEach(local: Local, end: Code, step: number | Code, body: Code): Code {
  const goesOn = less(get(local), end);
  const by = typeof step === 'number' ? int(step) : step;
  return when(goesOn, repeatWhile(goesOn, [...body, ...increase(local, by)]));
}

export const leave: Code = [0x0f];

export function call(functionIndex: number, ...parameters: readonly Code[]): Code {
  return [...parameters.flat(), 0x10, ...unsigned(functionIndex)];
}

/** A function without a result: its parameters are the first locals, all i32. */
export interface FunctionCode {
  readonly name: string;
  readonly parameters: number;
  readonly variables: readonly number[];
  readonly body: Code;
}

/** Hands out the numbers of a function's variables. */
export class Variables {
  readonly types: number[] = [];
  readonly #parameters: number;

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  int(): Local {
    return this.#next(I32);
  }

  vector(): Local {
    return this.#next(V128);
  }

  #next(type: number): Local {
    this.types.push(type);
    return this.#parameters + this.types.length - 1;
  }
}

/** A module that exports all of its functions and works on a shared memory, `env.memory`. */
export function assembleModule(functions: readonly FunctionCode[]): Uint8Array<ArrayBuffer> {
  const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
  const list = (entries: readonly Code[]): number[] => [...unsigned(entries.length), ...entries.flat()];
  const section = (id: number, content: Code): number[] => [id, ...unsigned(content.length), ...content];
  const type = ({ parameters }: FunctionCode): Code => [
    0x60,
    ...unsigned(parameters),
    ...Array.from({ length: parameters }, () => I32),
    0,
  ];
  const code = ({ variables, body }: FunctionCode): Code => {
    const content = [...list(variables.map(variable => [1, variable])), ...body, 0x0b];
    return [...unsigned(content.length), ...content];
  };
  const memory = [...text('env'), ...text('memory'), 2, 3, 0, ...unsigned(65_536)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(functions.map(type))),
    ...section(2, list([memory])),
    ...section(3, list(functions.map((_, index) => unsigned(index)))),
    ...section(7, list(functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]))),
    ...section(10, list(functions.map(code))),
  ]);
}
