/** Files of values that NumPy, SciPy and safetensors wrote: see values/README.md. */

import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/formats/checkpoint.ts';
import { openCheckpoint } from '../../../src/formats/checkpoint-reader.ts';
import { writeNpz } from '../../../src/formats/npz-writer.ts';
import { float32Tensor, type TensorValue } from '../../../src/formats/tensor-value.ts';

const VALUES = join(import.meta.dirname, 'values');

interface OracleFile {
  readonly format: string;
  readonly arrays: Readonly<
    Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly sha256: string }>
  >;
}

const oracle = JSON.parse(readFileSync(join(VALUES, 'oracle.json'), 'utf8')) as Record<string, OracleFile>;

async function withFile<T>(path: string, use: (file: Checkpoint) => Promise<T>): Promise<T> {
  const file = await openCheckpoint(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

async function contentsOf(file: Checkpoint): Promise<OracleFile> {
  const arrays: Record<string, OracleFile['arrays'][string]> = {};
  for (const [name, { dtype, shape, nbytes }] of file.variables) {
    const value = await file.read(name);
    expect(value).toMatchObject({ dtype, shape });
    expect(value.bytes.length).toBe(nbytes);
    arrays[name] = { dtype, shape, sha256: createHash('sha256').update(value.bytes).digest('hex') };
  }
  return { format: file.format, arrays };
}

describe.each(Object.entries(oracle))('%s', (name, expected) => {
  it('holds what its own library reads', async () => {
    await withFile(join(VALUES, name), async file => {
      expect(await contentsOf(file)).toEqual(expected);
      expect(file.problems).toEqual([]);
      await file.verify();
      await expect(file.read('nope')).rejects.toThrow('has no array nope');
    });
  });
});

describe('a file of values in a folder of its own', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'values-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function written(name: string, content: string | Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  it('of JSON may begin with a byte order mark', async () => {
    const path = written('marked.json', '\uFEFF{"w": [1, 2]}\r\n');
    await withFile(path, async file => {
      expect(await file.read('w')).toMatchObject({ shape: [2] });
    });
  });

  const refused = (path: string) => expect(withFile(path, file => file.verify())).rejects;

  it.each<[string, string, RegExp]>([
    ['ragged.json', '{"w": [[1, 2], [3]]}', /ragged\.json: w holds a list of 1, where a list of 2 belongs/],
    ['text.json', '{"w": ["1"]}', /w holds "1", where a number belongs/],
    ['object.json', '{"scope": {"w": 1}}', /scope holds an object, where a number belongs/],
    ['broken.json', '{"w": [1,', /broken\.json is no JSON/],
    ['deep.json', '['.repeat(5000) + ']'.repeat(5000), /more than 254 dimensions/],
    ['nothing.json', '{}', /holds no numbers/],
    ['word.csv', '1,2\n3,x\n', /word\.csv, line 2: "x" is not a number/],
    ['uneven.csv', '1,2\n3\n', /uneven\.csv is no table of numbers: .*line 2/],
    ['twice.csv', 'a,a\n1,2\n', /columns without a name of their own/],
    ['hole.csv', '1,2\n3,\n', /line 2: "" is not a number/],
    ['empty.csv', '', /holds no numbers/],
    ['short.npy', '\x93NUMPY', /is no \.npy file/],
    ['short.npz', 'PK', /is no sound zip archive/],
    ['short.safetensors', '1234', /is no safetensors file: it has 4 bytes/],
    ['huge.safetensors', '\xff\xff\xff\xff\xff\xff\xff\x00{}', /announces a header of \d+ bytes/],
    ['text.safetensors', '\x02\0\0\0\0\0\0\0{]', /from offset 8 on\) that is no JSON/],
    ['short.mat', 'MATLAB 5.0', /is no \.mat file/],
    ['old.mat', 'x'.repeat(200), /bytes 126 and 127/],
    ['hdf5.mat', `${'MATLAB 7.3'.padEnd(124)}\x00\x02IM`, /version 7\.3 \(HDF5\)/],
    ['weights.h5', '\x89HDF\r\n\x1a\n and so on', /is an HDF5 file/],
    ['any.ckpt', 'x'.repeat(100), /any\.ckpt is damaged, footer at offset 52/],
  ])('%s is refused', async (name, content, message) => {
    await refused(written(name, Buffer.from(content, name.endsWith('.json') ? 'utf8' : 'latin1'))).toThrow(
      message,
    );
  });

  it.each<[string, unknown, RegExp]>([
    [
      'another size',
      { dtype: 'F32', shape: [2], data_offsets: [0, 4] },
      /w has 4 bytes where float32 \[2\] takes 8/,
    ],
    ['an unknown dtype', { dtype: 'F4', shape: [2], data_offsets: [0, 1] }, /dtype F4/],
    ['data that are not there', { dtype: 'U8', shape: [2 ** 40], data_offsets: [0, 2 ** 40] }, /is cut off/],
    ['no shape', { dtype: 'U8', data_offsets: [0, 1] }, /has no shape/],
    ['no description', 5, /no description of w/],
  ])('a safetensors header with %s is refused, and costs the others nothing', async (_what, w, message) => {
    const header = Buffer.from(
      JSON.stringify({ w, sound: { dtype: 'U8', shape: [1], data_offsets: [0, 1] } }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const path = written('lies.safetensors', Buffer.concat([length, header, Uint8Array.of(7)]));
    await refused(path).toThrow(message);
    expect([...(await withFile(path, file => file.read('sound'))).bytes]).toEqual([7]);
  });

  it('an archive has the names that are written in it, even ones that no folder would take', async () => {
    const names = [
      '/absolute',
      '../up',
      'back\\slash',
      'C:drive',
      'tab\there',
      'line\nbreak',
      'ünï/\u{1f40d}',
    ];
    async function* arrays(): AsyncGenerator<[string, TensorValue]> {
      for (const [index, name] of names.entries()) {
        yield [name, await Promise.resolve(float32Tensor([1], Float32Array.of(index)))];
      }
    }
    const path = join(folder, 'names.npz');
    await writeNpz(path, arrays());
    await withFile(path, async file => {
      expect([...file.variables.keys()].sort()).toEqual(names.toSorted());
      expect((await file.read('../up')).bytes).toEqual(new Uint8Array(Float32Array.of(1).buffer));
    });
  });

  it('a compressed MATLAB array that is a bomb takes no more memory than its shape', async () => {
    const plain = readFileSync(join(VALUES, 'narrow.mat'));
    const bomb = deflateSync(Buffer.concat([plain.subarray(128), Buffer.alloc(2 ** 26)]));
    const tag = Buffer.alloc(8);
    tag.writeUInt32LE(15, 0);
    tag.writeUInt32LE(bomb.length, 4);
    await refused(written('bomb.mat', Buffer.concat([plain.subarray(0, 128), tag, bomb]))).toThrow(
      /bomb\.mat is damaged, w at offset 128/,
    );
  });

  it('what is before the end of a file that is cut off is read', async () => {
    const path = join(folder, 'cut.safetensors');
    copyFileSync(join(VALUES, 'all.safetensors'), path);
    truncateSync(path, readFileSync(path).length - 1);
    await withFile(path, async file => {
      const outcomes = await Promise.allSettled([...file.variables.keys()].map(name => file.check(name)));
      expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    });
  });
});
