/** Entry of the monitor's worker thread: reads log folders and answers for their curves. */

import type { FromMonitorWorker, MonitorRequests, ToMonitorWorker } from '../protocol/monitor.ts';
import type { SeriesPoints, SeriesQuery, SeriesWindow } from '../protocol/series.ts';
import { noTags, tagChange, type HeldTags } from '../protocol/tag-change.ts';
import { ThreadHost } from '../threads/thread-host.ts';
import { ReadBuffer } from './readers/file-tail.ts';
import { logReaders } from './readers/log-readers.ts';
import { WatchedLog } from './watched-log.ts';

/** How long one log may be read before queries and the other logs have their turn. */
const TURN_MS = 8;

interface Watched {
  readonly log: WatchedLog;
  /** A summary is on its way: the next waits until it was taken. */
  summarySent: boolean;
  /** The tags as they were sent last. */
  sentTags: HeldTags;
}

class MonitorWorker {
  readonly #send: (message: FromMonitorWorker) => void;
  readonly #watched = new Map<string, Watched>();
  readonly #buffer = new ReadBuffer();
  #timer: NodeJS.Timeout | undefined;
  #turnComing = false;

  constructor(send: (message: FromMonitorWorker) => void) {
    this.#send = send;
  }

  hear(message: ToMonitorWorker): void {
    switch (message.type) {
      case 'watch':
        this.#unwatch(message.run);
        this.#watched.set(message.run, {
          log: new WatchedLog(message.run, message.logdir, logReaders, () => {
            this.#soon();
          }),
          summarySent: false,
          sentTags: noTags,
        });
        this.#soon();
        return;
      case 'unwatch':
        this.#unwatch(message.run);
        return;
      case 'summaryTaken':
        this.#summaryTaken(message.run);
        return;
    }
  }

  /** @throws Error when the run is not watched, or has no such curve. */
  curve(query: SeriesQuery): SeriesWindow {
    const watched = this.#watched.get(query.run);
    if (watched === undefined) throw new Error(`The run ${query.run} is not watched.`);
    return watched.log.query(query);
  }

  #unwatch(run: string): void {
    void this.#watched.get(run)?.log.close();
    this.#watched.delete(run);
  }

  #summaryTaken(run: string): void {
    const watched = this.#watched.get(run);
    if (watched === undefined) return;
    watched.summarySent = false;
    this.#sendNews(watched);
  }

  #sendNews(watched: Watched): void {
    if (watched.summarySent) return;
    const news = watched.log.news();
    if (news === undefined) return;
    const { tags, ...summary } = news;
    const change = tagChange(watched.sentTags, tags);
    if (change !== null) watched.sentTags = { version: change.version, tags };
    watched.summarySent = true;
    this.#send({ type: 'summary', summary, tags: change });
  }

  #soon(): void {
    clearTimeout(this.#timer);
    if (this.#turnComing) return;
    this.#turnComing = true;
    setImmediate(() => {
      this.#turnComing = false;
      this.#turn();
    });
  }

  /** Reads each log for a while; then comes back at once if there is more, else when something is due. */
  #turn(): void {
    let more = false;
    let due = Infinity;
    for (const watched of this.#watched.values()) {
      more = watched.log.read(this.#buffer, performance.now() + TURN_MS) || more;
      due = Math.min(due, watched.log.due);
      this.#sendNews(watched);
    }
    clearTimeout(this.#timer);
    if (more) this.#soon();
    else if (due < Infinity) {
      this.#timer = setTimeout(
        () => {
          this.#turn();
        },
        Math.max(0, due - Date.now()),
      );
    }
  }
}

/** Arrays are handed over, not copied. */
function buffersOf(window: SeriesWindow): ArrayBuffer[] {
  return [window.points, ...window.lost].flatMap((points: SeriesPoints) =>
    Object.values(points).map((array: Float64Array<ArrayBuffer>) => array.buffer),
  );
}

const host = new ThreadHost<MonitorRequests, ToMonitorWorker, FromMonitorWorker>();
const worker = new MonitorWorker(message => {
  host.say(message);
});
host.serve(
  {
    curve: (query, transfer) => {
      const window = worker.curve(query);
      transfer.push(...buffersOf(window));
      return window;
    },
  },
  message => {
    worker.hear(message);
  },
);
