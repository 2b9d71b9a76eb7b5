import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeEvent, encodeEvent, type Event } from '../../../src/formats/event.ts';
import { stringElements } from '../../../src/formats/tensor-value.ts';
import type { SummaryValue } from '../../../src/formats/summary.ts';
import { eventFiles, oracle, readEvents, readGrowing, type OracleFolder } from './event-oracle.ts';

/** Of the long one the oracle keeps no list of events. */
const folders = Object.entries(oracle.dirs).filter(
  ([name]) => !name.startsWith('corrupt/') && name !== 'scalars_200k',
);

/** The member of the oneof, by the name that protobuf has for it. */
function kindOf(event: Event): string | null {
  if (event.fileVersion !== undefined) return 'file_version';
  if (event.graphDef !== undefined) return 'graph_def';
  if (event.summary !== undefined) return 'summary';
  if (event.logMessage !== undefined) return 'log_message';
  if (event.sessionLog !== undefined) return 'session_log';
  if (event.metaGraphDef !== undefined) return 'meta_graph_def';
  return null;
}

/** TensorBoard's loader turns graphs and run metadata into summaries before it hands events out, and adds some. */
const HANDED_OUT_AS_READ = new Set(['file_version', 'summary', 'session_log', null]);

describe.each(folders)('%s', (folder, expected) => {
  const files = eventFiles(folder);

  it('holds the events that TensorBoard reads', () => {
    for (const { name, bytes } of files) {
      const ours = readEvents(bytes)
        .filter(event => HANDED_OUT_AS_READ.has(kindOf(event)) && event.taggedRunMetadata === undefined)
        .map(event => [event.step, event.wallTime, kindOf(event)]);
      const theirs = (expected.event_file_loader[name]?.events ?? [])
        .filter(([, , kind, values]) => HANDED_OUT_AS_READ.has(kind) && !isMadeUp(values))
        .map(([step, wallTime, kind]) => [Number(step), Number(wallTime), kind]);
      expect(ours).toEqual(theirs);
    }
  });

  it('encodes to the same meaning', () => {
    for (const { bytes } of files) {
      for (const event of readEvents(bytes)) expect(decodeEvent(encodeEvent(event))).toEqual(event);
    }
  });
});

/** `__run_graph__` and run metadata: what TensorBoard's data_compat makes of other members of an event. */
function isMadeUp(values: unknown): boolean {
  if (!Array.isArray(values)) return false;
  const [tag, , plugin] = (values as unknown[][])[0] ?? [];
  return tag === '__run_graph__' || plugin === 'graph_tagged_run_metadata';
}

function summaryValues(folder: string): { step: number; wallTime: number; value: SummaryValue }[] {
  return eventFiles(folder).flatMap(({ bytes }) =>
    readEvents(bytes).flatMap(({ step, wallTime, summary = [] }) =>
      summary.map(value => ({ step, wallTime, value })),
    ),
  );
}

function folderOf(name: string): OracleFolder {
  const folder = oracle.dirs[name];
  if (folder === undefined) throw new Error(`fixtures/events has no ${name}`);
  return folder;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('summaries', () => {
  it('has the histograms of TF1', () => {
    const all = summaryValues('tf1');
    for (const [tag, expected] of Object.entries(folderOf('tf1').accumulator.histograms)) {
      const ours = all
        .filter(({ value }) => value.tag === tag)
        .map(({ step, value: { histogram } }) => ({
          step,
          min: histogram?.min,
          max: histogram?.max,
          num: histogram?.num,
          sum: histogram?.sum,
          sum_squares: histogram?.sumSquares,
          bucket_limit: Array.from(histogram?.bucketLimit ?? []),
          bucket: Array.from(histogram?.bucket ?? []),
        }));
      expect(expected.length).toBeGreaterThan(0);
      expect(ours).toEqual(
        expected.map(({ step, min, max, num, sum, sum_squares, bucket_limit, bucket }) => ({
          step,
          min,
          max,
          num,
          sum,
          sum_squares,
          bucket_limit,
          bucket,
        })),
      );
    }
  });

  it('has the images and sounds of TF1', () => {
    const all = summaryValues('tf1');
    const { images, audio } = folderOf('tf1').accumulator;
    for (const [tag, expected] of Object.entries(images)) {
      const ours = all
        .filter(({ value }) => value.tag === tag)
        .map(({ step, wallTime, value: { image } }) => [
          step,
          wallTime,
          image?.width,
          image?.height,
          image?.encoded.length,
          sha256(image?.encoded ?? new Uint8Array()),
        ]);
      expect(ours.slice(-expected.length)).toEqual(expected);
    }
    for (const [tag, expected] of Object.entries(audio)) {
      const ours = all
        .filter(({ value }) => value.tag === tag)
        .map(({ step, wallTime, value: { audio: sound } }) => [
          step,
          wallTime,
          sound?.sampleRate,
          sound?.lengthFrames,
          sound?.contentType,
          sha256(sound?.encoded ?? new Uint8Array()),
        ]);
      expect(ours.slice(-expected.length)).toEqual(expected);
    }
  });

  it.each(['tf2', 'tensorboardX', 'hparams', 'hparams/run-0', 'keras/train'])(
    'has the tensors of %s',
    folder => {
      const all = summaryValues(folder);
      const { tensors } = folderOf(folder).accumulator;
      expect(Object.keys(tensors).length).toBeGreaterThan(0);
      for (const [tag, expected] of Object.entries(tensors)) {
        const ours = all.filter(({ value }) => value.tag === tag && value.tensor !== undefined);
        // TensorBoard's data_compat makes tensors of TF1's values: those have no tensor in the file.
        if (ours.length === 0) continue;
        expect(ours.map(({ value }) => value.tensor?.dtype)).toEqual(
          expected.events.map(({ dtype }) => dtype),
        );
        expect(ours.map(({ value }) => value.tensor?.shape)).toEqual(
          expected.events.map(({ shape }) => shape),
        );
        expect(ours.map(({ value }) => elementsOf(value))).toEqual(
          expected.events.map(({ data }) =>
            data.map(element => (typeof element === 'string' ? element : element)),
          ),
        );
        if (expected.has_metadata) {
          expect(ours[0]?.value.metadata?.pluginName).toBe(expected.plugin);
          expect(Buffer.from(ours[0]?.value.metadata?.pluginContent ?? []).toString('hex')).toBe(
            expected.plugin_content_hex,
          );
          expect(ours[0]?.value.metadata?.summaryDescription).toBe(expected.description);
        }
      }
    },
  );
});

/** As the oracle has them: long strings as their length and hash. */
function elementsOf({ tensor }: SummaryValue): unknown[] {
  if (tensor === undefined) return [];
  if (tensor.dtype === 'string') {
    return stringElements(tensor).map(bytes =>
      bytes.length > 64 ? { len: bytes.length, sha256: sha256(bytes) } : Buffer.from(bytes).toString(),
    );
  }
  const { buffer, byteOffset, byteLength } = tensor.bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  return tensor.dtype === 'float64'
    ? Array.from({ length: byteLength / 8 }, (_, index) => view.getFloat64(index * 8, true))
    : Array.from({ length: byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

describe('hostile bytes', () => {
  it('refuses an event whose lengths lie, naming the byte', () => {
    const event = encodeEvent({ wallTime: 1, step: 2, summary: [{ tag: 'loss', simpleValue: 0.5 }] });
    event[12] = 100;
    expect(() => decodeEvent(event)).toThrow(/at its byte 13: 100 bytes are announced where/);
  });

  it('refuses a tensor that asks for more memory than its bytes pay for', () => {
    // A shape of [2^40] and one value to repeat.
    const tensor = [
      0x08, 0x01, 0x12, 0x0a, 0x12, 0x08, 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x2d, 0, 0, 0, 0,
    ];
    const value = [0x0a, 0x01, 0x74, 0x42, tensor.length, ...tensor];
    const summary = [0x0a, value.length, ...value];
    const event = Uint8Array.from([0x2a, summary.length, ...summary]);
    expect(() => decodeEvent(event)).toThrow(/repeats its last value/);
  });

  it('survives any single flipped byte of a file', () => {
    const [file] = eventFiles('tf1');
    const records = readGrowing(file?.bytes ?? new Uint8Array()).records.filter(
      ({ data }) => data.length < 2000,
    );
    for (const { data } of records.slice(0, 20)) {
      for (let at = 0; at < data.length; at++) {
        const damaged = data.slice();
        damaged[at] = (damaged[at] ?? 0) ^ 0x9d;
        try {
          decodeEvent(damaged);
        } catch (error) {
          expect(error).toMatchObject({ name: 'FormatError' });
        }
      }
    }
  });
});
