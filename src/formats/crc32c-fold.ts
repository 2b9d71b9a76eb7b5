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

/** Bytes before the block that are added to it: zeros before the first. A multiple of a vector. */
const HISTORY = 5280;
/** By so much the last block's rest is moved away, that nothing is added from it. No rest is longer. */
const REST_GAP = 5296;
const VECTOR_BYTES = 16;
const PAGE_BYTES = 65_536;

/** What is taken at once: all of it stays in the processor's cache. */
const BLOCK_BYTES = 256 * 1024;

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
/** The function's parameters, and its variable. */
const AT = 0;
const END = 1;
const GAP = 2;
const TARGET = 3;

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

/** `for (; at < end; at += 16) block[at + gap] ^= block[at - 767] ^ block[at - 2524] ^ block[at - 5275]`, in vectors. */
function functionBody(): number[] {
  const load = (local: number, distance: number): number[] => [
    ...[...Op.localGet, local, ...Op.vectorLoad, 0, ...unsigned(HISTORY - distance)],
  ];
  return [
    ...[1, 1, I32, ...Op.loop],
    ...[...Op.localGet, AT, ...Op.localGet, GAP, ...Op.add, ...Op.localTee, TARGET, ...load(TARGET, 0)],
    ...DISTANCES.flatMap(distance => [...load(AT, distance), ...Op.vectorXor]),
    ...[...Op.vectorStore, 0, ...unsigned(HISTORY)],
    ...[...Op.localGet, AT, ...Op.constant, VECTOR_BYTES, ...Op.add, ...Op.localTee, AT],
    ...[...Op.localGet, END, ...Op.lessUnsigned, ...Op.branchIf, ...Op.end, ...Op.end],
  ];
}

function assemble(): Uint8Array<ArrayBuffer> {
  const pages = Math.ceil((HISTORY + BLOCK_BYTES + VECTOR_BYTES + REST_GAP) / PAGE_BYTES);
  const body = functionBody();
  const name = (text: string): number[] => [text.length, ...Buffer.from(text)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, I32, I32, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, pages]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('fold'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

type Fold = (at: number, end: number, gap: number) => void;

export class Crc32cFold {
  /** The end of what came before, as far as it reaches, then the block. */
  readonly #memory: Uint8Array;
  readonly #fold: Fold;

  /** Undefined where the processor has no such instructions. */
  static make(): Crc32cFold | undefined {
    const code = assemble();
    return WebAssembly.validate(code) ? new Crc32cFold(code) : undefined;
  }

  private constructor(code: Uint8Array<ArrayBuffer>) {
    const { memory, fold } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports as {
      memory: WebAssembly.Memory;
      fold: Fold;
    };
    this.#memory = new Uint8Array(memory.buffer);
    this.#fold = fold;
  }

  /**
   * At most 5290 bytes whose CRC, begun with 0 and not inverted, is that of `bytes` begun with `crc`. They are good until
   * the next call.
   *
   * @param bytes at least 8 KiB.
   */
  fold(crc: number, bytes: Uint8Array): Uint8Array {
    // The odd block comes first, from 16 bytes on: it has to hold the CRC, the last one has to hold the rest.
    let length = ((bytes.length - VECTOR_BYTES) % BLOCK_BYTES) + VECTOR_BYTES;
    this.#memory.fill(0, 0, HISTORY);
    this.#memory.set(bytes.subarray(0, length), HISTORY);
    this.#addToStart(crc);
    for (let at = length; at < bytes.length; at += BLOCK_BYTES) {
      // It goes on to the next multiple of 16, with bytes of an earlier block, which are overwritten.
      this.#fold(0, length, 0);
      this.#memory.copyWithin(0, length, length + HISTORY);
      this.#memory.set(bytes.subarray(at, at + BLOCK_BYTES), HISTORY);
      length = BLOCK_BYTES;
    }
    return this.#rest(length);
  }

  #addToStart(crc: number): void {
    for (let byte = 0; byte < 4; byte++) {
      this.#memory[HISTORY + byte] = (this.#memory[HISTORY + byte] ?? 0) ^ (crc >>> (8 * byte));
    }
  }

  /** Folds the last block, of `length` bytes, into its end. */
  #rest(length: number): Uint8Array {
    const folded = Math.floor((length - LONGEST) / VECTOR_BYTES) * VECTOR_BYTES;
    this.#fold(0, folded, 0);
    const start = HISTORY + folded;
    this.#memory.copyWithin(start + REST_GAP, start, HISTORY + length);
    this.#memory.fill(0, start, start + REST_GAP);
    this.#fold(folded, length, REST_GAP);
    return this.#memory.subarray(start + REST_GAP, HISTORY + length + REST_GAP);
  }
}
