/**
 * A worker thread that does one kind of work for the extension host, and what becomes of it when it dies: of a tensor
 * too large for the memory, of a file that breaks its reader.
 */

import { Worker } from 'node:worker_threads';
import { requestCaller, type Answer, type RequestCaller, type Requests } from '../protocol/requests.ts';

/** A thread that dies so often in a row dies of what it does. */
const MAX_DEATHS = 3;
/**
 * One that lived so long did not die of what it was told when it began. Answers say less: a thread may answer well each
 * time before it comes to what kills it.
 */
const STEADY_MS = 10 * 60_000;

export interface ThreadEvents<News> {
  /** What the thread says without being asked. */
  news?(message: News): void;
  died?(reason: Error): void;
  /** Another one has taken the place of the one before: it knows nothing of what that one was told. */
  again(): void;
  /** There is no other one until {@link SupervisedThread.restart}: all that is asked rejects with the reason. */
  gaveUp(reason: Error): void;
}

export interface ThreadNames {
  /** As debuggers show it. */
  readonly name: string;
  /** What it does, for "The thread that ... ended". */
  readonly does: string;
}

/**
 * Starts with the first question, or the first that it is told. When it dies, what was asked rejects, and another one
 * begins in its place, until too many have died. `Tell` is what it is told without an answer, `News` what it says.
 */
export class SupervisedThread<
  R extends Requests<R>,
  Tell extends object = never,
  News extends object = never,
> {
  readonly #workerPath: string;
  readonly #names: ThreadNames;
  readonly #events: ThreadEvents<News>;
  readonly #caller: RequestCaller<R>;
  #worker: Worker | undefined;
  #startedAt = 0;
  #deaths = 0;
  /** Why there is no thread and none will be started. */
  #ended: Error | undefined;
  #isDisposed = false;

  /** @param workerPath the bundled entry, which answers by a `ThreadHost`. */
  constructor(workerPath: string, names: ThreadNames, events: ThreadEvents<News>) {
    this.#workerPath = workerPath;
    this.#names = names;
    this.#events = events;
    this.#caller = requestCaller(question => {
      this.#running().postMessage(question);
    });
  }

  /** Too many have died: there is none until {@link restart}. */
  get hasGivenUp(): boolean {
    return this.#ended !== undefined && !this.#isDisposed;
  }

  /** Rejects with what the thread could not do, and when it ends before it has answered. */
  ask<T extends keyof R & string>(type: T, ask: R[T]['ask']): Promise<R[T]['answer']> {
    return this.#ended === undefined ? this.#caller.ask(type, ask) : Promise.reject(this.#ended);
  }

  /** What has no answer. Of no use once it has ended. */
  tell(message: Tell): void {
    if (this.#ended === undefined) this.#running().postMessage(message);
  }

  /** Ends whatever it does and begins again with another one, as often as it takes: what killed it may be gone. */
  restart(): void {
    if (this.#isDisposed) return;
    this.#letGo(new Error(`The thread that ${this.#names.does} was started anew.`));
    this.#ended = undefined;
    this.#deaths = 0;
    this.#events.again();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#ended = new Error(`The thread that ${this.#names.does} was closed.`);
    this.#letGo(this.#ended);
  }

  #letGo(reason: Error): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#caller.end(reason);
  }

  #running(): Worker {
    return (this.#worker ??= this.#start());
  }

  #start(): Worker {
    const worker = new Worker(this.#workerPath, { name: this.#names.name });
    let why = 'it ended by itself';
    worker.on('message', (message: Answer<R> | News) => {
      if (worker !== this.#worker) return;
      if ('id' in message) this.#caller.take(message);
      else this.#events.news?.(message);
    });
    worker.on('error', error => {
      why = error.message;
    });
    worker.on('exit', () => {
      if (worker === this.#worker)
        this.#died(new Error(`The thread that ${this.#names.does} ended: ${why}.`));
    });
    this.#startedAt = performance.now();
    return worker;
  }

  #died(reason: Error): void {
    this.#worker = undefined;
    this.#deaths = performance.now() - this.#startedAt < STEADY_MS ? this.#deaths + 1 : 1;
    if (this.#deaths >= MAX_DEATHS) this.#ended = reason;
    this.#caller.end(reason);
    this.#events.died?.(reason);
    if (this.#ended === undefined) this.#events.again();
    else this.#events.gaveUp(reason);
  }
}
