/** Which variable is read next: those that somebody looks at first, then the others in their order. */

export class ReadingOrder {
  readonly #waiting: Set<number>;
  #wanted: readonly number[] = [];
  #readsAll: boolean;

  /** @param readsAll false: only what is wanted is read. */
  constructor(count: number, readsAll: boolean) {
    this.#waiting = new Set(Array.from({ length: count }, (_, index) => index));
    this.#readsAll = readsAll;
  }

  want(variables: readonly number[]): void {
    this.#wanted = variables;
  }

  wantAll(): void {
    this.#readsAll = true;
  }

  /** Undefined: there is nothing to do. */
  next(): number | undefined {
    const wanted = this.#wanted.find(variable => this.#waiting.has(variable));
    const next = wanted ?? (this.#readsAll ? this.#waiting.values().next().value : undefined);
    if (next !== undefined) this.#waiting.delete(next);
    return next;
  }

  /** It is to be read, or read again, and before others. */
  add(variable: number): void {
    this.#waiting.add(variable);
    this.#wanted = [variable, ...this.#wanted];
  }
}
