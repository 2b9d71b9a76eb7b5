/** A log folder for one test, and event files in it. */

import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeEvent, SessionStatus, type Event } from '../../../src/formats/event.ts';
import { encodeRecord } from '../../../src/formats/tfrecord.ts';

export class TemporaryLogdir {
  readonly path = mkdtempSync(join(tmpdir(), 'monitor-'));

  /** Appends events to a file, which is made with its folder when it is not there. */
  append(file: string, ...events: Event[]): void {
    this.appendBytes(file, Buffer.concat(events.map(event => encodeRecord(encodeEvent(event)))));
  }

  appendBytes(file: string, bytes: Uint8Array): void {
    const path = join(this.path, file);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, bytes);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A scalar event; its wall time is its step. */
export function scalar(
  tag: string,
  step: number,
  simpleValue: number,
  wallTime = 1_600_000_000 + step,
): Event {
  return { wallTime, step, summary: [{ tag, simpleValue }] };
}

export function start(step: number, wallTime: number): Event {
  return { wallTime, step, sessionLog: { status: SessionStatus.start, checkpointPath: '', message: '' } };
}
