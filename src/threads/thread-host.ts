/** The extension host, as a thread sees it that is run by a {@link SupervisedThread}: the same types on both sides. */

import { parentPort, type MessagePort } from 'node:worker_threads';
import { respond, type Handlers, type Question, type Requests } from '../protocol/requests.ts';

export class ThreadHost<R extends Requests<R>, Tell extends object = never, News extends object = never> {
  readonly #port: MessagePort;

  constructor() {
    if (parentPort === null) throw new Error('This is the entry of a worker thread.');
    this.#port = parentPort;
  }

  /** Says what was not asked. */
  say(news: News): void {
    this.#port.postMessage(news);
  }

  /** Answers what is asked, and hears what is told. */
  serve(handlers: Handlers<R>, hear?: (message: Tell) => void): void {
    this.#port.on('message', (message: Question<R> | Tell) => {
      if (!('id' in message)) hear?.(message);
      else {
        void respond(handlers, message, (answer, transfer) => {
          this.#port.postMessage(answer, transfer);
        });
      }
    });
  }
}
