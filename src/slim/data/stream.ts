import * as tf from '@tensorflow/tfjs';
import { cloneBatch } from './clone-batch.ts';
import type { Source, SourcePosition } from './source.ts';

/** What gives batches one after the other, among them a `tf.data.Dataset`. Each batch is made of new tensors. */
export type Batches<B> =
  | Iterable<B>
  | AsyncIterable<B>
  /** `tf.data.Dataset`. */
  | { iterator(): Promise<BatchIterator<B>> }
  /** Gives the batches of an epoch, counted from 0. */
  | ((epoch: number) => Iterable<B> | AsyncIterable<B>);

export interface BatchIterator<B> {
  next(): Promise<IteratorResult<B>>;
}

export interface StreamOptions {
  /** After so many times through the batches they are at their end. Default: never. */
  readonly numEpochs?: number | null;
  /** Batches in one epoch, where that is known: what evaluation takes. Default: null. */
  readonly batchesPerEpoch?: number | null;
}

/**
 * Batches of any iterable, generator or `tf.data.Dataset`, from its beginning again in each epoch. To resume, the batches
 * up to the position are asked for and dropped; epochs before it are not run through. So an order that changes from epoch
 * to epoch should be a function of the epoch's number, which the function form is given; of a dataset, as many iterators
 * are opened as there were epochs, so that its seeded shuffling goes on as well.
 *
 * An iterator that can be run through only once (a generator's) ends after one epoch.
 */
export function stream<B extends tf.TensorContainer>(
  batches: Batches<B>,
  options: StreamOptions = {},
): Source<B> {
  return new StreamSource(batches, options);
}

class StreamSource<B extends tf.TensorContainer> implements Source<B> {
  readonly batchesPerEpoch: number | null;
  readonly #batches: Batches<B>;
  readonly #numEpochs: number;
  #epoch = 0;
  /** Of the batch that `next` will give, within the epoch. */
  #index = 0;
  #iterator: {
    readonly next: () => Promise<IteratorResult<B>>;
    readonly epoch: number;
    taken: number;
  } | null = null;
  #opened = 0;
  #ahead: B | null = null;

  constructor(batches: Batches<B>, { numEpochs = null, batchesPerEpoch = null }: StreamOptions) {
    this.#batches = batches;
    this.#numEpochs = isOneShot(batches) ? 1 : (numEpochs ?? Infinity);
    this.batchesPerEpoch = batchesPerEpoch;
  }

  async next(): Promise<B | null> {
    const batch = await this.#look();
    this.#ahead = null;
    if (batch !== null) this.#index++;
    return batch;
  }

  async peek(): Promise<B | null> {
    const batch = await this.#look();
    return batch === null ? null : cloneBatch(batch);
  }

  position(): SourcePosition {
    return { epoch: this.#epoch, index: this.#index };
  }

  async seek({ epoch = 0, index = 0 }: SourcePosition): Promise<void> {
    if (epoch === this.#epoch && index === this.#index) return;
    if (this.#ahead !== null) tf.dispose(this.#ahead);
    this.#ahead = null;
    // Behind what was taken already: the epoch begins anew.
    if (this.#iterator !== null && (this.#iterator.epoch !== epoch || this.#iterator.taken > index))
      this.#iterator = null;
    this.#epoch = epoch;
    this.#index = index;
    if (epoch < this.#numEpochs) await this.#skipTo(index);
  }

  /** The batch at the position, which stays with this source. */
  async #look(): Promise<B | null> {
    while (this.#ahead === null && this.#epoch < this.#numEpochs) {
      this.#ahead = await this.#take();
      if (this.#ahead !== null) break;
      if (this.#index === 0) throw new Error(`Epoch ${this.#epoch} of the stream has no batch.`);
      this.#iterator = null;
      this.#epoch++;
      this.#index = 0;
    }
    return this.#ahead;
  }

  async #skipTo(index: number): Promise<void> {
    while ((this.#iterator?.taken ?? 0) < index) {
      const skipped = await this.#take();
      if (skipped === null) {
        throw new Error(
          `The data stood at batch ${index} of an epoch, which now has ${this.#iterator?.taken ?? 0}. Were they changed?`,
        );
      }
      tf.dispose(skipped);
    }
  }

  async #take(): Promise<B | null> {
    this.#iterator ??= { next: await this.#open(), epoch: this.#epoch, taken: 0 };
    const result = await this.#iterator.next();
    if (result.done === true) return null;
    this.#iterator.taken++;
    return result.value;
  }

  async #open(): Promise<() => Promise<IteratorResult<B>>> {
    const [batches, epoch] = [this.#batches, this.#epoch];
    if (isOneShot(batches) && this.#opened > 0) {
      throw new Error(
        'The data cannot go back: a generator is run through once. Give slim.data.stream the function that makes it.',
      );
    }
    if (typeof batches === 'object' && 'iterator' in batches) {
      // Each iterator of a dataset that shuffles takes the next order.
      for (; this.#opened < epoch; this.#opened++) await batches.iterator();
      this.#opened++;
      const iterator = await batches.iterator();
      return () => iterator.next();
    }
    this.#opened++;
    const iterable = typeof batches === 'function' ? batches(epoch) : batches;
    const iterator =
      Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
    return async () => iterator.next();
  }
}

function isOneShot(batches: Batches<unknown>): boolean {
  if (typeof batches !== 'object' || 'iterator' in batches) return false;
  // An iterator gives itself; an iterable that can be run through again gives a new one.
  const isIterator = 'next' in batches;
  return isIterator;
}
