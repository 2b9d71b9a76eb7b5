/** A log folder for a test, and what is written into it. */

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openCheckpoint } from '../../../src/formats/checkpoint-reader.ts';
import { decodeEvent, type Event } from '../../../src/formats/event.ts';
import { RecordScanner } from '../../../src/formats/tfrecord.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Removed after the test. */
export function newLogFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slim-train-'));
  folders.push(folder);
  return folder;
}

export function checkpointsIn(logdir: string): string[] {
  const stepOf = (name: string): number => Number(/\d+$/.exec(name)?.[0]);
  return readdirSync(logdir)
    .filter(name => name.endsWith('.index'))
    .map(name => name.replace('.index', ''))
    .sort((a, b) => stepOf(a) - stepOf(b));
}

/** Bytes of each entry, in hexadecimal. */
export async function contentOf(prefix: string): Promise<Record<string, string>> {
  const checkpoint = await openCheckpoint(prefix);
  const content: Record<string, string> = {};
  for (const name of checkpoint.variables.keys()) {
    content[name] = Buffer.from((await checkpoint.read(name)).bytes).toString('hex');
  }
  await checkpoint.close();
  return content;
}

/** All events of the folder's files, the oldest file first. A damaged record is an error. */
export function eventsIn(logdir: string): Event[] {
  const events: Event[] = [];
  const names = readdirSync(logdir).filter(name => name.includes('tfevents'));
  for (const name of names.sort()) {
    const bytes = readFileSync(join(logdir, name));
    new RecordScanner().scan(bytes, 0, bytes.length, {
      record: (buffer, start, end) => {
        events.push(decodeEvent(buffer.slice(start, end)));
      },
      gap: ({ offset, message }) => {
        throw new Error(`${name}, byte ${offset}: ${message}`);
      },
    });
  }
  return events;
}

/** Values of a scalar tag by step. */
export function scalarsIn(logdir: string, tag: string): Map<number, number> {
  return new Map(
    eventsIn(logdir).flatMap(({ step, summary = [] }) =>
      summary.flatMap(value =>
        value.tag === tag && value.simpleValue !== undefined ? [[step, value.simpleValue] as const] : [],
      ),
    ),
  );
}
