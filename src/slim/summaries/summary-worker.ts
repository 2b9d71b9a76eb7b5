/** Entry of the thread that counts histograms and encodes events for {@link SummaryThread}. */

import { parentPort } from 'node:worker_threads';
import { encodeStepEvent, type StepEvent } from './step-event.ts';

const port = parentPort;
if (port === null) throw new Error('The summary worker runs in a worker thread.');
port.on('message', (event: StepEvent) => {
  const record = encodeStepEvent(event);
  port.postMessage(record, [record.buffer]);
});
