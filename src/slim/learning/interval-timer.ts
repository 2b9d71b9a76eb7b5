/** Says when something that is done every so many seconds is due: at once, and then whenever that long has passed. */
export class IntervalTimer {
  readonly #milliseconds: number;
  #next = -Infinity;

  /** `seconds` 0 or null: never due. */
  constructor(seconds: number | null) {
    this.#milliseconds = (seconds ?? 0) * 1000;
  }

  /** Whether it is due now; if so, it begins to wait anew. */
  take(now = performance.now()): boolean {
    if (this.#milliseconds <= 0 || now < this.#next) return false;
    this.#next = now + this.#milliseconds;
    return true;
  }
}
