/** The points of a curve in typed arrays that grow: 24 bytes a point, no objects. */

const FIRST_CAPACITY = 64;

export class Columns {
  #step = new Float64Array(FIRST_CAPACITY);
  #wallTime = new Float64Array(FIRST_CAPACITY);
  #value = new Float64Array(FIRST_CAPACITY);
  #length = 0;
  #wallTimesAscend = true;

  /** True while no wall time was below the one before, or none at all (clocks are set back, and some writers lie). */
  get wallTimesAscend(): boolean {
    return this.#wallTimesAscend;
  }

  get length(): number {
    return this.#length;
  }

  /** Views of the points there are: good until the next change. */
  get step(): Float64Array {
    return this.#step.subarray(0, this.#length);
  }

  get wallTime(): Float64Array {
    return this.#wallTime.subarray(0, this.#length);
  }

  get value(): Float64Array {
    return this.#value.subarray(0, this.#length);
  }

  append(step: number, wallTime: number, value: number): void {
    const at = this.#length;
    if (at === this.#step.length) this.#grow();
    if (!(wallTime >= (at === 0 ? -Infinity : (this.#wallTime[at - 1] ?? NaN))))
      this.#wallTimesAscend = false;
    this.#step[at] = step;
    this.#wallTime[at] = wallTime;
    this.#value[at] = value;
    this.#length = at + 1;
  }

  /** Takes the points from `start` on out and returns them. */
  cut(start: number): Columns {
    const tail = new Columns();
    for (let at = start; at < this.#length; at++) {
      tail.append(this.#step[at] ?? NaN, this.#wallTime[at] ?? NaN, this.#value[at] ?? NaN);
    }
    this.#length = start;
    return tail;
  }

  #grow(): void {
    this.#step = doubled(this.#step);
    this.#wallTime = doubled(this.#wallTime);
    this.#value = doubled(this.#value);
  }
}

export function doubled<A extends Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(array: A): A {
  const grown = new (array.constructor as new (length: number) => A)(array.length * 2);
  grown.set(array);
  return grown;
}
