/** How much memory the batches take that are ready, whatever their sizes. */

import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { BatchRingReader, BatchRingWriter, newRingCounters } from '../../../../src/slim/data/batch-ring.ts';
import { layOut } from '../../../../src/slim/data/batch-layout.ts';

const MB = 2 ** 20;
/** What a slot has more than its batch, at most. */
const SPARE = 1.13;

/** A writer and a reader in one thread, and the memory that they share. */
class Ring {
  readonly #counters = newRingCounters();
  readonly #slots = new Map<number, SharedArrayBuffer>();
  readonly #reader = new BatchRingReader(this.#counters);
  readonly #writer = new BatchRingWriter(this.#counters, (index, memory) => {
    this.#slots.set(index, memory);
    this.#reader.setSlot(index, memory);
  });
  #written = 0;
  #read = 0;

  /** In megabytes. */
  get memory(): number {
    return [...this.#slots.values()].reduce((sum, { byteLength }) => sum + byteLength, 0) / MB;
  }

  get hasRoom(): boolean {
    return this.#writer.hasRoom;
  }

  write(bytes: number): void {
    const values = tf.tensor1d(new Int32Array(bytes / 4).fill(1), 'int32');
    this.#writer.write(layOut({ number: ++this.#written, values }), { index: this.#written });
    values.dispose();
  }

  /** Takes the next batch out. */
  take(): void {
    const { batch, after } = this.#reader.look() as {
      batch: { number: number; values: tf.Tensor };
      after: object;
    };
    expect([batch.number, after]).toEqual([++this.#read, { index: this.#read }]);
    expect(batch.values.dataSync().at(-1)).toBe(1);
    batch.values.dispose();
    this.#reader.release();
  }

  /** Writes batches of these sizes one after the other for as long as there is room, then takes `takes` of them. */
  pass(sizes: Iterator<number>, takes: number): number {
    let count = 0;
    for (; this.hasRoom; count++) this.write(sizes.next().value as number);
    for (let take = 0; take < takes; take++) this.take();
    return count;
  }
}

function* repeated(...sizes: number[]): Generator<number, never> {
  for (;;) yield* sizes;
}

describe('a ring of batches', () => {
  beforeAll(() => tf.setBackend('cpu'));

  test.each([
    ['small', 1000, 16, 0.03],
    ['of 5 MB', 5 * MB, 12, 12 * 5 * SPARE],
    ['of 40 MB: the one that is read and the next', 40 * MB, 2, 2 * 40 * SPARE],
  ])('holds as many as it may, and no memory for more: batches %s', (_, bytes, most, memory) => {
    const ring = new Ring();
    const sizes = repeated(bytes);
    expect(ring.pass(sizes, 1)).toBe(most);
    for (let round = 0; round < 16; round++) expect(ring.pass(sizes, 1)).toBe(1);
    expect(ring.memory).toBeLessThan(memory);
  });

  test('takes larger and larger batches, and smaller ones again', () => {
    const ring = new Ring();
    const lengths = Array.from({ length: 40 }, (_, step) => 1000 * (step < 20 ? step + 1 : 40 - step));
    const sizes = repeated(...lengths);
    for (let round = 0; round < 100; round++) ring.pass(sizes, 1 + (round % 3));
    expect(ring.memory).toBeLessThan((16 * 20_000 * SPARE) / MB);
  });
});
