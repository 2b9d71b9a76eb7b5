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

  /** The value of the tag `bytes[start, end)`; `make` makes it when the tag is new. */
  at(bytes: Uint8Array, start: number, end: number, make: (tag: string) => T): T {
    const predicted = this.#last?.next;
    if (predicted !== undefined && isAt(predicted.tag, bytes, start, end)) {
      this.#last = predicted;
      return predicted.value;
    }
    const tag = TEXT.decode(bytes.subarray(start, end));
    const slot =
      this.#slots.get(tag) ?? this.#add(tag, new Uint8Array(bytes.subarray(start, end)), make(tag));
    if (this.#last !== undefined) this.#last.next = slot;
    this.#last = slot;
    return slot.value;
  }

  #add(tag: string, bytes: Uint8Array, value: T): Slot<T> {
    const slot: Slot<T> = { tag: bytes, value, next: undefined };
    this.#slots.set(tag, slot);
    return slot;
  }
}

function isAt(tag: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (tag.length !== end - start) return false;
  for (let index = 0; index < tag.length; index++) if (tag[index] !== bytes[start + index]) return false;
  return true;
}
