import { mkdirSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeEvent, encodeEvent } from '../../../src/formats/event.ts';
import { encodeRecord } from '../../../src/formats/tfrecord.ts';
import { float32Tensor } from '../../../src/formats/tensor-value.ts';
import { ReadBuffer } from '../../../src/monitor/readers/file-tail.ts';
import { logReaders } from '../../../src/monitor/readers/log-readers.ts';
import { WatchedLog } from '../../../src/monitor/watched-log.ts';
import type { LogSummary, SeriesWindow } from '../../../src/protocol/series.ts';
import { fixturePath } from '../../fixture-files.ts';
import { eventFiles, oracle, readGrowing, type OracleScalar } from '../formats/event-oracle.ts';
import { scalar, start, TemporaryLogdir } from './temporary-logdir.ts';

const logs: WatchedLog[] = [];
let logdir: TemporaryLogdir;
beforeEach(() => {
  logdir = new TemporaryLogdir();
});
afterEach(async () => {
  await Promise.all(logs.splice(0).map(log => log.close()));
  logdir.remove();
});

/** A log that is read whenever the test asks, and what it says then. */
class Followed {
  readonly log: WatchedLog;
  readonly #buffer = new ReadBuffer();
  #summary: LogSummary | undefined;

  constructor(folder: string) {
    this.log = new WatchedLog('run', folder, logReaders, () => undefined);
    logs.push(this.log);
  }

  /** Everything that is due now. */
  read(): this {
    while (this.log.read(this.#buffer, Infinity));
    this.#summary = this.log.news() ?? this.#summary;
    return this;
  }

  get summary(): LogSummary {
    if (this.#summary === undefined) throw new Error('Nothing was read yet.');
    return this.#summary;
  }

  window(tag: string): SeriesWindow {
    return this.log.query({ run: 'run', tag, axis: 'step', range: null, pixels: 1e6, smoothing: 0 });
  }

  /** Reads until what is read is what is expected, as it will be once polling came to it. */
  async expectPoints(tag: string, values: number[]): Promise<void> {
    await expect.poll(() => this.read().#values(tag)).toEqual(values);
  }

  #values(tag: string): number[] {
    return this.summary.tags.some(info => info.tag === tag) ? [...this.window(tag).points.raw] : [];
  }
}

const follow = (folder: string): Followed => new Followed(folder).read();

/** Points as the oracle has them; those that are not finite are no points of ours. */
function asOracle({ points, nonFinite }: SeriesWindow): (readonly [number, number])[] {
  const finite = [...points.step].map((step, index) => [step, points.raw[index] ?? NaN] as const);
  return [...finite, ...nonFinite.map(({ step, value }) => [step, Number(value)] as const)].sort(
    (a, b) => a[0] - b[0],
  );
}

const toPoint = ([step, , value]: OracleScalar): readonly [number, number] => [Number(step), Number(value)];

const RESTARTED = ['restart_', 'within_file', 'out_of_order', 'old_file_version', 'start_step_in_between'];

const plain = Object.entries(oracle.dirs).filter(
  ([name, { accumulator }]) =>
    accumulator.error === undefined &&
    !name.startsWith('corrupt/') &&
    !RESTARTED.some(prefix => name.startsWith(prefix)) &&
    name !== 'scalars_200k' &&
    Object.keys(accumulator.scalars).length > 0,
);

describe.each(plain)('%s', (name, { accumulator }) => {
  it('has every scalar that TensorBoard reads', () => {
    const followed = follow(fixturePath('events', name));
    expect(followed.summary.problems).toEqual([]);
    for (const [tag, expected] of Object.entries(accumulator.scalars)) {
      expect(asOracle(followed.window(tag))).toEqual((expected as OracleScalar[]).map(toPoint));
    }
  });
});

it('reads more scalars than TensorBoard shows, and keeps them all', () => {
  for (const { name, bytes } of eventFiles('scalars_200k')) logdir.appendBytes(name, bytes);
  const followed = follow(logdir.path);
  for (const [tag, expected] of Object.entries(oracle.dirs['scalars_200k']?.accumulator.scalars ?? {})) {
    const { n, first, last } = expected as Exclude<typeof expected, readonly OracleScalar[]>;
    const points = asOracle(followed.window(tag));
    expect(points).toHaveLength(n);
    expect(points.slice(0, first.length)).toEqual(first.map(toPoint));
    expect(points.slice(-last.length)).toEqual(last.map(toPoint));
  }
});

describe('kinds of tags', () => {
  const kindsOf = (folder: string): Record<string, string> =>
    Object.fromEntries(
      follow(fixturePath('events', folder)).summary.tags.map(({ tag, kind }) => [tag, kind]),
    );

  const accumulated = (folder: string) => {
    const found = oracle.dirs[folder]?.accumulator;
    if (found === undefined) throw new Error(`fixtures/events has no ${folder}`);
    return found;
  };
  const ofEach = (tags: object, kind: string): Record<string, string> =>
    Object.fromEntries(Object.keys(tags).map(tag => [tag, kind]));

  it('of TF1 are told by the values', () => {
    const { scalars, histograms, images, audio } = accumulated('tf1');
    const expected = {
      ...ofEach(scalars, 'scalar'),
      ...ofEach(histograms, 'histogram'),
      ...ofEach(images, 'image'),
      ...ofEach(audio, 'other'),
    };
    expect(new Set(Object.values(expected)).size).toBe(4);
    expect(kindsOf('tf1')).toMatchObject(expected);
  });

  it('of TF2 are told by the plugin, which only the first value names', () => {
    const kinds: Readonly<Record<string, string>> = {
      scalars: 'scalar',
      histograms: 'histogram',
      images: 'image',
      text: 'text',
    };
    const tensors = Object.entries(accumulated('tf2').tensors);
    const expected = Object.fromEntries(tensors.map(([tag, { plugin }]) => [tag, kinds[plugin] ?? 'other']));
    expect(new Set(Object.values(expected)).size).toBe(5);
    expect(kindsOf('tf2')).toMatchObject(expected);
  });

  it('of a tag with two kinds are the first one', () => {
    expect(kindsOf('tag_two_kinds')).toEqual(ofEach(accumulated('tag_two_kinds').scalars, 'scalar'));
  });
});

describe('subfolders of one run', () => {
  it('have their tags told apart by the folder', () => {
    const followed = follow(fixturePath('events', 'keras'));
    for (const part of ['train', 'validation']) {
      const expected = oracle.dirs[`keras/${part}`]?.accumulator.tensors['epoch_loss']?.events ?? [];
      expect(expected.length).toBeGreaterThan(0);
      expect(asOracle(followed.window(`${part}/epoch_loss`))).toEqual(
        expected.map(({ step, data }) => [step, data[0]]),
      );
    }
  });

  it('that are runs of their own are left alone', () => {
    logdir.append('events.out.tfevents.1', scalar('loss', 1, 1));
    logdir.append('run-2/events.out.tfevents.1', scalar('loss', 2, 2));
    expect(follow(logdir.path).summary.tags.map(({ tag }) => tag)).toEqual(['loss']);
  });
});

describe('restarts', () => {
  interface Restart {
    readonly purged: Record<string, OracleScalar[]>;
    readonly all: Record<string, OracleScalar[]>;
  }
  const restart = (name: string): Restart => {
    const folder = oracle.dirs[name] as unknown as {
      accumulator: { scalars: Record<string, OracleScalar[]> };
      accumulator_purge_orphaned_data_False: { scalars: Record<string, OracleScalar[]> };
    };
    return { purged: folder.accumulator.scalars, all: folder.accumulator_purge_orphaned_data_False.scalars };
  };
  const lostOf = ({ lost }: SeriesWindow): number[] =>
    lost.flatMap(({ raw }) => [...raw]).sort((a, b) => a - b);

  // With a START event, or of an old file version, TensorBoard purges what a restart computes again.
  it.each([
    'restart_start_event',
    'restart_start_step0',
    'restart_two_tags',
    'within_file_start',
    'start_step_in_between',
    'old_file_version',
  ])('%s: the curve is what TensorBoard keeps, and what it purges is lost, not gone', name => {
    const { purged, all } = restart(name);
    const followed = follow(fixturePath('events', name));
    for (const [tag, expected] of Object.entries(all)) {
      const window = followed.window(tag);
      expect(asOracle(window)).toEqual((purged[tag] ?? []).map(toPoint));
      const kept = new Set((purged[tag] ?? []).map(([, wallTime]) => wallTime));
      const gone = expected.filter(([, wallTime]) => !kept.has(wallTime)).map(([, , value]) => Number(value));
      expect(lostOf(window)).toEqual(gone.sort((a, b) => a - b));
    }
  });

  // Without one TensorBoard's Python draws a zigzag; its data server, as we, goes on from where the steps go back to.
  it.each(['restart_no_start', 'out_of_order_files', 'within_file_drop_v2'])(
    '%s: the curve is what tensorboard-data-server keeps',
    name => {
      const { rustboard } = oracle as unknown as {
        rustboard: { scalars: Record<string, Record<string, OracleScalar[]>> };
      };
      const followed = follow(fixturePath('events', name));
      for (const [tag, expected] of Object.entries(rustboard.scalars[name] ?? {})) {
        expect(asOracle(followed.window(tag))).toEqual(expected.map(toPoint));
      }
      expect(Object.keys(rustboard.scalars[name] ?? {})).not.toEqual([]);
    },
  );

  it('say where the later attempts began', () => {
    const attemptsOf = (name: string): SeriesWindow['attempts'] => {
      const followed = follow(fixturePath('events', name));
      const [tag = ''] = followed.summary.tags.map(info => info.tag);
      return followed.window(tag).attempts;
    };
    // The second file's: its START event, or the first of its values.
    const secondOf = (name: string, kind: string) => {
      const [, second = { name: '' }] = eventFiles(name);
      const events = oracle.dirs[name]?.event_file_loader[second.name]?.events ?? [];
      const [step, wallTime] = events.find(([, , each]) => each === kind) ?? [NaN, NaN];
      return { step: Number(step), wallTime: Number(wallTime), x: Number(step) };
    };
    expect(attemptsOf('restart_start_event')).toEqual([secondOf('restart_start_event', 'session_log')]);
    expect(attemptsOf('restart_no_start')).toEqual([secondOf('restart_no_start', 'summary')]);
    expect(attemptsOf('duplicate_steps')).toEqual([]);
  });
});

describe('damage', () => {
  it.each(['flip_payload_mid_value', 'flip_length_mid', 'huge_length', 'bad_proto_sound_crc'])(
    'corrupt/%s costs one record, and is reported',
    name => {
      const [base] = eventFiles('tails/base');
      const [file] = eventFiles(`corrupt/${name}`);
      const sound = readGrowing(base?.bytes ?? new Uint8Array()).records;
      const differs = base?.bytes.findIndex((byte, at) => file?.bytes[at] !== byte) ?? NaN;
      const record = sound.findLast(({ offset }) => offset <= differs);
      const newestStep = decodeEvent(sound.at(-1)?.data ?? new Uint8Array()).step;
      const { summary } = follow(fixturePath('events', 'corrupt', name));
      expect(summary.problems).toMatchObject([{ offset: record?.offset }]);
      // A record that is sound but no event has a length of its own.
      if (file?.bytes.length === base?.bytes.length) {
        expect(summary.problems).toMatchObject([{ bytes: (record?.data.length ?? NaN) + 16 }]);
      }
      expect(summary.tags).toMatchObject([{ newestStep }]);
    },
  );

  it('at the end of a file is reported with its size, and grows', async () => {
    const file = 'events.out.tfevents.1';
    logdir.append(file, scalar('loss', 1, 1));
    const size = encodeRecord(encodeEvent(scalar('loss', 1, 1))).length;
    logdir.appendBytes(file, new Uint8Array(40).fill(7));
    const followed = follow(logdir.path);
    expect(followed.summary.problems).toMatchObject([{ offset: size, bytes: 40 }]);
    logdir.appendBytes(file, new Uint8Array(60).fill(7));
    await expect.poll(() => followed.read().summary.problems).toMatchObject([{ offset: size, bytes: 100 }]);
    logdir.append(file, scalar('loss', 2, 2));
    await followed.expectPoints('loss', [1, 2]);
    expect(followed.summary.problems).toMatchObject([{ offset: size, bytes: 100 }]);
  });
});

describe('a log that grows', () => {
  const FILE = 'events.out.tfevents.0000000001.host';
  const NEXT = 'events.out.tfevents.0000000002.host';

  it('shows a record as soon as it is whole', async () => {
    const record = encodeRecord(encodeEvent(scalar('loss', 2, 2)));
    logdir.append(FILE, scalar('loss', 1, 1));
    const followed = follow(logdir.path);
    logdir.appendBytes(FILE, record.subarray(0, 20));
    await followed.expectPoints('loss', [1]);
    logdir.appendBytes(FILE, record.subarray(20));
    await followed.expectPoints('loss', [1, 2]);
    expect(followed.summary).toMatchObject({
      newestStep: 2,
      newestWallTime: 1_600_000_002,
      loading: false,
      problems: [],
    });
  });

  it('has its second file follow its first', async () => {
    logdir.append(FILE, scalar('loss', 1, 1), scalar('loss', 2, 2));
    const followed = follow(logdir.path);
    logdir.append(NEXT, start(1, 1_600_000_100), scalar('loss', 2, 20));
    await followed.expectPoints('loss', [20]);
    expect(followed.window('loss').lost.map(({ raw }) => [...raw])).toEqual([[1, 2]]);
    expect(followed.window('loss').attempts).toEqual([{ step: 1, wallTime: 1_600_000_100, x: 1 }]);
  });

  it('may not be there yet, and come with a subfolder later', async () => {
    const later = join(logdir.path, 'later');
    const followed = follow(later);
    expect(followed.summary).toMatchObject({ tags: [], loading: false });
    logdir.append(join('later', FILE), scalar('loss', 1, 1));
    await followed.expectPoints('loss', [1]);
    logdir.append(join('later', 'validation', FILE), scalar('loss', 1, 5));
    await followed.expectPoints('validation/loss', [5]);
  });

  it('is read anew when a file was replaced by another one', async () => {
    logdir.append(FILE, scalar('loss', 1, 1), scalar('loss', 2, 2));
    const followed = follow(logdir.path);
    logdir.append('other', scalar('loss', 7, 7), scalar('loss', 8, 8), scalar('loss', 9, 9));
    renameSync(join(logdir.path, 'other'), join(logdir.path, FILE));
    await followed.expectPoints('loss', [7, 8, 9]);
  });

  it('is read anew when a file was truncated', async () => {
    logdir.append(FILE, scalar('loss', 1, 1), scalar('loss', 2, 2));
    const followed = follow(logdir.path);
    truncateSync(join(logdir.path, FILE), encodeRecord(encodeEvent(scalar('loss', 1, 1))).length);
    await followed.expectPoints('loss', [1]);
  });

  it('loses what a deleted file held, and all when the folder goes', async () => {
    logdir.append(FILE, scalar('loss', 1, 1));
    logdir.append(NEXT, scalar('loss', 2, 2));
    const followed = follow(logdir.path);
    expect([...followed.window('loss').points.raw]).toEqual([1, 2]);
    unlinkSync(join(logdir.path, FILE));
    await followed.expectPoints('loss', [2]);
    rmSync(logdir.path, { recursive: true });
    await expect.poll(() => followed.read().summary.tags).toEqual([]);
    mkdirSync(logdir.path);
    logdir.append(FILE, scalar('loss', 3, 3));
    await followed.expectPoints('loss', [3]);
  });

  it('puts a file that arrives late before those with later names', async () => {
    logdir.append(NEXT, scalar('loss', 2, 2));
    const followed = follow(logdir.path);
    logdir.append(FILE, scalar('loss', 1, 1));
    await followed.expectPoints('loss', [1, 2]);
    expect(followed.window('loss').lost).toEqual([]);
  });

  it('survives a record larger than the buffer', async () => {
    logdir.append(FILE, scalar('loss', 1, 1));
    const followed = follow(logdir.path);
    logdir.append(FILE, { wallTime: 1, step: 1, graphDef: new Uint8Array(3 << 20) }, scalar('loss', 2, 2));
    await followed.expectPoints('loss', [1, 2]);
  });

  it('says which file cannot be read', () => {
    writeFileSync(join(logdir.path, 'file'), '');
    const followed = follow(join(logdir.path, 'file'));
    expect(followed.summary.tags).toEqual([]);
  });
});

describe('scalar tensors', () => {
  const metadata = {
    pluginName: 'scalars',
    pluginContent: new Uint8Array(0),
    displayName: '',
    summaryDescription: '',
    dataClass: 1,
  };

  it('of every dtype are numbers', () => {
    const bytes = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer);
    const tensors = [
      float32Tensor([], Float32Array.of(1.5)),
      float32Tensor([1], Float32Array.of(2.5)),
      { dtype: 'float64', shape: [], bytes: bytes(Float64Array.of(0.1)) } as const,
      { dtype: 'int64', shape: [], bytes: bytes(BigInt64Array.of(-3n)) } as const,
      { dtype: 'uint8', shape: [], bytes: bytes(Uint8Array.of(200)) } as const,
      { dtype: 'bool', shape: [], bytes: bytes(Uint8Array.of(1)) } as const,
      // 1.5 and the smallest subnormal as IEEE halves; 1.5 as bfloat16.
      { dtype: 'float16', shape: [], bytes: bytes(Uint16Array.of(0x3e00)) } as const,
      { dtype: 'float16', shape: [], bytes: bytes(Uint16Array.of(0x8001)) } as const,
      { dtype: 'bfloat16', shape: [], bytes: bytes(Uint16Array.of(0x3fc0)) } as const,
    ];
    logdir.append(
      'events.out.tfevents.1',
      ...tensors.map((tensor, step) => ({
        wallTime: 1,
        step,
        summary: [{ tag: 'v', tensor, ...(step === 0 ? { metadata } : {}) }],
      })),
    );
    expect([...follow(logdir.path).window('v').points.raw]).toEqual([
      1.5,
      2.5,
      0.1,
      -3,
      200,
      1,
      1.5,
      -(2 ** -24),
      1.5,
    ]);
  });
});
