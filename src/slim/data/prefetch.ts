import * as tf from '@tensorflow/tfjs';
import { cloneBatch } from './clone-batch.ts';
import type { Source, SourcePosition } from './source.ts';

/**
 * The same batches as `source` gives, read ahead while a step computes: of use where they come from files or from elsewhere.
 * At most `count` are held. An error comes where its batch would have come, and the position is that of the batch that
 * is given next, however much was read ahead.
 *
 * @param count Batches to read ahead. Default: 2.
 */
export function prefetch<B extends tf.TensorContainer>(source: Source<B>, count = 2): Source<B> {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`prefetch reads a positive number of batches ahead, not ${count}.`);
  }
  return new PrefetchSource(source, count);
}

interface Ahead<B> {
  readonly batch: B | null;
  /** Where the source stands after it. */
  readonly after: SourcePosition;
}

class PrefetchSource<B extends tf.TensorContainer> implements Source<B> {
  readonly #source: Source<B>;
  readonly #count: number;
  readonly #queue: Promise<Ahead<B>>[] = [];
  #here: SourcePosition;

  constructor(source: Source<B>, count: number) {
    this.#source = source;
    this.#count = count;
    this.#here = source.position();
  }

  get batchesPerEpoch(): number | null {
    return this.#source.batchesPerEpoch;
  }

  async next(): Promise<B | null> {
    const { batch, after } = await this.#first();
    void this.#queue.shift();
    this.#here = after;
    if (batch !== null) this.#fill();
    return batch;
  }

  async peek(): Promise<B | null> {
    const { batch } = await this.#first();
    return batch === null ? null : cloneBatch(batch);
  }

  position(): SourcePosition {
    return this.#here;
  }

  async seek(position: SourcePosition): Promise<void> {
    await this.#drop();
    await this.#source.seek(position);
    this.#here = this.#source.position();
  }

  async #first(): Promise<Ahead<B>> {
    this.#fill();
    try {
      const [first] = this.#queue;
      return await (first ?? this.#read());
    } catch (error) {
      // Nothing was read past the error: whoever asks again tries this batch again.
      this.#queue.length = 0;
      throw error;
    }
  }

  /** The source is asked for one batch at a time, and not past its end or an error. */
  #fill(): void {
    while (this.#queue.length < this.#count) {
      const reading =
        this.#queue.at(-1)?.then(before => (before.batch === null ? before : this.#read())) ?? this.#read();
      // Its error is told to whoever takes the batch.
      void reading.catch(() => undefined);
      this.#queue.push(reading);
    }
  }

  async #read(): Promise<Ahead<B>> {
    const batch = await this.#source.next();
    return { batch, after: this.#source.position() };
  }

  async #drop(): Promise<void> {
    const dropped = await Promise.allSettled(this.#queue.splice(0));
    for (const each of dropped)
      if (each.status === 'fulfilled' && each.value.batch !== null) tf.dispose(each.value.batch);
  }
}
