/** The extension host's side of a mapping editor's worker thread. */

import { Worker } from 'node:worker_threads';
import { Questions } from '../protocol/questions.ts';
import type { MappingAnswer, MappingRequests } from './mapping-request.ts';

export class MappingEngine {
  readonly #workerPath: string;
  readonly #questions = new Questions();
  readonly #deathListeners = new Set<() => void>();
  #worker: Worker | undefined;
  #isDisposed = false;

  /** @param workerPath the bundled mapping-worker.ts. The thread starts with the first question. */
  constructor(workerPath: string) {
    this.#workerPath = workerPath;
  }

  /**
   * Answers come in the order of the questions, but for those that read files.
   *
   * @throws Error when the thread dies of it: see {@link onDied}.
   */
  ask<T extends keyof MappingRequests>(
    type: T,
    question: MappingRequests[T]['ask'],
  ): Promise<MappingRequests[T]['answer']> {
    if (this.#isDisposed) return Promise.reject(new Error('The mapping was closed.'));
    return this.#questions.ask(id => {
      this.#worker ??= this.#start();
      this.#worker.postMessage({ id, type, ...question });
    });
  }

  /** The thread has died, of a tensor that was too large perhaps: the next one knows neither checkpoint nor model. */
  onDied(listener: () => void): void {
    this.#deathListeners.add(listener);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#deathListeners.clear();
    void this.#worker?.terminate();
    this.#end(new Error('The mapping was closed.'));
  }

  #start(): Worker {
    const worker = new Worker(this.#workerPath, { name: 'slim-training mapping' });
    let failure = 'it ended by itself';
    worker.on('message', (answer: MappingAnswer) => {
      if ('failure' in answer) this.#questions.failed(answer.id, answer.failure);
      else this.#questions.answered(answer.id, answer.answer);
    });
    worker.on('error', error => {
      failure = error.message;
    });
    worker.on('exit', () => {
      if (this.#worker !== worker) return;
      this.#end(new Error(`The thread that reads the checkpoint ended: ${failure}.`));
      for (const listener of this.#deathListeners) listener();
    });
    return worker;
  }

  #end(error: Error): void {
    this.#worker = undefined;
    this.#questions.end(error);
  }
}
