import { histogramOf, type HistogramProto } from '../../formats/histogram.ts';

/**
 * A histogram of values that were pulled out of a tensor. Counting them takes many times as long, and is left to whoever
 * writes them down, in a thread of its own if there are many; or it is done when somebody looks.
 */
export class PulledHistogram implements HistogramProto {
  #values: Float32Array | Int32Array | Uint8Array | null;
  #counted: HistogramProto | null = null;

  /** @param values nobody else's. */
  constructor(values: Float32Array | Int32Array | Uint8Array) {
    this.#values = values;
  }

  /** The values, which are the caller's from now on. */
  takeValues(): Float32Array | Int32Array | Uint8Array {
    if (this.#values === null)
      throw new Error('The values of this histogram were handed to a summary writer already.');
    const values = this.#values;
    this.#values = null;
    return values;
  }

  get min(): number {
    return this.#count().min;
  }

  get max(): number {
    return this.#count().max;
  }

  get num(): number {
    return this.#count().num;
  }

  get sum(): number {
    return this.#count().sum;
  }

  get sumSquares(): number {
    return this.#count().sumSquares;
  }

  get bucketLimit(): Float64Array {
    return this.#count().bucketLimit;
  }

  get bucket(): Float64Array {
    return this.#count().bucket;
  }

  #count(): HistogramProto {
    this.#counted ??= histogramOf(this.#values ?? this.takeValues());
    return this.#counted;
  }
}
