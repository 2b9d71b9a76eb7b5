import type { Frame } from '../../shared/frame.ts';

/** One crosshair for all cards: an x value that each draws at its own place. */
export class Crosshair {
  readonly #frame: Frame;
  readonly #draws = new Set<() => void>();
  #x: number | null = null;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** In the unit of the x axis; null: there is none. */
  get x(): number | null {
    return this.#x;
  }

  set x(x: number | null) {
    if (x === this.#x) return;
    this.#x = x;
    for (const draw of this.#draws) this.#frame.request(draw);
  }

  /** Draws with each move from now on, until the answer is called. */
  follow(draw: () => void): () => void {
    this.#draws.add(draw);
    return () => {
      this.#draws.delete(draw);
    };
  }
}
