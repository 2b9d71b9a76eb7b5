/**
 * Steps per second over the last ten seconds, and at the beginning over the last half of the time: the first steps, in
 * which kernels are loaded and graphs are made, take many times as long as the others.
 */

const WINDOW_MS = 10_000;
const SAMPLE_MS = 100;

export class StepRate {
  /** At least {@link SAMPLE_MS} apart, oldest first: however fast the steps, few are kept. */
  #samples: { readonly step: number; readonly time: number }[] = [];
  #newest: { readonly step: number; readonly time: number } | undefined;
  #begin = 0;

  /** `time` in milliseconds, of a clock that never goes back. */
  add(step: number, time: number): void {
    if (this.#newest === undefined) this.#begin = time;
    this.#newest = { step, time };
    const last = this.#samples.at(-1);
    if (last !== undefined && time - last.time < SAMPLE_MS) return;
    this.#samples.push(this.#newest);
    const from = Math.max(time - WINDOW_MS, (this.#begin + time) / 2);
    while ((this.#samples[0]?.time ?? time) < from && (this.#samples[1]?.time ?? time) < time)
      this.#samples.shift();
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
