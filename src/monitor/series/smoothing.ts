/**
 * TensorBoard's smoothing: an exponential moving average, corrected for its start at zero
 * (webapp/widgets/line_chart_v2/data_transformer.ts, classicSmoothing). Non-finite values pass through and leave the
 * average alone; a constant curve stays exactly what it is.
 */

/**
 * The smoothed values of a curve that grows. What was smoothed before is kept while the weight stays the same and no
 * value was taken away.
 */
export class Smoother {
  #weight = NaN;
  #smoothed = new Float64Array(0);
  #done = 0;
  #average = 0;
  #averaged = 0;
  /** Is all that was smoothed so far equal to the first value? */
  #constant = true;

  /** @param weight 0 (nothing) to below 1. The result is good until the next call. */
  smooth(values: Float64Array, weight: number): Float64Array {
    if (weight === 0) return values;
    if (weight !== this.#weight || values.length < this.#done) this.forget();
    this.#weight = weight;
    if (this.#constant && !isConstant(values, this.#done)) {
      // Until now the values went through as they were; now all of them take part in the average.
      this.forget();
      this.#weight = weight;
      this.#constant = false;
    }
    this.#makeRoom(values.length);
    if (this.#constant) this.#smoothed.set(values.subarray(this.#done), this.#done);
    else this.#continue(values);
    this.#done = values.length;
    return this.#smoothed.subarray(0, this.#done);
  }

  /** Begins anew: for a curve whose points were changed, not only added to. */
  forget(): void {
    this.#done = 0;
    this.#average = 0;
    this.#averaged = 0;
    this.#constant = true;
    this.#weight = NaN;
  }

  #continue(values: Float64Array): void {
    const weight = this.#weight;
    const smoothed = this.#smoothed;
    let average = this.#average;
    let averaged = this.#averaged;
    let debias = 0;
    for (let at = this.#done; at < values.length; at++) {
      const value = values[at] ?? NaN;
      if (!Number.isFinite(value)) {
        smoothed[at] = value;
        continue;
      }
      average = average * weight + (1 - weight) * value;
      averaged++;
      // The correction falls to exactly 1 after some hundred points and stays there.
      if (debias !== 1) debias = 1 - Math.pow(weight, averaged);
      smoothed[at] = average / debias;
    }
    this.#average = average;
    this.#averaged = averaged;
  }

  #makeRoom(length: number): void {
    if (this.#smoothed.length >= length) return;
    const grown = new Float64Array(length * 2);
    grown.set(this.#smoothed.subarray(0, this.#done));
    this.#smoothed = grown;
  }
}

/** Are the values from `from` on equal to the first of all? A NaN equals nothing, as in TensorBoard. */
function isConstant(values: Float64Array, from: number): boolean {
  const [first] = values;
  for (let at = from; at < values.length; at++) if (values[at] !== first) return false;
  return true;
}
