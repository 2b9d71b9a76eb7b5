import { encode } from 'jpeg-js';
import { PNG } from 'pngjs';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../../src/slim/data/decode-image.ts';

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly colourType?: number;
}

function chunk(name: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(name, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** A PNG whose data are `raw`, whatever its header says. */
function png({ width, height, depth = 8, colourType = 6 }: Header, raw: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const data = chunk('IDAT', deflateSync(raw));
  return Buffer.concat([signature, chunk('IHDR', header), data, chunk('IEND', Buffer.alloc(0))]);
}

/** A grey JPEG of 16x16 pixels, with another header. */
function jpeg(change: (frame: Buffer) => void): Buffer {
  const { data } = encode({ width: 16, height: 16, data: new Uint8Array(16 * 16 * 4).fill(128) }, 90);
  const bytes = Buffer.from(data);
  change(bytes.subarray(bytes.indexOf(Buffer.from('ffc0', 'hex'))));
  return bytes;
}

/** What a decoder does with such an image is nobody's wish to wait for. */
function isRefusedAtOnce(bytes: Uint8Array, reason: string): void {
  const [time, memory] = [process.cpuUsage(), process.memoryUsage()];
  expect(() => decodeImage(bytes, 3, 'a.png')).toThrow(`a.png is a damaged image: ${reason}`);
  expect(process.cpuUsage(time).user).toBeLessThan(1_000_000);
  const { arrayBuffers, rss } = process.memoryUsage();
  expect(arrayBuffers - memory.arrayBuffers).toBeLessThan(2 ** 26);
  expect(rss - memory.rss).toBeLessThan(2 ** 28);
}

describe('an image that is larger by its header than it can be', () => {
  it.each([
    ['more pixels than are read', { width: 20_000, height: 20_000 }, 'a header of 20000x20000 pixels'],
    ['more than its bytes can hold', { width: 9999, height: 9999 }, '12 bytes cannot hold the 9999x9999'],
    ['no width and a huge height', { width: 0, height: 6_557_696 }, 'a header of 0x6557696 pixels'],
    ['a huge width and no height', { width: 2 ** 31, height: 0 }, 'a header of 2147483648x0 pixels'],
    ['long rows', { width: 90_000_000, height: 1 }, '12 bytes cannot hold the 90000000x1'],
    ['16 bits', { width: 9999, height: 9999, depth: 16 }, '12 bytes cannot hold'],
    ['a bit', { width: 9999, height: 9999, depth: 1, colourType: 0 }, '12 bytes cannot hold'],
  ])('is a PNG of %s', (_, header, reason) => {
    const bytes = png(header, new Uint8Array(100));
    isRefusedAtOnce(bytes, reason);
    isRefusedAtOnce(bytes.subarray(0, 45), reason.replace('12 bytes', '4 bytes'));
  });

  it('is a PNG whose data are fewer than they could be', () => {
    const noise = Uint8Array.from({ length: 400_000 }, (_, index) => (index * index) >>> 3);
    isRefusedAtOnce(png({ width: 9000, height: 9000 }, noise), '');
  });

  it.each([
    ['more pixels than are read', Buffer.from('ffffffff', 'hex'), 'a header of 65535x65535 pixels'],
    ['more than its bytes can hold', Buffer.from('1fff1fff', 'hex'), 'bytes cannot hold the 8191x8191'],
    ['no width and a huge height', Buffer.from('ffff0000', 'hex'), 'a header of 0x65535 pixels'],
  ])('is a JPEG of %s', (_, size, reason) => {
    const bytes = jpeg(frame => size.copy(frame, 5));
    expect(() => decodeImage(bytes, 3, 'a.jpg')).toThrow(reason);
    isRefusedAtOnce(bytes, reason.startsWith('bytes') ? `${bytes.length} ${reason}` : reason);
  });

  it('is a JPEG of 37 components, or of a sampling that there is not', () => {
    isRefusedAtOnce(
      jpeg(frame => frame.writeUInt8(37, 9)),
      'its header has components that no JPEG has',
    );
    isRefusedAtOnce(
      jpeg(frame => frame.writeUInt8(0xf1, 11)),
      'its header has components that no JPEG has',
    );
  });
});

it('a JPEG of scans without end is refused at once', () => {
  const bytes = jpeg(() => undefined);
  const scan = bytes.subarray(bytes.indexOf(Buffer.from('ffda', 'hex')), -2);
  const repeated = Array.from({ length: 101 }, () => scan);
  isRefusedAtOnce(Buffer.concat([bytes.subarray(0, -2), ...repeated]), 'more than 100 scans over its pixels');
});

it('a JPEG of two frames is refused by the second one, too', () => {
  const bytes = jpeg(() => undefined);
  const bomb = jpeg(frame => frame.fill(255, 5, 9)).subarray(2);
  isRefusedAtOnce(Buffer.concat([bytes.subarray(0, -2), bomb]), 'a header of 65535x65535 pixels');
});

describe('an image that is as large as it says', () => {
  it('is read though nothing compresses better', () => {
    const [width, height] = [3000, 2000];
    const image = new PNG({ width, height });
    image.data.fill(255);
    const decoded = decodeImage(PNG.sync.write(image, { deflateLevel: 9 }), 1, 'white.png');
    expect([decoded.width, decoded.height]).toEqual([width, height]);
    expect(decoded.values.every(value => value === 255)).toBe(true);
  });

  it('is read though each of its blocks is the same', () => {
    const [width, height] = [2000, 1600];
    const { data } = encode({ width, height, data: new Uint8Array(width * height * 4).fill(128) }, 1);
    const decoded = decodeImage(data, 1, 'grey.jpg');
    expect([decoded.width, decoded.height]).toEqual([width, height]);
    expect(decoded.values[0]).toBe(decoded.values.at(-1));
  });
});
