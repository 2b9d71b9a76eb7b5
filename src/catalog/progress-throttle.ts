/** Passes on what comes per run: the first at once, then at most one in each interval, the newest. */
export class ProgressThrottle<T> {
  readonly #intervalMs: number;
  readonly #deliver: (run: string, value: T) => void;
  readonly #waiting = new Map<string, { value: T | undefined; timer: NodeJS.Timeout }>();

  constructor(intervalMs: number, deliver: (run: string, value: T) => void) {
    this.#intervalMs = intervalMs;
    this.#deliver = deliver;
  }

  push(run: string, value: T): void {
    const waiting = this.#waiting.get(run);
    if (waiting === undefined) this.#pass(run, value);
    else waiting.value = value;
  }

  dispose(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #pass(run: string, value: T): void {
    const timer = setTimeout(() => {
      const newest = this.#waiting.get(run)?.value;
      this.#waiting.delete(run);
      if (newest !== undefined) this.#pass(run, newest);
    }, this.#intervalMs);
    this.#waiting.set(run, { value: undefined, timer });
    this.#deliver(run, value);
  }
}
