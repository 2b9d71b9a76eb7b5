import type * as tf from '@tensorflow/tfjs';
import { getDefaultGraph } from '../scope/graph.ts';
import { PhiloxStream } from '../random/philox.ts';
import { hash32 } from '../random/operation-seed.ts';
import type { Source, SourcePosition } from './source.ts';

/** Examples that can be had by their number, in any order. */
export interface Examples<B extends tf.TensorContainer> {
  /** How many there are. */
  readonly length: number;
  /** A batch of the examples with these numbers, in this order. */
  gather(rows: Int32Array): B | Promise<B>;
}

export interface BatchOptions {
  /** Examples in a batch. Default: 32. */
  readonly batchSize?: number;
  /** A new order in each epoch. Default: true. */
  readonly shuffle?: boolean;
  /** Of the order. Default: the graph's. */
  readonly seed?: number;
  /** After so many times through the data they are at their end. Default: never. */
  readonly numEpochs?: number | null;
  /** Leave out the examples at an epoch's end that do not fill a batch. Default: false. */
  readonly dropRemainder?: boolean;
}

/**
 * Batches of examples that can be had by their number, with seeded shuffling. The order of an epoch is a function of seed
 * and epoch, so that going to a position takes the same time wherever it is.
 */
export class IndexedSource<B extends tf.TensorContainer> implements Source<B> {
  /** Examples. */
  readonly length: number;
  readonly batchSize: number;
  readonly #examples: Examples<B>;
  readonly #seed: number;
  readonly #isShuffled: boolean;
  readonly #numEpochs: number;
  readonly #epochEnd: number;
  #epoch = 0;
  #index = 0;
  #order: { readonly epoch: number; readonly rows: Int32Array } | null = null;

  /** @throws RangeError when there are fewer examples than one batch takes, or an option is out of its range. */
  constructor(examples: Examples<B>, options: BatchOptions) {
    this.#examples = examples;
    this.length = examples.length;
    this.batchSize = options.batchSize ?? 32;
    if (!Number.isInteger(this.batchSize) || this.batchSize < 1) {
      throw new RangeError(`batchSize has to be a positive integer: ${this.batchSize}.`);
    }
    this.#isShuffled = options.shuffle ?? true;
    this.#seed = options.seed ?? getDefaultGraph().seed;
    this.#numEpochs = options.numEpochs ?? Infinity;
    const remainder = options.dropRemainder === true ? this.length % this.batchSize : 0;
    this.#epochEnd = this.length - remainder;
    if (this.#epochEnd === 0) {
      throw new RangeError(
        `A batch of ${this.batchSize} takes more than the ${this.length} examples there are.`,
      );
    }
  }

  get batchesPerEpoch(): number {
    return Math.ceil(this.#epochEnd / this.batchSize);
  }

  async next(): Promise<B | null> {
    // Not by way of peek: a promise less in each step.
    const batch = await this.#batchHere();
    if (batch === null) return null;
    this.#index += this.batchSize;
    if (this.#index >= this.#epochEnd) {
      this.#index = 0;
      this.#epoch++;
    }
    return batch;
  }

  async peek(): Promise<B | null> {
    return this.#batchHere();
  }

  #batchHere(): B | null | Promise<B> {
    if (this.#epoch >= this.#numEpochs) return null;
    const end = Math.min(this.#index + this.batchSize, this.#epochEnd);
    return this.#examples.gather(this.#orderOf(this.#epoch).subarray(this.#index, end));
  }

  position(): SourcePosition {
    return { epoch: this.#epoch, index: this.#index, seed: this.#seed };
  }

  seek({ epoch = 0, index = 0, seed = this.#seed }: SourcePosition): Promise<void> {
    if (seed !== this.#seed) {
      return Promise.reject(
        new Error(
          `The data were shuffled by seed ${seed}, and now are by ${this.#seed}: they cannot be continued.`,
        ),
      );
    }
    if (index >= this.#epochEnd || index % this.batchSize !== 0) {
      return Promise.reject(
        new Error(
          `The data stood at example ${index}; ${this.length} examples in batches of ${this.batchSize} have no such place. Were they changed?`,
        ),
      );
    }
    this.#epoch = epoch;
    this.#index = index;
    return Promise.resolve();
  }

  #orderOf(epoch: number): Int32Array {
    if (this.#order?.epoch !== epoch) {
      const rows = new Int32Array(this.length).map((_, row) => row);
      if (this.#isShuffled) shuffle(rows, new PhiloxStream([hash32(`shuffle ${this.#seed}`) | 0, epoch]));
      this.#order = { epoch, rows };
    }
    return this.#order.rows;
  }
}

/** Fisher and Yates. */
function shuffle(rows: Int32Array, random: PhiloxStream): void {
  for (let last = rows.length - 1; last > 0; last--) {
    const other = Math.floor((random.nextWord() / 0x100000000) * (last + 1));
    const swapped = rows[last] ?? 0;
    rows[last] = rows[other] ?? 0;
    rows[other] = swapped;
  }
}
