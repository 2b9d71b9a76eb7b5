/**
 * What a side in JavaScript does with its standard streams: it reads how many steps to take, takes them, and says how long
 * that took. The side in Python does the same.
 */

import { createInterface } from 'node:readline';

/** Begins each line that is meant for the benchmark; other lines are the side's own. */
export const MARK = '@bench ';

/** As many losses as are told, of the first steps of a turn. */
const LOSSES = 20;

export interface TurnReport {
  readonly steps: number;
  readonly seconds: number;
  /** Of its first steps. */
  readonly losses: readonly number[];
}

export class Turns {
  readonly #lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  #left = 0;
  #steps = 0;
  #losses: number[] = [];
  #start = 0;

  /** To be called when the side is ready for its first step. Ends the process where no turn comes any more. */
  async begin(): Promise<void> {
    say({ ready: true });
    await this.#next();
  }

  /** To be called after each step: what it returns is awaited before the next one. */
  afterStep(loss: number): Promise<void> | undefined {
    if (this.#losses.length < LOSSES) this.#losses.push(loss);
    if (--this.#left > 0) return undefined;
    const seconds = (performance.now() - this.#start) / 1000;
    say({ steps: this.#steps, seconds, losses: this.#losses } satisfies TurnReport);
    return this.#next();
  }

  async #next(): Promise<void> {
    const line = await this.#lines.next();
    if (line.done === true) process.exit(0);
    this.#steps = this.#left = Number(line.value);
    this.#losses = [];
    this.#start = performance.now();
  }
}

function say(message: object): void {
  process.stdout.write(`${MARK}${JSON.stringify(message)}\n`);
}
