import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventFileWriter } from '../../../src/formats/event-file-writer.ts';
import { readEvents } from './event-oracle.ts';

let logdir: string;
beforeEach(() => {
  logdir = join(mkdtempSync(join(tmpdir(), 'event-file-writer-')), 'logs');
});
afterEach(() => {
  rmSync(join(logdir, '..'), { recursive: true });
});

const eventsOf = ({ path }: EventFileWriter): ReturnType<typeof readEvents> =>
  readEvents(new Uint8Array(readFileSync(path)));

describe('EventFileWriter', () => {
  it('names its file as TensorFlow does and begins it with the version', async () => {
    const writer = new EventFileWriter(logdir, { filenameSuffix: '.eval' });
    await writer.close();
    expect(basename(writer.path)).toMatch(/^events\.out\.tfevents\.\d{10}\./);
    expect(writer.path.endsWith(`${hostname()}.eval`)).toBe(true);
    expect(eventsOf(writer)).toMatchObject([{ step: 0, fileVersion: 'brain.Event:2' }]);
  });

  it('keeps the order of its events over many flushes', async () => {
    const writer = new EventFileWriter(logdir);
    const flushes: Promise<void>[] = [];
    for (let step = 0; step < 200; step++) {
      writer.addScalar('loss', step / 4, step, 1_600_000_000 + step);
      if (step % 7 === 0) flushes.push(writer.flush());
      if (step % 50 === 0) await writer.flush();
    }
    await Promise.all(flushes);
    await writer.close();
    const events = eventsOf(writer).slice(1);
    expect(events.map(({ step }) => step)).toEqual(Array.from({ length: 200 }, (_, step) => step));
    expect(events[199]).toEqual({
      wallTime: 1_600_000_199,
      step: 199,
      summary: [{ tag: 'loss', simpleValue: 49.75 }],
    });
  });

  it('writes without being asked to, soon', async () => {
    const writer = new EventFileWriter(logdir);
    writer.addScalar('loss', 1, 1);
    await expect.poll(() => eventsOf(writer).length).toBe(2);
    await writer.close();
  });

  it('gives two writers of one second two files', async () => {
    const writers = [new EventFileWriter(logdir), new EventFileWriter(logdir)];
    await Promise.all(writers.map(writer => writer.close()));
    expect(new Set(writers.map(({ path }) => path)).size).toBe(2);
  });

  it('says which folder it cannot write in', () => {
    writeFileSync(logdir, 'a file');
    expect(() => new EventFileWriter(join(logdir, 'run'))).toThrow(
      `No event file can be written in ${logdir}`,
    );
  });

  it('takes nothing after it was closed; closing twice is fine', async () => {
    const writer = new EventFileWriter(logdir);
    await writer.close();
    await writer.close();
    expect(() => {
      writer.addScalar('loss', 1, 1);
    }).toThrow(`The event file ${writer.path} is closed`);
  });
});
