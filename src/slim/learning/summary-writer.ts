import { EventFileWriter } from '../../formats/event-file-writer.ts';
import { encodeEvent, SessionStatus, type Event } from '../../formats/event.ts';
import type { SummaryValue } from '../../formats/summary.ts';
import { encodeRecord } from '../../formats/tfrecord.ts';
import { errorOf, messageOf } from '../../protocol/error-message.ts';
import { PulledHistogram } from '../summaries/pulled-histogram.ts';
import { encodeStepEvent, type StepEvent, type UncountedSummary } from '../summaries/step-event.ts';
import { SummaryThread } from '../summaries/summary-thread.ts';

/** Fewer values are counted at once: a thread takes longer to begin. */
const WORTH_A_THREAD = 50_000;

/** Values that may wait to be counted. */
const LARGEST_BACKLOG = 50_000_000;

/** An event's place in the file, taken before its bytes are there. */
interface Place {
  record: Uint8Array | null;
}

/**
 * Writes what a run has to say into its log folder's event file, for TensorBoard and the dashboard, in the order in which
 * it was added. Histograms of many values are counted in a thread of their own.
 */
export class SummaryWriter {
  readonly #events: EventFileWriter;
  readonly #thread = new SummaryThread();
  /** Events that wait for one before them to be encoded. */
  readonly #places: Place[] = [];
  #backlog = 0;
  #encoding: Promise<void> = Promise.resolve();
  #failure: Error | null = null;

  /** Makes the folder and the file. @throws Error naming the path when it cannot. */
  constructor(logdir: string) {
    this.#events = new EventFileWriter(logdir);
  }

  /** @throws Error when what was added before could not be encoded, or the file takes no more. */
  addSummaries(values: readonly SummaryValue[], step: number): void {
    if (values.length === 0) return;
    const event: StepEvent = { wallTime: Date.now() / 1000, step, summaries: values.map(uncounted) };
    const size = event.summaries.reduce((sum, each) => sum + ('values' in each ? each.values.length : 0), 0);
    if (size < WORTH_A_THREAD) this.#addRecord(encodeStepEvent(event));
    else this.#addLater(event, size);
  }

  addScalar(tag: string, value: number, step: number): void {
    this.addSummaries([{ tag, simpleValue: value }], step);
  }

  /** A SessionLog, by which TensorBoard knows where a resumed run went back to. */
  addSessionLog(status: 'start' | 'stop' | 'checkpoint', step: number, checkpointPath = ''): void {
    const sessionLog = { status: SessionStatus[status], checkpointPath, message: '' };
    const event: Event = { wallTime: Date.now() / 1000, step, sessionLog };
    this.#addRecord(encodeRecord(encodeEvent(event)));
  }

  /** Resolves when there is room for the values of another step. */
  async hasRoom(): Promise<void> {
    if (this.#backlog >= LARGEST_BACKLOG) await this.#encoding;
  }

  /** Resolves when everything added so far is in the file. @throws Error when something could not be encoded or written. */
  async flush(): Promise<void> {
    await this.#encoding;
    this.#throwFailure();
    await this.#events.flush();
  }

  /** Flushes and closes the file, and ends the thread. */
  async close(): Promise<void> {
    await this.#encoding;
    await Promise.all([this.#thread.close(), this.#events.close()]);
    this.#throwFailure();
  }

  #addRecord(record: Uint8Array): void {
    this.#throwFailure();
    if (this.#places.length === 0) this.#events.addRecord(record);
    else this.#places.push({ record });
  }

  #addLater(event: StepEvent, size: number): void {
    this.#throwFailure();
    const place: Place = { record: null };
    this.#places.push(place);
    this.#backlog += size;
    const encoded = this.#thread.encode(event).then(
      record => {
        place.record = record;
      },
      (error: unknown) => {
        this.#failure = new Error(`Summaries of step ${event.step} are lost: ${messageOf(error)}`, {
          cause: error,
        });
        this.#places.splice(this.#places.indexOf(place), 1);
      },
    );
    this.#encoding = Promise.all([this.#encoding, encoded])
      .then(() => {
        this.#backlog -= size;
        this.#writeEncoded();
      })
      .catch((error: unknown) => {
        this.#failure ??= errorOf(error);
      });
  }

  #writeEncoded(): void {
    for (let [first] = this.#places; first?.record; [first] = this.#places) {
      this.#events.addRecord(first.record);
      this.#places.shift();
    }
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

function uncounted(value: SummaryValue): SummaryValue | UncountedSummary {
  const { tag, histogram } = value;
  return histogram instanceof PulledHistogram ? { tag, values: histogram.takeValues() } : value;
}
