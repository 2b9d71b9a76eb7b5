import { describe, expect, it } from 'vitest';
import { crc32c, crc32cOfRange, maskedCrc32c } from '../../../src/formats/crc32c.ts';

describe('crc32c', () => {
  // RFC 3720 (iSCSI), appendix B.4.
  it.each([
    ['32 zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['0 to 31', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
    ['31 to 0', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
    ['123456789', Buffer.from('123456789'), 0xe3069283],
  ])('of %s is what RFC 3720 says', (_name, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('continues from any place, at any alignment', () => {
    const bytes = Uint8Array.from({ length: 100 }, (_, index) => index * 37);
    for (let at = 0; at <= bytes.length; at++) {
      expect(crc32c(bytes.subarray(at), crc32c(bytes.subarray(0, at)))).toBe(crc32c(bytes));
    }
  });

  it.each([
    16_383,
    16_384,
    16_399,
    2 ** 18 - 1,
    2 ** 18,
    2 ** 18 + 15,
    2 ** 18 + 17,
    2 ** 19,
    2 ** 19 + 32_775,
    1_500_017,
  ])('of %i bytes is the same folded as byte by byte', length => {
    const bytes = new Uint8Array(length + 3).map((_, index) => (index * index * 31 + index) >> 3).subarray(3);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const previous of [0, 0xdeadbeef]) {
      let slow = previous;
      for (let at = 0; at < length; at += 1000) {
        slow = crc32cOfRange(view, at, Math.min(at + 1000, length), slow);
      }
      expect(crc32c(bytes, previous)).toBe(slow);
    }
  });

  it('is masked as record_writer.h masks it', () => {
    // The checksum of the length 0x18 in fixtures/events/tails/base.
    expect(maskedCrc32c(Uint8Array.of(0x18, 0, 0, 0, 0, 0, 0, 0))).toBe(0x224b7fa3);
  });
});
