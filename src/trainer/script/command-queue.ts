/** Commands on their way to the training loop, which takes them between two steps. */

import type { TrainingCommand } from '../../protocol/training-host.ts';

export class CommandQueue {
  #commands: TrainingCommand[] = [];
  #waiting: (() => void)[] = [];

  push(command: TrainingCommand): void {
    this.#commands.push(command);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  take(): TrainingCommand | undefined {
    return this.#commands.shift();
  }

  /** Resolves when {@link take} has something. */
  arrived(): Promise<void> {
    if (this.#commands.length > 0) return Promise.resolve();
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** The loop has ended: nobody takes what is left. */
  drop(reason: string): void {
    const left = this.#commands;
    this.#commands = [];
    for (const command of left) if (command.type === 'save') command.done({ error: reason });
  }
}
