/** Steps per second over the last ten seconds. */

const WINDOW_MS = 10_000;
const SAMPLE_MS = 100;

export class StepRate {
  /** At least {@link SAMPLE_MS} apart, oldest first: however fast the steps, few are kept. */
  #samples: { readonly step: number; readonly time: number }[] = [];
  #newest: { readonly step: number; readonly time: number } | undefined;

  /** `time` in milliseconds, of a clock that never goes back. */
  add(step: number, time: number): void {
    this.#newest = { step, time };
    const last = this.#samples.at(-1);
    if (last !== undefined && time - last.time < SAMPLE_MS) return;
    this.#samples.push(this.#newest);
    while ((this.#samples[1]?.time ?? time) <= time - WINDOW_MS) this.#samples.shift();
  }

  /** After a pause the time that it took does not count. */
  restart(): void {
    this.#samples = [];
    this.#newest = undefined;
  }

  /** null before the second step. */
  get stepsPerSec(): number | null {
    const oldest = this.#samples[0];
    if (oldest === undefined || this.#newest === undefined || this.#newest.time <= oldest.time) return null;
    return (1000 * (this.#newest.step - oldest.step)) / (this.#newest.time - oldest.time);
  }
}
