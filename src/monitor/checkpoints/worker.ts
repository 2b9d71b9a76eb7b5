/** Entry of the thread that reads one checkpoint: answers requests, and in between reads one variable after the other. */

import { parentPort } from 'node:worker_threads';
import type {
  CheckpointRequest,
  FromCheckpointWorker,
  ToCheckpointWorker,
} from '../../protocol/checkpoint-worker.ts';
import { READ_ALL_BYTES, type CheckpointAnswer, type CheckpointListing } from '../../protocol/checkpoint.ts';
import { messageOf } from '../../protocol/error-message.ts';
import { InspectedCheckpoint } from './inspected-checkpoint.ts';
import { ReadingOrder } from './reading-order.ts';

class CheckpointWorker {
  readonly #send: (message: FromCheckpointWorker, transfer?: ArrayBuffer[]) => void;
  #checkpoint: InspectedCheckpoint | undefined;
  #reports = new ReadingOrder(0, true);
  #changes = new ReadingOrder(0, true);
  #isReading = false;

  constructor(send: (message: FromCheckpointWorker, transfer?: ArrayBuffer[]) => void) {
    this.#send = send;
  }

  receive(message: ToCheckpointWorker): void {
    switch (message.type) {
      case 'request':
        void this.#answer(message.id, message.request);
        return;
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

  async #answer(id: number, request: CheckpointRequest): Promise<void> {
    try {
      if (request.kind === 'open')
        this.#send({ type: 'response', id, response: await this.#open(request.path) });
      else await this.#respond(id, request, this.#opened());
    } catch (error) {
      this.#send({ type: 'failure', id, message: messageOf(error) });
    }
    void this.#read();
  }

  async #open(path: string): Promise<CheckpointListing> {
    await this.#checkpoint?.close();
    this.#checkpoint = await InspectedCheckpoint.open(path);
    this.#reports = orderOf(this.#checkpoint);
    return this.#checkpoint.listing;
  }

  #opened(): InspectedCheckpoint {
    if (this.#checkpoint === undefined) throw new Error('No checkpoint is open.');
    return this.#checkpoint;
  }

  async #respond(
    id: number,
    request: Exclude<CheckpointRequest, { kind: 'open' }>,
    checkpoint: InspectedCheckpoint,
  ): Promise<void> {
    switch (request.kind) {
      case 'compare': {
        // Where the other cannot be opened, comparing goes on as before.
        const response = await checkpoint.compareWith(request.path);
        this.#changes = request.path === null ? new ReadingOrder(0, true) : orderOf(checkpoint);
        this.#send({ type: 'response', id, response });
        return;
      }
      case 'ask': {
        const response = await checkpoint.answer(request.question);
        this.#send({ type: 'response', id, response }, buffersIn(response));
        return;
      }
      case 'export': {
        const response = await checkpoint.export(request.variable, request.path);
        this.#send({ type: 'response', id, response });
        return;
      }
    }
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
function buffersIn(answer: CheckpointAnswer): ArrayBuffer[] {
  const content: object = answer.kind === 'picture' ? answer.picture : answer.window;
  return Object.values(content).flatMap((part: unknown) =>
    part instanceof Float64Array && part.buffer instanceof ArrayBuffer ? [part.buffer] : [],
  );
}

const port = parentPort;
if (port === null) throw new Error('The checkpoint worker runs in a worker thread.');
const worker = new CheckpointWorker((message, transfer) => {
  port.postMessage(message, transfer);
});
port.on('message', (message: ToCheckpointWorker) => {
  worker.receive(message);
});
