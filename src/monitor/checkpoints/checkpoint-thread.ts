/** The extension host's side of the thread that reads one checkpoint. Letting go of it ends whatever it does. */

import { Worker } from 'node:worker_threads';
import type {
  CheckpointRequest,
  CheckpointResponses,
  FromCheckpointWorker,
  ToCheckpointWorker,
} from '../../protocol/checkpoint-worker.ts';
import type { VariableChange, VariableId, VariableReport } from '../../protocol/checkpoint.ts';
import { Questions } from '../../protocol/questions.ts';

export interface CheckpointNews {
  report(variable: VariableId, report: VariableReport): void;
  change(variable: VariableId, change: VariableChange): void;
  /** It has ended by itself, of a tensor too large for the memory perhaps: another one is needed. */
  died(reason: Error): void;
}

export class CheckpointThread {
  readonly #worker: Worker;
  readonly #questions = new Questions();
  /** Why it has ended. */
  #ended: Error | undefined;

  /** @param workerPath the bundled worker.ts. */
  constructor(workerPath: string, news: CheckpointNews) {
    let failure: Error | undefined;
    this.#worker = new Worker(workerPath, { name: 'slim-training checkpoint' });
    this.#worker.on('message', (message: FromCheckpointWorker) => {
      this.#receive(message, news);
    });
    this.#worker.on('error', error => {
      failure = error;
    });
    this.#worker.on('exit', () => {
      if (this.#ended !== undefined) return;
      const why = failure?.message ?? 'it ended by itself';
      const reason = new Error(`The thread that reads the checkpoint ended: ${why}.`, { cause: failure });
      this.#end(reason);
      news.died(reason);
    });
  }

  /** Rejects with what is wrong with the file, and when the thread ends before it has answered. */
  request<R extends CheckpointRequest>(request: R): Promise<CheckpointResponses[R['kind']]> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    // The thread answers each kind of request with its kind of response.
    return this.#questions.ask(id => {
      this.#post({ type: 'request', id, request });
    });
  }

  /** These are read next. */
  want(variables: readonly VariableId[]): void {
    this.#post({ type: 'want', variables });
  }

  /** Also what nobody looks at is read, however much it is. */
  wantAll(): void {
    this.#post({ type: 'wantAll' });
  }

  /** A variable that was reported as large is read. */
  wantLarge(variable: VariableId): void {
    this.#post({ type: 'wantLarge', variable });
  }

  dispose(): void {
    this.#end(new Error('The checkpoint was closed.'));
    void this.#worker.terminate();
  }

  #post(message: ToCheckpointWorker): void {
    if (this.#ended === undefined) this.#worker.postMessage(message);
  }

  #receive(message: FromCheckpointWorker, news: CheckpointNews): void {
    if (this.#ended !== undefined) return;
    switch (message.type) {
      case 'report':
        news.report(message.variable, message.report);
        return;
      case 'change':
        news.change(message.variable, message.change);
        return;
      case 'response':
        this.#questions.answered(message.id, message.response);
        return;
      case 'failure':
        this.#questions.failed(message.id, message.message);
        return;
    }
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    this.#questions.end(this.#ended);
  }
}
