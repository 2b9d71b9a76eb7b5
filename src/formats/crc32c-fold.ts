/**
 * Makes a large block small without changing its CRC-32C, faster than a CRC can be taken: x^5275 + x^4508 + x^2751 + 1 is a
 * multiple of the polynomial, hence its eighth power with exponents in bytes is one, too. So a byte can be added (xor) to
 * those 767, 2524 and 5275 bytes further on instead of being looked at, until only the last 5275 are left. The idea is
 * Chorba's, https://arxiv.org/abs/2412.16398. WebAssembly's SIMD instructions do it for 16 bytes at once; the module is
 * assembled here, codes as in https://webassembly.github.io/spec/core/binary/instructions.html.
 */

/** How much further on a byte is added. No multiple of fewer or closer terms exists. */
const DISTANCES = [767, 2524, 5275] as const;
const LONGEST = 5275;

/** Zeros before the block: what is added from before its beginning. */
const PADDING = 5280;
const VECTOR_BYTES = 16;
const PAGE_BYTES = 65_536;

/** What is taken at once: all of it stays in the processor's cache. */
export const FOLD_BLOCK_BYTES = 256 * 1024;

const Op = {
  loop: [0x03, 0x40],
  end: [0x0b],
  branchIf: [0x0d, 0],
  localGet: [0x20],
  localTee: [0x22],
  constant: [0x41],
  add: [0x6a],
  lessUnsigned: [0x49],
  vectorLoad: [0xfd, 0x00],
  vectorStore: [0xfd, 0x0b],
  vectorXor: [0xfd, 0x51],
} as const;

const I32 = 0x7f;
/** The function's parameter, and its variable. */
const END = 0;
const AT = 1;

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

/** `for (at = 0; at < end; at += 16) block[at] ^= block[at - 767] ^ block[at - 2524] ^ block[at - 5275]`, in vectors. */
function functionBody(): number[] {
  const load = (distance: number): number[] => [
    ...[...Op.localGet, AT, ...Op.vectorLoad, 0, ...unsigned(PADDING - distance)],
  ];
  return [
    ...[1, 1, I32, ...Op.loop, ...Op.localGet, AT, ...load(0)],
    ...DISTANCES.flatMap(distance => [...load(distance), ...Op.vectorXor]),
    ...[...Op.vectorStore, 0, ...unsigned(PADDING)],
    ...[...Op.localGet, AT, ...Op.constant, VECTOR_BYTES, ...Op.add, ...Op.localTee, AT],
    ...[...Op.localGet, END, ...Op.lessUnsigned, ...Op.branchIf, ...Op.end, ...Op.end],
  ];
}

function assemble(): Uint8Array<ArrayBuffer> {
  const pages = Math.ceil((PADDING + FOLD_BLOCK_BYTES) / PAGE_BYTES);
  const body = functionBody();
  const name = (text: string): number[] => [text.length, ...Buffer.from(text)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, pages]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('fold'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

export class Crc32cFold {
  readonly #block: Uint8Array;
  readonly #fold: (end: number) => void;

  /** Undefined where the processor has no such instructions. */
  static make(): Crc32cFold | undefined {
    const code = assemble();
    return WebAssembly.validate(code) ? new Crc32cFold(code) : undefined;
  }

  private constructor(code: Uint8Array<ArrayBuffer>) {
    const { memory, fold } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports as {
      memory: WebAssembly.Memory;
      fold: (end: number) => void;
    };
    this.#block = new Uint8Array(memory.buffer, PADDING);
    this.#fold = fold;
  }

  /**
   * Bytes whose CRC, begun with 0 and not inverted, is that of `block` begun with `crc`. They are good until the next call.
   *
   * @param block at least 8 KiB, at most {@link FOLD_BLOCK_BYTES}.
   */
  fold(crc: number, block: Uint8Array): Uint8Array {
    const folded = this.#block;
    folded.set(block);
    for (let byte = 0; byte < 4; byte++) folded[byte] = (folded[byte] ?? 0) ^ (crc >>> (8 * byte));
    const end = Math.floor((block.length - LONGEST) / VECTOR_BYTES) * VECTOR_BYTES;
    this.#fold(end);
    const rest = folded.subarray(end, block.length);
    // What belongs into the rest comes from before it only.
    for (const distance of DISTANCES) {
      for (let at = 0; at < distance; at++) rest[at] = (rest[at] ?? 0) ^ (folded[end + at - distance] ?? 0);
    }
    return rest;
  }
}
