import { EventFileWriter } from '../../formats/event-file-writer.ts';
import { SessionStatus } from '../../formats/event.ts';
import type { SummaryValue } from '../../formats/summary.ts';

/** Writes what a run has to say into its log folder's event file, for TensorBoard and the dashboard. */
export class SummaryWriter {
  private readonly events: EventFileWriter;

  /** Makes the folder and the file. @throws Error naming the path when it cannot. */
  constructor(logdir: string) {
    this.events = new EventFileWriter(logdir);
  }

  addSummaries(values: readonly SummaryValue[], step: number): void {
    if (values.length > 0) this.events.add({ wallTime: Date.now() / 1000, step, summary: values });
  }

  addScalar(tag: string, value: number, step: number): void {
    this.events.addScalar(tag, value, step);
  }

  /** A SessionLog, by which TensorBoard knows where a resumed run went back to. */
  addSessionLog(status: 'start' | 'stop' | 'checkpoint', step: number, checkpointPath = ''): void {
    this.events.add({
      wallTime: Date.now() / 1000,
      step,
      sessionLog: { status: SessionStatus[status], checkpointPath, message: '' },
    });
  }

  /** Resolves when everything added so far is in the file. */
  flush(): Promise<void> {
    return this.events.flush();
  }

  close(): Promise<void> {
    return this.events.close();
  }
}
