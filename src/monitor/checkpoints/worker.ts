/** Entry of the thread that reads one checkpoint: answers requests, and in between reads one variable after the other. */

import type {
  CheckpointRequests,
  FromCheckpointWorker,
  ToCheckpointWorker,
} from '../../protocol/checkpoint-worker.ts';
import {
  READ_ALL_BYTES,
  type CheckpointListing,
  type ListedVariable,
  type ValuePicture,
  type ValueWindow,
} from '../../protocol/checkpoint.ts';
import type { Handlers } from '../../protocol/requests.ts';
import { ThreadHost } from '../../threads/thread-host.ts';
import { InspectedCheckpoint } from './inspected-checkpoint.ts';
import { ReadingOrder } from './reading-order.ts';

class CheckpointWorker {
  readonly #send: (message: FromCheckpointWorker) => void;
  #checkpoint: InspectedCheckpoint | undefined;
  #reports = new ReadingOrder(0, true);
  #changes = new ReadingOrder(0, true);
  #isReading = false;

  readonly handlers: Handlers<CheckpointRequests> = {
    open: ({ path }) => this.#open(path),
    compare: ({ path }) => this.#compareWith(path),
    picture: async ({ variable, channel }, transfer) => {
      const picture = await this.#opened().picture(variable, channel);
      transfer.push(...buffersIn(picture));
      return picture;
    },
    window: async ({ variable, rows, columns }, transfer) => {
      const window = await this.#opened().window(variable, rows, columns);
      transfer.push(...buffersIn(window));
      return window;
    },
    export: ({ variable, path }) => this.#opened().export(variable, path),
  };

  constructor(send: (message: FromCheckpointWorker) => void) {
    this.#send = send;
  }

  hear(message: ToCheckpointWorker): void {
    switch (message.type) {
      case 'want':
        for (const order of [this.#reports, this.#changes]) order.want(message.variables);
        break;
      case 'wantAll':
        for (const order of [this.#reports, this.#changes]) order.wantAll();
        break;
      case 'wantLarge':
        this.#checkpoint?.allow(message.variable);
        this.#reports.add(message.variable);
        if (this.#checkpoint?.isCompared === true) this.#changes.add(message.variable);
        break;
    }
    void this.#read();
  }

  async #open(path: string): Promise<CheckpointListing> {
    await this.#checkpoint?.close();
    this.#checkpoint = await InspectedCheckpoint.open(path);
    this.#reports = orderOf(this.#checkpoint);
    void this.#read();
    return this.#checkpoint.listing;
  }

  /** Where the other cannot be opened, comparing goes on as before. */
  async #compareWith(path: string | null): Promise<readonly ListedVariable[]> {
    const checkpoint = this.#opened();
    const removed = await checkpoint.compareWith(path);
    this.#changes = path === null ? new ReadingOrder(0, true) : orderOf(checkpoint);
    void this.#read();
    return removed;
  }

  #opened(): InspectedCheckpoint {
    if (this.#checkpoint === undefined) throw new Error('No checkpoint is open.');
    return this.#checkpoint;
  }

  /** One at a time: what is asked for in between does not wait for many. */
  async #read(): Promise<void> {
    const checkpoint = this.#checkpoint;
    if (this.#isReading || checkpoint === undefined) return;
    this.#isReading = true;
    for (;;) {
      // Requests that have come meanwhile are taken first.
      await new Promise(resolve => setImmediate(resolve));
      const variable = this.#reports.next();
      if (variable !== undefined) {
        this.#send({ type: 'report', variable, report: await checkpoint.report(variable) });
        continue;
      }
      const changes = this.#changes;
      const compared = changes.next();
      if (compared === undefined) break;
      const change = await checkpoint.change(compared);
      // By now another one may be compared with.
      if (changes === this.#changes) this.#send({ type: 'change', variable: compared, change });
    }
    this.#isReading = false;
  }
}

function orderOf({ listing: { variables } }: InspectedCheckpoint): ReadingOrder {
  const bytes = variables.reduce((sum, variable) => sum + variable.bytes, 0);
  return new ReadingOrder(variables.length, bytes <= READ_ALL_BYTES);
}

/** Arrays are handed over, not copied. */
function buffersIn(values: ValuePicture | ValueWindow): ArrayBuffer[] {
  return Object.values(values).flatMap((part: unknown) =>
    part instanceof Float64Array && part.buffer instanceof ArrayBuffer ? [part.buffer] : [],
  );
}

const host = new ThreadHost<CheckpointRequests, ToCheckpointWorker, FromCheckpointWorker>();
const worker = new CheckpointWorker(message => {
  host.say(message);
});
host.serve(worker.handlers, message => {
  worker.hear(message);
});
