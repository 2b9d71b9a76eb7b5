/** Looks at something that changes: soon after a hint, and every now and then without one; never twice at once. */
export class RepeatedLook {
  readonly #look: () => Promise<void>;
  readonly #settleMs: number;
  /** Share of the time that looking may take: what takes long is looked at more rarely. */
  readonly #share = 0.02;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #hinted = false;
  #disposed = false;

  /**
   * @param look must not reject
   * @param settleMs how long a hint waits for more of its kind
   * @param intervalMs how long without a hint
   */
  constructor(look: () => Promise<void>, settleMs: number, intervalMs: number) {
    this.#look = look;
    this.#settleMs = settleMs;
    this.#intervalMs = intervalMs;
    this.#in(0);
  }

  hint(): void {
    this.#hinted = true;
    if (!this.#looking) this.#in(this.#settleMs);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  #in(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#disposed) return;
    this.#timer = setTimeout(() => void this.#now(), milliseconds);
  }

  async #now(): Promise<void> {
    this.#looking = true;
    this.#hinted = false;
    const start = performance.now();
    await this.#look();
    const took = performance.now() - start;
    this.#looking = false;
    // A hint that came meanwhile may be about what was already looked at.
    this.#in(this.#wasHinted() ? this.#settleMs : Math.max(this.#intervalMs, took / this.#share));
  }

  #wasHinted(): boolean {
    return this.#hinted;
  }
}
