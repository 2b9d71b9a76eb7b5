/** The extension host's side of a mapping editor's worker thread. */

import { SupervisedThread } from '../threads/supervised-thread.ts';
import type { MappingRequests } from './mapping-request.ts';

export class MappingEngine {
  readonly #listeners = new Set<() => void>();
  readonly #thread: SupervisedThread<MappingRequests>;

  /** @param workerPath the bundled mapping-worker.ts. The thread starts with the first question. */
  constructor(workerPath: string) {
    const forgot = (): void => {
      for (const listener of this.#listeners) listener();
    };
    this.#thread = new SupervisedThread(
      workerPath,
      { name: 'slim-training mapping', does: 'reads the checkpoint' },
      { again: forgot, gaveUp: forgot },
    );
  }

  /** The thread died too often: all questions fail with the reason until {@link restart}. */
  get hasGivenUp(): boolean {
    return this.#thread.hasGivenUp;
  }

  /**
   * Answers come in the order of the questions, but for those that read files.
   *
   * @throws Error when the thread dies of it: see {@link onForgot}.
   */
  ask<T extends keyof MappingRequests>(
    type: T,
    question: MappingRequests[T]['ask'],
  ): Promise<MappingRequests[T]['answer']> {
    return this.#thread.ask(type, question);
  }

  /** The thread has died, of a tensor that was too large perhaps, or begins again: checkpoint and model are forgotten. */
  onForgot(listener: () => void): void {
    this.#listeners.add(listener);
  }

  restart(): void {
    this.#thread.restart();
  }

  dispose(): void {
    this.#listeners.clear();
    this.#thread.dispose();
  }
}
