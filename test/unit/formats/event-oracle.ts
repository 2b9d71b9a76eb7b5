/** What TensorBoard reads in fixtures/events, and our reading of the same files. */

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { decodeEvent, type Event } from '../../../src/formats/event.ts';
import { RecordScanner, type RecordGap } from '../../../src/formats/tfrecord.ts';
import { fixturePath, readFixtureJson } from '../../fixture-files.ts';

/** Numbers that JSON cannot hold are strings: NaN, Infinity, integers beyond 2^53. */
type OracleNumber = number | string;

export type OracleScalar = readonly [step: OracleNumber, wallTime: OracleNumber, value: OracleNumber];

interface OracleHistogram {
  readonly step: number;
  readonly min: number;
  readonly max: number;
  readonly num: number;
  readonly sum: number;
  readonly sum_squares: number;
  readonly bucket_limit: readonly number[];
  readonly bucket: readonly number[];
}

interface OracleTensorSeries {
  readonly has_metadata: boolean;
  readonly plugin: string;
  readonly plugin_content_hex: string;
  readonly description: string;
  readonly events: readonly {
    readonly step: number;
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly data: readonly (OracleNumber | { readonly len: number; readonly sha256: string })[];
  }[];
}

interface LongSeries {
  readonly n: number;
  readonly first: readonly OracleScalar[];
  readonly last: readonly OracleScalar[];
}

export interface OracleFolder {
  readonly files: readonly string[];
  readonly accumulator: {
    readonly error?: unknown;
    readonly scalars: Readonly<Record<string, readonly OracleScalar[] | LongSeries>>;
    readonly histograms: Readonly<Record<string, readonly OracleHistogram[]>>;
    readonly images: Readonly<
      Record<string, readonly (readonly [number, number, number, number, number, string])[]>
    >;
    readonly audio: Readonly<
      Record<string, readonly (readonly [number, number, number, number, string, string])[]>
    >;
    readonly tensors: Readonly<Record<string, OracleTensorSeries>>;
  };
  readonly event_file_loader: Readonly<
    Record<
      string,
      {
        readonly events: readonly (readonly [OracleNumber, OracleNumber, string | null, unknown])[];
        readonly ended: unknown;
      }
    >
  >;
}

export interface EventsOracle {
  readonly dirs: Readonly<Record<string, OracleFolder>>;
  readonly tf1_histograms_inputs: { readonly inputs: readonly (readonly number[])[] };
}

export const oracle = readFixtureJson('events', 'oracle.json') as EventsOracle;

/** The bytes of each event file of a folder of fixtures/events, in the order of their names. */
export function eventFiles(folder: string): { name: string; bytes: Uint8Array }[] {
  return readdirSync(fixturePath('events', folder))
    .filter(name => name.includes('tfevents'))
    .sort()
    .map(name => {
      const bytes = readFileSync(fixturePath('events', folder, name));
      return name.endsWith('.gz')
        ? { name: name.slice(0, -3), bytes: new Uint8Array(gunzipSync(bytes)) }
        : { name, bytes: new Uint8Array(bytes) };
    });
}

export interface ReadFile {
  readonly records: { readonly offset: number; readonly data: Uint8Array }[];
  readonly gaps: RecordGap[];
  readonly scanner: RecordScanner;
}

/** Reads a file that grows by `step` bytes at a time. */
export function readGrowing(bytes: Uint8Array, step = bytes.length): ReadFile {
  const scanner = new RecordScanner();
  const read: ReadFile = { records: [], gaps: [], scanner };
  for (let size = Math.min(step, bytes.length); ; size = Math.min(size + step, bytes.length)) {
    scanner.scan(bytes, scanner.offset, size, {
      record: (buffer, start, end, offset) => {
        read.records.push({ offset, data: buffer.slice(start, end) });
      },
      gap: gap => {
        read.gaps.push(gap);
      },
    });
    if (size >= bytes.length) return read;
  }
}

export function readEvents(bytes: Uint8Array): Event[] {
  return readGrowing(bytes).records.map(({ data }) => decodeEvent(data));
}
