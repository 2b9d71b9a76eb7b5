/** What no fixture has: bundles of big-endian machines, variants, and entries that lie. Made by hand, byte by byte. */

import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  encodeBundleEntry,
  encodeBundleHeader,
  type BundleEntry,
} from '../../../src/formats/bundle-entry.ts';
import { BundleReader } from '../../../src/formats/bundle-reader.ts';
import { crc32c, mask, maskedCrc32c } from '../../../src/formats/crc32c.ts';
import { TableWriter } from '../../../src/formats/table-writer.ts';
import { stringElements } from '../../../src/formats/tensor-value.ts';

let prefix: string;
beforeEach(() => {
  prefix = join(mkdtempSync(join(tmpdir(), 'bundle-reader-')), 'bundle');
});
afterEach(() => {
  rmSync(join(prefix, '..'), { recursive: true });
});

type Described = Partial<BundleEntry> & Pick<BundleEntry, 'dtype' | 'shape'>;

function writeBundle(data: Iterable<number>, entry: Described, bigEndian = false): Promise<BundleReader> {
  const bytes = Uint8Array.from(data);
  const table = new TableWriter();
  table.add(new Uint8Array(0), encodeBundleHeader({ shards: 1, bigEndian }));
  const whole = {
    shard: 0,
    offset: 0,
    size: bytes.length,
    checksum: maskedCrc32c(bytes),
    slices: [],
    ...entry,
  };
  table.add(Buffer.from('v'), encodeBundleEntry(whole));
  writeFileSync(`${prefix}.index`, table.finish());
  writeFileSync(`${prefix}.data-00000-of-00001`, bytes);
  return BundleReader.open(prefix);
}

const bigEndian32 = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const littleEndian32 = (value: number): number[] => bigEndian32(value).reverse();
const crc = (bytes: number[]): number => crc32c(Uint8Array.from(bytes));

describe('a bundle of a big-endian machine', () => {
  it('has its numbers swapped', async () => {
    const reader = await writeBundle(
      [0x3f, 0xc0, 0, 0, 0x40, 0, 0, 0],
      { dtype: 'float32', shape: [2] },
      true,
    );
    const { bytes } = await reader.read('v');
    expect([...bytes]).toEqual([0, 0, 0xc0, 0x3f, 0, 0, 0, 0x40]);
    await reader.close();
  });

  it('has each half of a complex number swapped', async () => {
    const reader = await writeBundle([1, 2, 3, 4, 5, 6, 7, 8], { dtype: 'complex64', shape: [] }, true);
    expect([...(await reader.read('v')).bytes]).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
    await reader.close();
  });

  it('has the lengths of its strings checked as that machine saw them', async () => {
    const lengths = [...bigEndian32(2), ...bigEndian32(1)];
    const checksum = bigEndian32(mask(crc(lengths)));
    const text = [...Buffer.from('abc')];
    const reader = await writeBundle(
      [2, 1, ...checksum, ...text],
      { dtype: 'string', shape: [2], checksum: mask(crc([...lengths, ...checksum, ...text])) },
      true,
    );
    expect(stringElements(await reader.read('v')).map(element => Buffer.from(element).toString())).toEqual([
      'ab',
      'c',
    ]);
    await reader.close();
  });
});

describe('variants', () => {
  // WriteVariantTensor: the length is checked as a uint64, each element's checksum covers all before it.
  const hashed = [3, 0, 0, 0, 0, 0, 0, 0, 7, 8, 9];
  const checksum = littleEndian32(mask(crc(hashed)));
  const entry: Described = { dtype: 'variant', shape: [], checksum: mask(crc([...hashed, ...checksum])) };

  it('are verified, not read', async () => {
    const reader = await writeBundle([3, 7, 8, 9, ...checksum], entry);
    await reader.verify();
    await expect(reader.read('v')).rejects.toThrow('is a variant: only TensorFlow can read it');
    await reader.close();
  });

  it('are found damaged', async () => {
    const reader = await writeBundle([3, 7, 8, 10, ...checksum], entry);
    await expect(reader.verify()).rejects.toThrow('variant 0 does not match');
    await reader.close();
  });
});

describe('entries that lie', () => {
  it.each<[string, Described, RegExp]>([
    [
      'a size that is not the shape’s',
      { dtype: 'float32', shape: [3] },
      /8 bytes where float32 \[3\] takes 12/,
    ],
    [
      'a shape of 2^50 elements',
      { dtype: 'uint8', shape: [2 ** 50], size: 2 ** 50 },
      /is cut off: v ends at offset/,
    ],
    [
      'an offset past the end',
      { dtype: 'float32', shape: [2], offset: 4 },
      /is cut off: v ends at offset 12, the file at 8/,
    ],
    [
      'a data file that the header does not count',
      { dtype: 'float32', shape: [2], shard: 7 },
      /names data file 7 of 1/,
    ],
    [
      '2^40 strings in 8 bytes',
      { dtype: 'string', shape: [2 ** 40] },
      /8 bytes cannot hold 1099511627776 strings/,
    ],
  ])('%s', async (_name, entry, message) => {
    const reader = await writeBundle([1, 2, 3, 4, 5, 6, 7, 8], entry);
    await expect(reader.read('v')).rejects.toThrow(message);
    await reader.close();
  });
});

describe('a variable that is read in several pieces', () => {
  const LENGTH = 21 * 2 ** 20 + 77;
  const data = new Uint8Array(LENGTH).map((_, at) => (at * at) >>> 7);
  const entry = { dtype: 'uint8', shape: [LENGTH] } as const;

  it('is what the file holds', async () => {
    const reader = await writeBundle(data, entry);
    await reader.check('v');
    expect(Buffer.compare((await reader.read('v')).bytes, data)).toBe(0);
    await reader.close();
  });

  it.each([0, 3 * 2 ** 20, 17 * 2 ** 20, LENGTH - 1])(
    'is refused when byte %i has one other bit',
    async at => {
      const reader = await writeBundle(data, entry);
      const flipped = data.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      writeFileSync(`${prefix}.data-00000-of-00001`, flipped);
      const refusal = `bundle.data-00000-of-00001 is damaged: v (${LENGTH} bytes at offset 0) fails its checksum.`;
      await expect(reader.check('v')).rejects.toThrow(refusal);
      await expect(reader.read('v')).rejects.toThrow(refusal);
      await reader.close();
    },
  );

  it('is refused when the file was cut off meanwhile', async () => {
    const reader = await writeBundle(data, entry);
    await reader.check('v');
    truncateSync(`${prefix}.data-00000-of-00001`, 5 * 2 ** 20);
    const refusal = /bundle.data-00000-of-00001 ends at offset \d+, within what is to be read/;
    await expect(reader.check('v')).rejects.toThrow(refusal);
    await expect(reader.read('v')).rejects.toThrow(refusal);
    await reader.close();
  });
});
