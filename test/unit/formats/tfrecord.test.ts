import { describe, expect, it } from 'vitest';
import { decodeEvent } from '../../../src/formats/event.ts';
import { encodeRecord, RecordScanner } from '../../../src/formats/tfrecord.ts';
import { eventFiles, oracle, readGrowing } from './event-oracle.ts';

const [{ name: baseName, bytes: base } = { name: '', bytes: new Uint8Array() }] = eventFiles('tails/base');
const whole = readGrowing(base).records;

describe('a file that is sound', () => {
  it('gives the same records however it grows', () => {
    for (const step of [1, 2, 7, 11, 12, 13, 64]) {
      const read = readGrowing(base, step);
      expect(read.records).toEqual(whole);
      expect(read.gaps).toEqual([]);
    }
    expect(whole).toHaveLength(oracle.dirs['tails/base']?.event_file_loader[baseName]?.events.length ?? -1);
  });

  it('is written as TensorFlow writes it', () => {
    expect(Buffer.concat(whole.map(({ data }) => encodeRecord(data)))).toEqual(Buffer.from(base));
  });

  it('reads records of any length, and says how much it waits for', () => {
    const data = new Uint8Array(5000).fill(3);
    const record = encodeRecord(data);
    const scanner = new RecordScanner();
    const seen: Uint8Array[] = [];
    const visitor = {
      record: (buffer: Uint8Array, start: number, end: number) => void seen.push(buffer.slice(start, end)),
      gap: () => undefined,
    };
    expect(scanner.scan(record, 0, 100, visitor)).toBe(0);
    expect(scanner.needed).toBe(5016);
    expect(scanner.scan(record, 0, record.length, visitor)).toBe(5016);
    expect(seen).toEqual([data]);
  });
});

describe.each(Object.keys(oracle.dirs).filter(name => name.startsWith('tails/')))('%s', folder => {
  it('waits for the rest of a record that is cut off', () => {
    const [file] = eventFiles(folder);
    const bytes = file?.bytes ?? new Uint8Array();
    const read = readGrowing(bytes);
    expect(read.records).toHaveLength(
      oracle.dirs[folder]?.event_file_loader[file?.name ?? '']?.events.length ?? -1,
    );
    expect(read.gaps).toEqual([]);
    expect(read.scanner.openGap).toBeUndefined();
    // The rest arrives.
    const rest: number[] = [];
    read.scanner.scan(base, read.scanner.offset, base.length, {
      record: (_buffer, _start, _end, offset) => void rest.push(offset),
      gap: () => undefined,
    });
    expect(read.records.length + rest.length).toBe(whole.length);
  });
});

interface Readable {
  readonly steps: readonly number[];
  readonly gaps: readonly (readonly [offset: number, bytes: number])[];
  readonly open?: number;
}

/**
 * What should be read of tails/base as it was damaged: TensorBoard stops at the damage, we go on. Bytes that were changed
 * cost the record that they are in; bytes that were appended cost nothing.
 */
function readableOf(bytes: Uint8Array): Readable {
  const steps = whole.map(({ data }) => decodeEvent(data).step);
  const differs = base.findIndex((byte, at) => bytes[at] !== byte);
  if (differs < 0) return { steps, gaps: [], open: base.length };
  const index = whole.findLastIndex(({ offset }) => offset <= differs);
  const { offset, data } = whole[index] ?? { offset: 0, data: new Uint8Array() };
  if (bytes.length === base.length) {
    return { steps: steps.toSpliced(index, 1), gaps: [[offset, data.length + 16]] };
  }
  // A record without an event was put between two others: it is an event of step 0.
  return { steps: steps.toSpliced(index, 0, 0), gaps: [] };
}

/** What is no event file at all is one gap, and a record that is sound but no event is not the scanner's to refuse. */
const OTHERWISE: Readonly<Record<string, Readable | null>> = {
  text_file: { steps: [], gaps: [], open: 0 },
  bad_proto_sound_crc: null,
};

const damaged = Object.keys(oracle.dirs).flatMap(name => {
  const folder = name.startsWith('corrupt/') ? name.slice('corrupt/'.length) : undefined;
  if (folder === undefined || OTHERWISE[folder] === null) return [];
  const [file] = eventFiles(name);
  const bytes = file?.bytes ?? new Uint8Array();
  return [[folder, bytes, OTHERWISE[folder] ?? readableOf(bytes)] as const];
});

describe.each(damaged)('corrupt/%s', (_folder, bytes, expected) => {
  it.each([bytes.length, 1, 13])('costs no sound record, growing by %i bytes', step => {
    const read = readGrowing(bytes, step);
    expect(read.records.map(({ data }) => decodeEvent(data).step)).toEqual(expected.steps);
    expect(read.gaps.map(({ offset, bytes: length }) => [offset, length])).toEqual(expected.gaps);
    expect(read.scanner.openGap?.offset).toBe(expected.open);
  });
});

describe('resynchronising', () => {
  it('finds records within one whose writer crashed and whose file was then appended to', () => {
    const first = encodeRecord(new Uint8Array(200).fill(1)).subarray(0, 60);
    const appended = [2, 3, 4, 5, 6, 7, 8].map(fill => encodeRecord(new Uint8Array(20).fill(fill)));
    const read = readGrowing(Buffer.concat([first, ...appended]));
    expect(read.records.map(({ data }) => data[0])).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(read.gaps).toMatchObject([{ offset: 0, bytes: 60 }]);
  });

  it('reports neighbouring damage as one gap', () => {
    const records = [1, 2, 3, 4].map(fill => encodeRecord(new Uint8Array(9).fill(fill)));
    for (const damagedRecord of records.slice(1, 3)) damagedRecord[15] = 99;
    const read = readGrowing(Buffer.concat(records));
    expect(read.records.map(({ data }) => data[0])).toEqual([1, 4]);
    expect(read.gaps).toMatchObject([{ offset: 25, bytes: 50 }]);
  });

  it('loses nothing but the damaged record, whichever bit is flipped', () => {
    for (let at = 0; at < base.length; at++) {
      for (const bit of [1, 16, 128]) {
        const bytes = base.slice();
        bytes[at] = (bytes[at] ?? 0) ^ bit;
        const kept = readGrowing(bytes).records.map(({ offset }) => offset);
        const untouched = whole.filter(({ offset, data }) => at < offset || at >= offset + data.length + 16);
        expect(kept).toEqual(untouched.map(({ offset }) => offset));
      }
    }
  });
});
