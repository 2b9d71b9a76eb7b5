/**
 * Philox 4x32 with 10 rounds, the counter-based generator behind TensorFlow's random ops (Salmon et al., "Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011), keyed as `tf.random.stateless_uniform` keys it (GenerateKey in
 * tensorflow/core/kernels/stateless_random_ops.cc): the same seed gives the very numbers that TensorFlow gives.
 */

/** Two 32-bit integers, signed or unsigned. */
export type StatelessSeed = readonly [number, number];

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
}

/** One block: writes four random words for the counter into `out` at `at`. */
export function philox(counter: Uint32Array, key0: number, key1: number, out: Uint32Array, at: number): void {
  let [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = counter;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(M0, c0);
    const low0 = Math.imul(M0, c0);
    const high1 = multiplyHigh(M1, c2);
    const low1 = Math.imul(M1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

/** Random words by a seed, one after the other; the n-th is a function of seed and n alone. */
export class PhiloxStream {
  readonly #counter = new Uint32Array(4);
  readonly #key0: number;
  readonly #key1: number;
  readonly #block = new Uint32Array(4);
  #used = 4;

  constructor([seed0, seed1]: StatelessSeed) {
    const scramble = new Uint32Array([seed0, seed0 < 0 ? -1 : 0, seed1, seed1 < 0 ? -1 : 0]);
    const mixed = new Uint32Array(4);
    philox(scramble, 0x3ec8f720, 0x02461e29, mixed, 0);
    this.#key0 = mixed[0] ?? 0;
    this.#key1 = mixed[1] ?? 0;
    this.#counter[2] = mixed[2] ?? 0;
    this.#counter[3] = mixed[3] ?? 0;
  }

  /** An unsigned 32-bit integer. */
  nextWord(): number {
    if (this.#used === 4) {
      philox(this.#counter, this.#key0, this.#key1, this.#block, 0);
      this.#advance();
      this.#used = 0;
    }
    return this.#block[this.#used++] ?? 0;
  }

  /** In [0, 1), a multiple of 2^-23: `Uint32ToFloat` of tensorflow/core/lib/random/random_distributions.h. */
  nextUniform(): number {
    return (this.nextWord() & 0x7fffff) / 0x800000;
  }

  #advance(): void {
    for (let word = 0; word < 4; word++) {
      const next = ((this.#counter[word] ?? 0) + 1) >>> 0;
      this.#counter[word] = next;
      if (next !== 0) return;
    }
  }
}
