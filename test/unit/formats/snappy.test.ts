import { compress, uncompress } from 'snappyjs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maskedCrc32c } from '../../../src/formats/crc32c.ts';
import { uncompressSnappy } from '../../../src/formats/snappy.ts';
import { TableReader } from '../../../src/formats/table-reader.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const words = (count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, index) => (index * index * 7919) >>> (index % 13));

test.each([
  ['nothing', new Uint8Array(0)],
  ['a byte', Uint8Array.of(7)],
  ['what repeats at once', new Uint8Array(100_000).fill(3)],
  ['what repeats', Uint8Array.from({ length: 70_000 }, (_, index) => index % 1000)],
  ['what does not', words(60)],
  ['what does not, at length', words(61)],
  ['more than 64 KiB of it', words(200_000)],
])('%s comes back as it was', (_, bytes) => {
  const compressed = compress(bytes);
  expect(Buffer.compare(uncompressSnappy(compressed), bytes)).toBe(0);
});

test.each([
  ['literals with 1 to 4 bytes of length', '08 f000 61 f40000 62 f8000000 63 fc00000000 64 0c 65666768'],
  ['copies with 1, 2 and 4 bytes of offset', '10 0c 61626364 01 04 0e 0400 0f 04000000'],
  ['copies of what they write themselves', '16 04 6162 4e 0200'],
])('%s are read as others read them', (_, text) => {
  expect(uncompressSnappy(hex(text))).toEqual(uncompress(hex(text)));
});

test.each([
  ['06 fc 0c08ffff 616263', 'end inside a literal'],
  ['06 f8 ff', 'end inside a number'],
  ['06 04 6162 09', 'end inside a number'],
  ['06 04 6162 01 00', 'a copy goes 0 bytes back where there are 2'],
  ['06 04 6162 01 03', 'a copy goes 3 bytes back where there are 2'],
  ['06 04 6162 0f 000000ff', 'a copy goes 4278190080 bytes back'],
  ['03 04 6162 01 01', 'more than the 3 bytes that were announced'],
  ['03 0c 61626364', 'more than the 3 bytes that were announced'],
  ['06 04 6162', '2 of the 6 bytes that were announced'],
  ['ffff03 04 6162', '6 compressed bytes cannot hold the 65535 that they announce'],
  ['ff', 'ends inside a number'],
])('%s is refused', (text, problem) => {
  expect(() => uncompressSnappy(hex(text))).toThrow(problem);
});

test('a table whose literal has a negative length for others is refused at once', async () => {
  const block = hex('06fc0c08ffffffffffffff006162');
  const typed = Uint8Array.of(...block, 1);
  const trailer = Buffer.alloc(5, 1);
  trailer.writeUInt32LE(maskedCrc32c(typed), 1);
  const footer = Buffer.alloc(48);
  footer[3] = block.length;
  footer.set(hex('57fb808b247547db'), 40);
  const folder = await mkdtemp(join(tmpdir(), 'slim-snappy-'));
  try {
    const path = join(folder, 'model.ckpt-1.index');
    await writeFile(path, Buffer.concat([block, trailer, footer]));
    const file = await open(path);
    await expect(TableReader.open(file, path)).rejects.toThrow('end inside a literal');
    await file.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});
