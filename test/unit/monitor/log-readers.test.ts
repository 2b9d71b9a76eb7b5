/** What readers put into their sinks, and a reader of a test's own beside ours. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeSummary, type SummaryValue } from '../../../src/formats/summary.ts';
import { WireReader, WireWriter } from '../../../src/formats/wire-format.ts';
import { LogSeries } from '../../../src/monitor/log-series.ts';
import { eventFileReader } from '../../../src/monitor/readers/event-file.ts';
import { FileTail, ReadBuffer, type ByteTaker } from '../../../src/monitor/readers/file-tail.ts';
import type { LogReader, LogSink, OpenLog } from '../../../src/monitor/readers/log-reader.ts';
import { logReaders } from '../../../src/monitor/readers/log-readers.ts';
import { WatchedLog } from '../../../src/monitor/watched-log.ts';
import type { LogProblem, LogSummary } from '../../../src/protocol/series.ts';
import { fixturePath } from '../../fixture-files.ts';
import { eventFiles, oracle } from '../formats/event-oracle.ts';
import { scalar, TemporaryLogdir } from './temporary-logdir.ts';

let logdir: TemporaryLogdir;
beforeEach(() => {
  logdir = new TemporaryLogdir();
});
afterEach(() => {
  logdir.remove();
});

const buffer = new ReadBuffer();

describe('a blob', () => {
  /** All event files of a folder of fixtures/events, as our reader hands them on. */
  function seriesOf(folder: string): LogSeries {
    const series = new LogSeries();
    for (const { name } of eventFiles(folder)) {
      const path = fixturePath('events', folder, name);
      const log = eventFileReader.open(path, series.sink(path));
      while (log.read(buffer) === 'more');
      expect(log.problems).toEqual([]);
    }
    return series;
  }

  interface BlobAtPlace {
    readonly step: number;
    readonly wallTime: number;
    readonly value: SummaryValue;
  }

  /** The summary's value that lies at each place. */
  function blobsOf({ tags, files }: LogSeries, tag: string): BlobAtPlace[] {
    const series = tags.get(tag);
    if (series === undefined || series.kind === 'scalar') throw new Error(`${tag} has no blobs`);
    const { step, wallTime, file, offset, bytes } = series.blobs;
    expect(series.count).toBe(series.blobs.length);
    return Array.from(step, (_, index) => {
      const from = offset[index] ?? NaN;
      const content = readFileSync(files[file[index] ?? NaN] ?? '');
      const message = content.subarray(from, from + (bytes[index] ?? NaN));
      const [value, ...more] = decodeSummary(new WireReader(new WireWriter().data(1, message).finish()));
      if (value === undefined || more.length > 0) throw new Error(`there is no value of ${tag} at ${from}`);
      expect(value.tag).toBe(tag);
      return { step: step[index] ?? NaN, wallTime: wallTime[index] ?? NaN, value };
    });
  }

  const accumulated = (folder: string) => {
    const found = oracle.dirs[folder]?.accumulator;
    if (found === undefined) throw new Error(`fixtures/events has no ${folder}`);
    return found;
  };
  const sha256 = (bytes: Uint8Array = new Uint8Array()): string =>
    createHash('sha256').update(bytes).digest('hex');

  it.each(['tf1', 'tf1_histograms'])('of %s: histograms are at their places', folder => {
    const series = seriesOf(folder);
    const histograms = Object.entries(accumulated(folder).histograms);
    expect(histograms.length).toBeGreaterThan(0);
    for (const [tag, expected] of histograms) {
      const ours = blobsOf(series, tag).map(({ step, value: { histogram } }) => ({
        step,
        num: histogram?.num,
        sum: histogram?.sum,
        bucket: Array.from(histogram?.bucket ?? []),
      }));
      expect(ours).toEqual(expected.map(({ step, num, sum, bucket }) => ({ step, num, sum, bucket })));
    }
  });

  it('of TF1: images and sounds are at their places', () => {
    const series = seriesOf('tf1');
    const { images, audio } = accumulated('tf1');
    for (const [tag, expected] of Object.entries(images)) {
      const ours = blobsOf(series, tag).map(({ step, wallTime, value: { image } }) => [
        step,
        wallTime,
        image?.width,
        image?.height,
        image?.encoded.length,
        sha256(image?.encoded),
      ]);
      expect(ours.slice(-expected.length)).toEqual(expected);
    }
    for (const [tag, expected] of Object.entries(audio)) {
      const ours = blobsOf(series, tag).map(({ step, value }) => [step, sha256(value.audio?.encoded)]);
      expect(ours.slice(-expected.length)).toEqual(expected.map(each => [each[0], each[5]]));
    }
  });

  it('of TF2: tensors of other plugins are at their places, and the plugin is known', () => {
    const series = seriesOf('tf2');
    const tensors = Object.entries(accumulated('tf2').tensors).filter(
      ([, { plugin }]) => plugin !== 'scalars',
    );
    expect(tensors.length).toBeGreaterThan(3);
    for (const [tag, { plugin, events }] of tensors) {
      const ours = blobsOf(series, tag).map(({ step, value: { tensor } }) => [
        step,
        tensor?.dtype,
        tensor?.shape,
      ]);
      expect(ours).toEqual(events.map(({ step, dtype, shape }) => [step, dtype, shape]));
      expect(series.tags.get(tag)?.plugin).toBe(plugin);
    }
  });

  it('is found among several values of one event, in any of several files', () => {
    const value = (fill: number) => ({
      height: 1,
      width: 1,
      colorspace: 1,
      encoded: new Uint8Array(20).fill(fill),
    });
    for (const file of [1, 2]) {
      logdir.append(
        `events.out.tfevents.${file}`,
        ...[10, 20].map(step => ({
          wallTime: step,
          step: step * file,
          summary: [
            { tag: 'loss', simpleValue: step },
            { tag: 'a', image: value(step * file) },
            { tag: 'b', image: value(step * file + 1) },
          ],
        })),
      );
    }
    const series = new LogSeries();
    for (const file of [1, 2]) {
      const path = join(logdir.path, `events.out.tfevents.${file}`);
      eventFileReader.open(path, series.sink(path)).read(buffer);
    }
    const firsts = (tag: string) => blobsOf(series, tag).map(({ value: { image } }) => image?.encoded[0]);
    expect(firsts('a')).toEqual([10, 20, 20, 40]);
    expect(firsts('b')).toEqual([11, 21, 21, 41]);
  });
});

/** Reads a log of another kind: lines such as `{"tag": "loss", "step": 1, "value": 0.5}`. */
const lineReader: LogReader = {
  isLog: (_folder, { name }) => name.endsWith('.jsonl'),
  open: (path, sink) => new LineLog(path, sink),
};

class LineLog extends FileTail implements OpenLog {
  readonly problems: LogProblem[] = [];

  constructor(path: string, sink: LogSink) {
    const taker: ByteTaker & { offset: number; needed: number } = {
      offset: 0,
      needed: 1,
      take: (bytes, length) => {
        const end = bytes.subarray(0, length).lastIndexOf(10) + 1;
        for (const line of Buffer.from(bytes.subarray(0, end)).toString().split('\n').filter(Boolean)) {
          try {
            const { tag, step, value } = JSON.parse(line) as { tag: string; step: number; value: number };
            const series = sink.tag(tag, 'scalar', '');
            if (series.kind === 'scalar') sink.scalar(series, step, step, value);
          } catch {
            this.problems.push({ file: path, offset: taker.offset, bytes: end, message: `no JSON: ${line}` });
          }
        }
        taker.offset += end;
        taker.needed = length - end + 1;
      },
    };
    super(path, taker);
  }
}

describe('another reader in the list', () => {
  const EVENTS = 'events.out.tfevents.1';
  const LINES = 'metrics.jsonl';
  let log: WatchedLog;
  let summary: LogSummary | undefined;
  beforeEach(() => {
    summary = undefined;
    log = new WatchedLog('run', logdir.path, [...logReaders, lineReader], () => undefined);
  });
  afterEach(() => log.close());

  const read = (): LogSummary | undefined => {
    while (log.read(buffer, Infinity));
    return (summary = log.news() ?? summary);
  };
  const line = (tag: string, step: number, value: number): Uint8Array =>
    Buffer.from(`${JSON.stringify({ tag, step, value })}\n`);
  const curve = (tag: string): number[] => {
    const query = { run: 'run', tag, axis: 'step', range: null, pixels: 100, smoothing: 0 } as const;
    return read()?.tags.some(info => info.tag === tag) === true ? [...log.query(query).points.raw] : [];
  };

  it('has its curves shown beside those of event files, and followed as they grow', async () => {
    logdir.append(EVENTS, scalar('loss', 1, 1));
    logdir.appendBytes(LINES, line('accuracy', 1, 0.5));
    logdir.appendBytes(join('validation', LINES), line('accuracy', 1, 0.25));
    expect(read()?.tags.map(({ tag }) => tag)).toEqual(['loss', 'accuracy', 'validation/accuracy']);
    expect([curve('loss'), curve('accuracy'), curve('validation/accuracy')]).toEqual([[1], [0.5], [0.25]]);
    const next = line('accuracy', 2, 0.75);
    logdir.appendBytes(LINES, next.subarray(0, 5));
    logdir.append(EVENTS, scalar('loss', 2, 2));
    await expect.poll(() => curve('loss')).toEqual([1, 2]);
    expect(curve('accuracy')).toEqual([0.5]);
    logdir.appendBytes(LINES, next.subarray(5));
    await expect.poll(() => curve('accuracy')).toEqual([0.5, 0.75]);
    expect(summary).toMatchObject({ loading: false, newestStep: 2, problems: [] });
  });

  it('has its problems shown', () => {
    logdir.appendBytes(LINES, Buffer.from('no json\n'));
    logdir.appendBytes(LINES, line('loss', 1, 1));
    expect(read()?.problems).toMatchObject([{ file: join(logdir.path, LINES), message: 'no JSON: no json' }]);
    expect(curve('loss')).toEqual([1]);
  });

  it('does not mix its curve with that of an earlier one', () => {
    logdir.append(EVENTS, scalar('loss', 1, 1), scalar('loss', 2, 2));
    logdir.appendBytes(LINES, line('loss', 1, 100));
    expect(read()?.tags).toMatchObject([{ tag: 'loss', count: 2 }]);
    expect(curve('loss')).toEqual([1, 2]);
  });

  it('puts a log that arrives late before those with later names', async () => {
    logdir.append(EVENTS, scalar('loss', 1, 1));
    logdir.appendBytes('a.jsonl', line('accuracy', 1, 0.5));
    logdir.appendBytes('b.jsonl', line('accuracy', 2, 0.75));
    expect(curve('accuracy')).toEqual([0.5, 0.75]);
    logdir.appendBytes('0.jsonl', line('accuracy', 0, 0.25));
    await expect.poll(() => curve('accuracy')).toEqual([0.25, 0.5, 0.75]);
    expect(curve('loss')).toEqual([1]);
  });
});
