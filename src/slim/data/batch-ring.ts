/**
 * A ring of batches in memory that two threads share. One writes, the other reads, and neither blocks: each looks at
 * counters, and says there when it waits for a word of the other.
 *
 * A slot holds the length of the layout's text, the text (0: the layout is the one before), the position after the batch,
 * and the bytes of each tensor. There are as many slots as there were ever batches ready at once, and as large.
 */

import type { LoaderPosition } from '../../protocol/loader.ts';
import { batchOf, type BatchLayout, type LaidOutBatch } from './batch-layout.ts';

/** So many batches are ready at most, and as many as take that much memory, but two in any case. */
const SLOTS = 16;
const LARGEST_BYTES_AHEAD = 64 * 2 ** 20;

/** Of values in a slot. */
const ALIGNMENT = 8;

/** Int32 counters, which may wrap around. */
const WRITTEN = 0;
const READ = 1;
const READER_WAITS = 2;
/** The reader has the writer woken when `READ` comes to what stands in `WAKE_AT`. */
const WRITER_WAITS = 3;
const WAKE_AT = 4;
/** How often a slot got other memory. */
const SLOTS_MADE = 5;
/** From here on, of each batch in the ring by its number, the slot. */
const SLOT_OF_BATCH = 6;
const COUNTERS = SLOT_OF_BATCH + SLOTS;

interface SlotLayout extends BatchLayout {
  /** Names of the position's numbers. */
  readonly position: readonly string[];
}

export function newRingCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(COUNTERS * Int32Array.BYTES_PER_ELEMENT);
}

export class BatchRingWriter {
  readonly #counters: Int32Array;
  readonly #onSlot: (index: number, memory: SharedArrayBuffer) => void;
  readonly #slots: SharedArrayBuffer[] = [];
  #lastLayout = '';
  #ahead = 2;

  /** @param onSlot is told the memory of a slot before there is a batch in it. */
  constructor(counters: SharedArrayBuffer, onSlot: (index: number, memory: SharedArrayBuffer) => void) {
    this.#counters = new Int32Array(counters);
    this.#onSlot = onSlot;
  }

  get hasRoom(): boolean {
    return this.#filled < this.#ahead;
  }

  /** Whether the reader will say when half of the ring is read. False: there is room already. */
  waitForRoom(): boolean {
    const wakeAt = Atomics.load(this.#counters, WRITTEN) - (this.#ahead >> 1);
    Atomics.store(this.#counters, WAKE_AT, wakeAt);
    Atomics.store(this.#counters, WRITER_WAITS, 1);
    if (((wakeAt - Atomics.load(this.#counters, READ)) | 0) > 0) return true;
    Atomics.store(this.#counters, WRITER_WAITS, 0);
    return false;
  }

  /**
   * Puts a batch into the ring, which has room.
   *
   * @returns Whether the reader waits for it.
   */
  write({ layout, bytes }: LaidOutBatch, position: LoaderPosition): boolean {
    const text = JSON.stringify({ ...layout, position: Object.keys(position) } satisfies SlotLayout);
    const isNew = text !== this.#lastLayout;
    const head = isNew ? Buffer.from(text) : new Uint8Array(0);
    const places = placesIn(head.length, Object.keys(position).length, layout);
    const slot = new Uint8Array(this.#takeSlot(places.end));
    new DataView(slot.buffer).setUint32(0, head.length, true);
    slot.set(head, ALIGNMENT);
    new Float64Array(slot.buffer, places.position).set(Object.values(position));
    bytes.forEach((values, at) => {
      slot.set(values, places.tensors[at]);
    });
    this.#lastLayout = text;
    this.#ahead = Math.max(2, Math.min(SLOTS, Math.floor(LARGEST_BYTES_AHEAD / places.end)));
    Atomics.add(this.#counters, WRITTEN, 1);
    return this.isReaderWaiting();
  }

  /** Whether the reader waits for what comes next, be it the end. Asked once for each time that it waits. */
  isReaderWaiting(): boolean {
    return Atomics.exchange(this.#counters, READER_WAITS, 0) === 1;
  }

  /** Drops what was not read. The reader does not read meanwhile. */
  clear(): void {
    Atomics.store(this.#counters, READ, Atomics.load(this.#counters, WRITTEN));
    this.#lastLayout = '';
  }

  get #filled(): number {
    return (Atomics.load(this.#counters, WRITTEN) - Atomics.load(this.#counters, READ)) | 0;
  }

  /** Memory for the next batch: of a slot that it fits into, else of the largest that is free, which grows. */
  #takeSlot(bytes: number): SharedArrayBuffer {
    const [counters, slots] = [this.#counters, this.#slots];
    const size = (index: number): number => slots[index]?.byteLength ?? 0;
    const taken = new Set<number>();
    const written = Atomics.load(counters, WRITTEN);
    for (let batch = Atomics.load(counters, READ); batch !== written; batch = (batch + 1) | 0)
      taken.add(slotOfBatch(counters, batch));
    const free = [...slots.keys()].filter(index => !taken.has(index)).sort((a, b) => size(a) - size(b));
    const index = free.find(each => size(each) >= bytes) ?? free.at(-1) ?? slots.length;
    Atomics.store(counters, placeOfSlot(written), index);
    const slot = slots[index];
    if (slot !== undefined && slot.byteLength >= bytes) return slot;
    const made = newMemory(bytes);
    slots[index] = made;
    this.#onSlot(index, made);
    Atomics.add(counters, SLOTS_MADE, 1);
    return made;
  }
}

function slotOfBatch(counters: Int32Array, batch: number): number {
  return Atomics.load(counters, placeOfSlot(batch));
}

function placeOfSlot(batch: number): number {
  return SLOT_OF_BATCH + ((batch >>> 0) % SLOTS);
}

export class BatchRingReader {
  readonly #counters: Int32Array;
  readonly #slots: SharedArrayBuffer[] = [];
  #slotsSeen = 0;
  #layout: SlotLayout = { tree: { value: null }, tensors: [], position: [] };

  constructor(counters: SharedArrayBuffer) {
    this.#counters = new Int32Array(counters);
  }

  setSlot(index: number, memory: SharedArrayBuffer): void {
    this.#slots[index] = memory;
    this.#slotsSeen++;
  }

  /** Whether there is a batch, in memory that this thread knows. */
  get hasBatch(): boolean {
    const counters = this.#counters;
    return (
      Atomics.load(counters, WRITTEN) !== Atomics.load(counters, READ) &&
      Atomics.load(counters, SLOTS_MADE) === this.#slotsSeen
    );
  }

  /** Whether the writer will say when there is news. False: there is a batch already. */
  waitForBatch(): boolean {
    Atomics.store(this.#counters, READER_WAITS, 1);
    if (!this.hasBatch) return true;
    Atomics.store(this.#counters, READER_WAITS, 0);
    return false;
  }

  /** A copy of the next batch, and the position after it. */
  look(): { readonly batch: unknown; readonly after: LoaderPosition } {
    const slot = this.#slots[slotOfBatch(this.#counters, Atomics.load(this.#counters, READ))];
    if (slot === undefined) throw new Error('The ring of batches has no batch.');
    const length = new DataView(slot).getUint32(0, true);
    if (length > 0) {
      const text = Buffer.from(new Uint8Array(slot, ALIGNMENT, length)).toString();
      this.#layout = JSON.parse(text) as SlotLayout;
    }
    const layout = this.#layout;
    const places = placesIn(length, layout.position.length, layout);
    const numbers = new Float64Array(slot, places.position, layout.position.length);
    const bytes = layout.tensors.map(({ bytes: size }, at) => new Uint8Array(slot, places.tensors[at], size));
    return {
      batch: batchOf(layout, bytes),
      after: Object.fromEntries(layout.position.map((name, at) => [name, numbers[at] ?? 0])),
    };
  }

  /**
   * Leaves the slot of the batch that was looked at to the writer.
   *
   * @returns Whether the writer is to be told.
   */
  release(): boolean {
    const counters = this.#counters;
    const read = (Atomics.add(counters, READ, 1) + 1) | 0;
    return (
      Atomics.load(counters, WRITER_WAITS) === 1 &&
      ((Atomics.load(counters, WAKE_AT) - read) | 0) <= 0 &&
      Atomics.exchange(counters, WRITER_WAITS, 0) === 1
    );
  }
}

/** With something to spare, for batches that are not all of one size. */
function newMemory(bytes: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(aligned(bytes + (bytes >> 3)));
  } catch (error) {
    throw new RangeError(`There is no memory for a batch of ${bytes} bytes: take smaller batches.`, {
      cause: error,
    });
  }
}

/** Byte offsets in a slot. */
function placesIn(
  head: number,
  positions: number,
  { tensors }: BatchLayout,
): { position: number; tensors: number[]; end: number } {
  const position = aligned(ALIGNMENT + head);
  let end = position + positions * Float64Array.BYTES_PER_ELEMENT;
  const places = tensors.map(({ bytes }) => {
    const place = end;
    end = aligned(place + bytes);
    return place;
  });
  return { position, tensors: places, end };
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}
