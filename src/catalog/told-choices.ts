/**
 * Tells which checkpoints one can be compared with, when they are others than those told last. Finding them reads a
 * folder, and a list of runs changes with every point of a curve: they are found anew when runs or their checkpoints are.
 */

import type { ComparisonChoice } from '../protocol/checkpoint.ts';
import type { TrainingRun } from './training-run.ts';

export interface ChoicesEvents {
  find(): Promise<readonly ComparisonChoice[]>;
  tell(choices: readonly ComparisonChoice[]): void;
}

type RunOfChoices = Pick<TrainingRun, 'name' | 'logdir' | 'checkpoints'>;

export class ToldChoices {
  readonly #events: ChoicesEvents;
  /** Of the runs for which choices were found last. */
  #runs: string | undefined;
  #told: string | undefined;

  constructor(events: ChoicesEvents) {
    this.#events = events;
  }

  async runsChanged(runs: readonly RunOfChoices[]): Promise<void> {
    const state = JSON.stringify(
      runs.map(({ name, logdir, checkpoints }) => [name, logdir, checkpoints.map(({ prefix }) => prefix)]),
    );
    if (state === this.#runs) return;
    this.#runs = state;
    await this.tell();
  }

  /** To one who knows none. */
  async tellAnew(): Promise<void> {
    this.#told = undefined;
    await this.tell();
  }

  async tell(): Promise<void> {
    const choices = await this.#events.find();
    const told = JSON.stringify(choices);
    if (told === this.#told) return;
    this.#told = told;
    this.#events.tell(choices);
  }
}
