/** Runs an update at once, but no sooner than `interval` milliseconds after the last: numbers that people read. */
export class Paced {
  readonly #update: () => void;
  readonly #interval: number;
  #last = -Infinity;
  #timer: number | undefined;

  constructor(interval: number, update: () => void) {
    this.#interval = interval;
    this.#update = update;
  }

  request(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#last + this.#interval - performance.now();
    if (wait <= 0) this.#run();
    else
      this.#timer = window.setTimeout(() => {
        this.#run();
      }, wait);
  }

  /** Forgets an update that was asked for and has not run. */
  cancel(): void {
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #run(): void {
    this.#timer = undefined;
    this.#last = performance.now();
    this.#update();
  }
}
