/**
 * Tags as the bytes of the file -> what is kept of them. Writers repeat their tags in the same order: the tag that
 * followed last time is tried first, so that most need neither hashing nor decoding.
 */

interface Slot<T> {
  readonly tag: Uint8Array;
  readonly value: T;
  /** The one that followed this one the last time. */
  next: Slot<T> | undefined;
}

const TEXT = new TextDecoder();

export class TagTable<T> {
  readonly #slots = new Map<string, Slot<T>>();
  #last: Slot<T> | undefined;

  get size(): number {
    return this.#slots.size;
  }

  values(): T[] {
    return [...this.#slots.values()].map(slot => slot.value);
  }

  get(tag: string): T | undefined {
    return this.#slots.get(tag)?.value;
  }

  /** The value of the tag `bytes[start, end)`. */
  at(bytes: Uint8Array, start: number, end: number): T | undefined {
    const predicted = this.#last?.next;
    if (predicted !== undefined && isAt(predicted.tag, bytes, start, end)) {
      this.#last = predicted;
      return predicted.value;
    }
    const slot = this.#slots.get(TEXT.decode(bytes.subarray(start, end)));
    return slot === undefined ? undefined : this.#found(slot);
  }

  /** Adds a tag that is not there, whose name is those bytes. */
  add(utf8: Uint8Array, value: T): T {
    const slot: Slot<T> = { tag: utf8.slice(), value, next: undefined };
    this.#slots.set(TEXT.decode(utf8), slot);
    return this.#found(slot);
  }

  #found(slot: Slot<T>): T {
    if (this.#last !== undefined) this.#last.next = slot;
    this.#last = slot;
    return slot.value;
  }
}

function isAt(tag: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (tag.length !== end - start) return false;
  for (let index = 0; index < tag.length; index++) if (tag[index] !== bytes[start + index]) return false;
  return true;
}
