import { Worker } from 'node:worker_threads';
import { workerEntry } from '../worker-entry.ts';
import type { StepEvent } from './step-event.ts';

interface Asked {
  readonly resolve: (record: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that encodes events, in the order in which it gets them. It begins with the first. */
export class SummaryThread {
  #worker: Worker | null = null;
  readonly #asked: Asked[] = [];

  /** The event's record. The values of its histograms are handed over. */
  async encode(event: StepEvent): Promise<Uint8Array> {
    const buffers = event.summaries.flatMap(each =>
      'values' in each ? [each.values.buffer as ArrayBuffer] : [],
    );
    this.#worker ??= this.#begin();
    this.#worker.postMessage(event, buffers);
    // Only while it has something to do it keeps the process alive.
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }));
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #begin(): Worker {
    const worker = new Worker(workerEntry('summary-worker', 'summaries/summary-worker'));
    worker.unref();
    worker.on('message', (record: Uint8Array) => {
      this.#asked.shift()?.resolve(record);
      if (this.#asked.length === 0) worker.unref();
    });
    let reason = new Error('The thread that counts histograms has ended.');
    worker.on('error', error => {
      reason = error;
    });
    worker.on('exit', () => {
      this.#worker = null;
      for (const { reject } of this.#asked.splice(0)) reject(reason);
    });
    return worker;
  }
}
