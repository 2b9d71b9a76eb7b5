/** Where the blobs of a tag lie, in typed arrays that grow: 32 bytes a blob, and nothing of the blob itself. */

import { doubled } from './columns.ts';

const FIRST_CAPACITY = 16;

/** In the order in which they were read: where steps fall, a process computes again what another one had. */
export class BlobColumns {
  #step = new Float64Array(FIRST_CAPACITY);
  #wallTime = new Float64Array(FIRST_CAPACITY);
  #file = new Uint32Array(FIRST_CAPACITY);
  #offset = new Float64Array(FIRST_CAPACITY);
  #bytes = new Uint32Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Views of the blobs there are: good until the next change. */
  get step(): Float64Array {
    return this.#step.subarray(0, this.#length);
  }

  get wallTime(): Float64Array {
    return this.#wallTime.subarray(0, this.#length);
  }

  /** Positions in the list of files that were read. */
  get file(): Uint32Array {
    return this.#file.subarray(0, this.#length);
  }

  /** Where each begins in its file. */
  get offset(): Float64Array {
    return this.#offset.subarray(0, this.#length);
  }

  /** How many bytes each has there. */
  get bytes(): Uint32Array {
    return this.#bytes.subarray(0, this.#length);
  }

  append(step: number, wallTime: number, file: number, offset: number, bytes: number): void {
    const at = this.#length;
    if (at === this.#step.length) this.#grow();
    this.#step[at] = step;
    this.#wallTime[at] = wallTime;
    this.#file[at] = file;
    this.#offset[at] = offset;
    this.#bytes[at] = bytes;
    this.#length = at + 1;
  }

  #grow(): void {
    this.#step = doubled(this.#step);
    this.#wallTime = doubled(this.#wallTime);
    this.#file = doubled(this.#file);
    this.#offset = doubled(this.#offset);
    this.#bytes = doubled(this.#bytes);
  }
}
