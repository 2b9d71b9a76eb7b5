import type { CheckpointAnswer, CheckpointQuestion } from '../../src/protocol/checkpoint.ts';

type AnswerTo<Q extends CheckpointQuestion> = Extract<CheckpointAnswer, { kind: Q['kind'] }>;

interface Waiting {
  readonly resolve: (answer: CheckpointAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Questions that the extension has not answered yet. */
export class Questions {
  readonly #post: (id: number, question: CheckpointQuestion) => void;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;

  constructor(post: (id: number, question: CheckpointQuestion) => void) {
    this.#post = post;
  }

  /** Rejects with what the extension says of it. Never settles when the file is opened again meanwhile. */
  ask<Q extends CheckpointQuestion>(question: Q): Promise<AnswerTo<Q>> {
    return new Promise((resolve, reject) => {
      const id = this.#count++;
      // Each kind of question has its kind of answer.
      this.#waiting.set(id, { resolve: resolve as (answer: CheckpointAnswer) => void, reject });
      this.#post(id, question);
    });
  }

  answered(id: number, answer: CheckpointAnswer): void {
    this.#take(id)?.resolve(answer);
  }

  refused(id: number, message: string): void {
    this.#take(id)?.reject(new Error(message));
  }

  /** What was asked is void. */
  forget(): void {
    this.#waiting.clear();
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }
}
