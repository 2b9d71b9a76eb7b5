import type { SeriesQuery, SeriesWindow } from '../../../src/protocol/series.ts';

export type SeriesAnswer = { readonly window: SeriesWindow } | { readonly failure: string };

/** Questions to the monitor that are under way, each with who waits for it. */
export class SeriesRequests {
  readonly #send: (id: number, query: SeriesQuery) => void;
  readonly #waiting = new Map<number, (answer: SeriesAnswer) => void>();
  #lastId = 0;

  constructor(send: (id: number, query: SeriesQuery) => void) {
    this.#send = send;
  }

  /** Nothing is under way. */
  get idle(): boolean {
    return this.#waiting.size === 0;
  }

  ask(query: SeriesQuery, answered: (answer: SeriesAnswer) => void): number {
    const id = ++this.#lastId;
    this.#waiting.set(id, answered);
    this.#send(id, query);
    return id;
  }

  /** Nobody waits for this answer any more: it is dropped when it comes. */
  abandon(id: number): void {
    this.#waiting.delete(id);
  }

  receive(id: number, answer: SeriesAnswer): void {
    const answered = this.#waiting.get(id);
    this.#waiting.delete(id);
    answered?.(answer);
  }
}
