/** Sources of all kinds: batches, resuming, reading ahead, and what they say about damaged files. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeRecord } from '../../../../src/formats/tfrecord.ts';
import { WireWriter } from '../../../../src/formats/wire-format.ts';
import * as slim from '../../../../src/slim/index.ts';
import { PhiloxStream } from '../../../../src/slim/random/philox.ts';

type Batch = tf.NamedTensorMap;

const EXAMPLES = 23;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slim-data-'));
  const rows = Array.from({ length: EXAMPLES }, (_, row) => row);
  write('rows.csv', ['row,half', ...rows.map(row => `${row},${row / 2}`)].join('\n'));
  for (const shard of [0, 1]) {
    const records = rows.filter(row => row % 2 === shard).map(row => encodeRecord(example(row)));
    write(`rows-${shard}.tfrecord`, Buffer.concat(records));
  }
  for (const kind of ['even', 'odd']) mkdirSync(join(folder, 'images', kind), { recursive: true });
  for (const row of rows) write(`images/${row % 2 === 0 ? 'even' : 'odd'}/${row}.png`, grey(2, 2, row));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A tf.train.Example with a feature `row`, an int64. */
function example(row: number): Uint8Array {
  const list = new WireWriter().int64(1, row).finish();
  const feature = new WireWriter().data(3, list).finish();
  const entry = new WireWriter().string(1, 'row').data(2, feature).finish();
  return new WireWriter().data(1, new WireWriter().data(1, entry).finish()).finish();
}

function grey(height: number, width: number, value: number): Uint8Array {
  const png = new PNG({ height, width });
  for (let at = 0; at < png.data.length; at++) png.data[at] = at % 4 === 3 ? 255 : value;
  return PNG.sync.write(png);
}

function tfRecordsOfRows(options: slim.data.BatchOptions = {}): Promise<slim.data.Source<Batch>> {
  const files = [0, 1].map(shard => join(folder, `rows-${shard}.tfrecord`));
  return slim.data.tfRecords(files, { row: { dtype: 'int64', shape: [] } }, { batchSize: 4, ...options });
}

function* countedBatches(epoch: number): Generator<Batch> {
  for (let index = 0; index < 5; index++) yield { row: tf.tensor1d([epoch * 100 + index]) };
}

/** Every kind of source, as a script makes it: anew in each process. */
const SOURCES: Readonly<Record<string, () => Promise<slim.data.Source<Batch>>>> = {
  csv: async () => {
    const columns = await slim.data.readCsv(join(folder, 'rows.csv'), { row: 'int32', half: 'float32' });
    return slim.data.arrays(columns, { batchSize: 4 });
  },
  'image folder': async () => {
    const source: slim.data.Source<slim.data.LabelledImages> = await slim.data.imageFolder(
      join(folder, 'images'),
      { batchSize: 4 },
    );
    return source as slim.data.Source<Batch>;
  },
  tfrecords: () => tfRecordsOfRows(),
  'tfrecords read ahead': async () => slim.data.prefetch(await tfRecordsOfRows(), 3),
  'stream of a function': () => Promise.resolve(slim.data.stream(countedBatches)),
  'stream of an iterable': () =>
    Promise.resolve(slim.data.stream<Batch>({ [Symbol.iterator]: () => countedBatches(0) })),
  'stream of an async iterable': () =>
    Promise.resolve(
      slim.data.stream<Batch>({
        async *[Symbol.asyncIterator]() {
          await Promise.resolve();
          yield* countedBatches(0);
        },
      }),
    ),
  'stream of a shuffling dataset': () => {
    const rows = tf.data.array(Array.from({ length: EXAMPLES }, (_, row) => ({ row })));
    return Promise.resolve(slim.data.stream(rows.shuffle(EXAMPLES, '7').batch(4) as tf.data.Dataset<Batch>));
  },
  'stream read ahead': () => Promise.resolve(slim.data.prefetch(slim.data.stream(countedBatches))),
};

async function take(source: slim.data.Source<Batch>, count: number): Promise<unknown[]> {
  const taken: unknown[] = [];
  for (let index = 0; index < count; index++) {
    const batch = await source.next();
    taken.push(batch === null ? null : valuesOf(batch));
    if (batch !== null) tf.dispose(batch);
  }
  return taken;
}

function present(batch: Batch | null): Batch {
  if (batch === null) throw new Error('The data are at their end.');
  return batch;
}

function valuesOf(batch: Batch): unknown {
  return Object.fromEntries(Object.entries(batch).map(([name, tensor]) => [name, [...tensor.dataSync()]]));
}

describe.each(Object.entries(SOURCES))('%s', (_, make) => {
  const STEPS = 17;

  test('goes on from any position as if it had not been stopped', async () => {
    const expected = await take(await make(), STEPS);
    const random = new PhiloxStream([1, 2]);
    for (let trial = 0; trial < 8; trial++) {
      const stop = random.nextWord() % STEPS;
      const stopped = await make();
      await take(stopped, stop);
      if (trial % 2 === 1) tf.dispose(present(await stopped.peek()));
      const resumed = await make();
      // As defineLoss does before training resumes.
      tf.dispose(present(await resumed.peek()));
      await resumed.seek(stopped.position());
      expect(resumed.position()).toEqual(stopped.position());
      expect(await take(resumed, STEPS - stop), `stopped after ${stop}`).toEqual(expected.slice(stop));
    }
  });

  test('gives what was looked at', async () => {
    const source = await make();
    for (let step = 0; step < STEPS; step++) {
      const seen = present(await source.peek());
      expect([valuesOf(seen)]).toEqual(await take(source, 1));
      tf.dispose(seen);
    }
  });

  test('leaves no tensor behind that was not asked for', async () => {
    const source = await make();
    await take(source, 2);
    const start = source.position();
    await source.seek(start);
    const { numTensors } = tf.memory();
    await take(source, 9);
    await source.seek(start);
    await take(source, 0);
    expect(tf.memory().numTensors).toBeLessThanOrEqual(numTensors);
  });
});

describe('a stream', () => {
  test('ends after numEpochs, and knows its batches where it is told', async () => {
    const source = slim.data.stream(countedBatches, { numEpochs: 2, batchesPerEpoch: 5 });
    expect(source.batchesPerEpoch).toBe(5);
    const taken = await take(source, 12);
    expect(taken.slice(0, 10)).not.toContain(null);
    expect(taken.slice(10)).toEqual([null, null]);
  });

  test('of a generator ends with it, and does not go back', async () => {
    const source = slim.data.stream(countedBatches(0));
    const start = source.position();
    expect((await take(source, 6)).at(-1)).toBeNull();
    await source.seek(start);
    await expect(source.next()).rejects.toThrow('Give slim.data.stream the function that makes it');
  });

  test('without a batch says so, and one that got shorter', async () => {
    await expect(slim.data.stream<Batch>([]).next()).rejects.toThrow('Epoch 0 of the stream has no batch');
    await expect(slim.data.stream(countedBatches).seek({ epoch: 1, index: 7 })).rejects.toThrow(
      'stood at batch 7 of an epoch, which now has 5',
    );
  });
});

describe('reading ahead', () => {
  test('asks for as many batches as it is told to, one at a time', async () => {
    let made = 0;
    let inFlight = 0;
    const source = slim.data.prefetch(
      slim.data.stream<Batch>(async function* () {
        for (;;) {
          expect(inFlight++).toBe(0);
          await new Promise(resolve => setTimeout(resolve, 1));
          inFlight--;
          made++;
          yield { row: tf.scalar(made) };
        }
      }),
      3,
    );
    await take(source, 1);
    await expect.poll(() => made).toBe(4);
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(made).toBe(4);
    expect(source.position()).toEqual({ epoch: 0, index: 1 });
  });

  test('tells an error where its batch would have come, and the position stays before it', async () => {
    const source = slim.data.prefetch(
      slim.data.stream<Batch>(function* () {
        yield { row: tf.scalar(1) };
        yield { row: tf.scalar(2) };
        throw new Error('the disk is gone');
      }),
      4,
    );
    expect(await take(source, 2)).toEqual([{ row: [1] }, { row: [2] }]);
    await expect(source.next()).rejects.toThrow('the disk is gone');
    expect(source.position()).toEqual({ epoch: 0, index: 2 });
  });

  test('ends as its source does', async () => {
    const source = slim.data.prefetch(slim.data.stream(countedBatches, { numEpochs: 1 }), 3);
    expect((await take(source, 8)).slice(4)).toEqual([{ row: [4] }, null, null, null]);
  });
});

describe('CSV', () => {
  const read = (text: string | Uint8Array, columns: Record<string, slim.data.CsvColumn>, options = {}) =>
    slim.data.readCsv(write('cells.csv', text), columns, options);

  test('of quotes, a byte order mark, empty cells, classes and several columns', async () => {
    const text = '\ufeffwidth,"the ""height""",kind\r\n1, 2.5 ,cat\r\n-3e1,,"dog, big"\r\n';
    const found = await read(text, {
      size: { dtype: 'float32', from: ['width', 'the "height"'], defaultValue: -1 },
      kind: { classes: ['dog, big', 'cat'] },
      width: 'int32',
    });
    expect(found).toEqual({
      size: { values: Float32Array.of(1, 2.5, -30, -1), shape: [2, 2] },
      kind: { values: Int32Array.of(1, 0), shape: [2] },
      width: { values: Int32Array.of(1, -30), shape: [2] },
    });
  });

  test('without a header, and with another delimiter', async () => {
    const found = await read('1;2\n3;4\n', { b: 'int32' }, { header: ['a', 'b'], delimiter: ';' });
    expect(found['b']).toEqual({ values: Int32Array.of(2, 4), shape: [2] });
  });

  test.each([
    ['a number', 'a\n1\n\nx1\n', { a: 'float32' }, /cells\.csv:4: column a: "x1" is not a number\.$/],
    [
      'an integer',
      'a\n1.5\n',
      { a: 'int32' },
      /cells\.csv:2: column a: 1\.5 is not an integer of 32 bits\.$/,
    ],
    ['something', 'a,b\n1,\n', { b: 'int32' }, /cells\.csv:2: column b: the cell is empty/],
    ['a class', 'a\ncow\n', { a: { classes: ['cat'] } }, /:2: column a: "cow" is none of the classes cat\.$/],
    ['a column', 'a,b\n1,2\n', { c: 'int32' }, /cells\.csv:1: there is no column c\. There are: a, b\.$/],
    ['a whole row', 'a,b\n1,2\n3\n', { a: 'int32' }, /cells\.csv: .*line 3/],
  ] as const)('names file and line where there should be %s', async (_, text, columns, message) => {
    await expect(read(text, columns)).rejects.toThrow(message);
  });

  test('that is not there is an error of the file system', async () => {
    await expect(slim.data.readCsv(join(folder, 'nowhere.csv'), { a: 'int32' })).rejects.toThrow('ENOENT');
  });
});

describe('a damaged TFRecord file', () => {
  const open = (name: string, bytes: Uint8Array): Promise<slim.data.Source> =>
    slim.data.tfRecords(write(name, bytes), { row: { dtype: 'int64', shape: [] } }, { shuffle: false });
  const record = encodeRecord(example(3));

  test('that is cut off, in its data or in a header', async () => {
    const two = Buffer.concat([record, record]);
    const message = `ends at offset ${two.length - 1}, within the record that begins at offset ${record.length}`;
    await expect(open('cut.tfrecord', two.subarray(0, -1))).rejects.toThrow(message);
    await expect(open('cut.tfrecord', two.subarray(0, record.length + 5))).rejects.toThrow(
      'within the record',
    );
  });

  test('whose header or data are not what was written', async () => {
    const header = Buffer.concat([record, record]);
    header[record.length] = 99;
    await expect(open('header.tfrecord', header)).rejects.toThrow(
      `header.tfrecord is damaged, or no TFRecord file: at offset ${record.length} there is no record header`,
    );
    const data = Buffer.concat([record, record]);
    data[record.length + 14] = 99;
    await expect((await open('data.tfrecord', data)).next()).rejects.toThrow(
      `the record at offset ${record.length} fail their checksum`,
    );
  });

  test('that is compressed, empty, or holds no examples', async () => {
    await expect(open('rows.gz', gzipSync(record))).rejects.toThrow('rows.gz is compressed by gzip');
    await expect(open('none.tfrecord', new Uint8Array(0))).rejects.toThrow('There is no record in');
    const noExample = await open('text.tfrecord', encodeRecord(Buffer.from('\x0a\x7fshort')));
    await expect(noExample.next()).rejects.toThrow(
      /The example at offset 0 of .*text\.tfrecord: Broken protocol/,
    );
  });
});

describe('an image folder', () => {
  test('names the image that is of another size, damaged, or none', async () => {
    const path = join(folder, 'mixed');
    mkdirSync(join(path, 'a'), { recursive: true });
    write('mixed/a/0.png', grey(2, 2, 1));
    write('mixed/a/1.png', grey(3, 2, 1));
    const source = await slim.data.imageFolder(path, { shuffle: false });
    await expect(source.next()).rejects.toThrow(
      /1\.png has 3 x 2 pixels, the first image 2 x 2: give imageFolder/,
    );
    write('mixed/a/1.png', grey(2, 2, 1).slice(0, 50));
    await expect(source.next()).rejects.toThrow(/1\.png is a damaged image/);
    write('mixed/a/1.png', 'hello');
    await expect(source.next()).rejects.toThrow(/1\.png is neither a PNG nor a JPEG image/);
  });

  test('of no images is refused', async () => {
    mkdirSync(join(folder, 'bare', 'a'), { recursive: true });
    await expect(slim.data.imageFolder(join(folder, 'bare'))).rejects.toThrow(
      'bare has no subfolder with images',
    );
  });
});

describe('idx files', () => {
  const MNIST = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 1, 2, 250, 255);

  test('as they are and compressed, of bytes and of wider types', async () => {
    const expected = { values: Uint8Array.of(1, 2, 250, 255), shape: [2, 2, 1] };
    expect(await slim.data.readIdx(write('a-idx3-ubyte', MNIST))).toEqual(expected);
    expect(await slim.data.readIdx(write('a-idx3-ubyte.gz', gzipSync(MNIST)))).toEqual(expected);
    const floats = write('floats', Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0));
    expect(await slim.data.readIdx(floats)).toEqual({ values: Float32Array.of(1.5), shape: [1] });
    const shorts = write('shorts', Uint8Array.of(0, 0, 11, 1, 0, 0, 0, 1, 0xff, 0xfe));
    expect(await slim.data.readIdx(shorts)).toEqual({ values: Int32Array.of(-2), shape: [1] });
  });

  test.each([
    [
      'cut off',
      MNIST.slice(0, -1),
      'has 3 bytes of data from offset 16 on, but uint8 of shape [2, 2, 1] takes 4',
    ],
    ['cut off in their header', MNIST.slice(0, 9), 'ends at offset 9, within its header'],
    ['something else', Uint8Array.of(1, 2, 3, 4), 'is no idx file'],
    ['half compressed', gzipSync(MNIST).subarray(0, 20), 'cannot be unpacked'],
  ])('that are %s are refused', async (_, bytes, message) => {
    await expect(slim.data.readIdx(write('broken-idx', bytes))).rejects.toThrow(message);
  });
});

test('examples are held out of arrays as of tensors', () => {
  const rows = { values: Float32Array.from({ length: 12 }, (_, at) => at), shape: [6, 2] };
  const { train, heldOut } = slim.data.holdOut({ rows }, 3);
  expect(train.rows).toEqual({ values: Float32Array.of(0, 1, 2, 3, 6, 7, 8, 9), shape: [4, 2] });
  expect(heldOut.rows).toEqual({ values: Float32Array.of(4, 5, 10, 11), shape: [2, 2] });
});
