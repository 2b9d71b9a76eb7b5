import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long training may go on before sockets, signals and timers get their turn. */
const LONGEST_MS = 8;

/** Gives the event loop its turn, often enough for a socket to answer and seldom enough to cost nothing. */
export class EventLoopTurn {
  #last = performance.now();

  isDue(): boolean {
    return performance.now() - this.#last >= LONGEST_MS;
  }

  async give(): Promise<void> {
    await nextTurn();
    this.#last = performance.now();
  }
}
