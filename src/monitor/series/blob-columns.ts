/** Where the blobs of a tag lie, in typed arrays that grow: 32 bytes a blob, and nothing of the blob itself. */

import { Columns, doubled } from './columns.ts';

const FIRST_CAPACITY = 16;

/** In the order in which they were read: where steps fall, a process computes again what another one had. */
export class BlobColumns {
  /** A blob is a point, and its value is where it begins in its file. */
  readonly #points = new Columns();
  #file = new Uint32Array(FIRST_CAPACITY);
  #bytes = new Uint32Array(FIRST_CAPACITY);

  get length(): number {
    return this.#points.length;
  }

  /** Views of the blobs there are: good until the next change. */
  get step(): Float64Array {
    return this.#points.step;
  }

  get wallTime(): Float64Array {
    return this.#points.wallTime;
  }

  /** Positions in the list of files that were read. */
  get file(): Uint32Array {
    return this.#file.subarray(0, this.length);
  }

  /** Where each begins in its file. */
  get offset(): Float64Array {
    return this.#points.value;
  }

  /** How many bytes each has there. */
  get bytes(): Uint32Array {
    return this.#bytes.subarray(0, this.length);
  }

  append(step: number, wallTime: number, file: number, offset: number, bytes: number): void {
    const at = this.length;
    if (at === this.#file.length) {
      this.#file = doubled(this.#file);
      this.#bytes = doubled(this.#bytes);
    }
    this.#file[at] = file;
    this.#bytes[at] = bytes;
    this.#points.append(step, wallTime, offset);
  }
}
