import { describe, expect, it } from 'vitest';
import { WireReader, WireType, WireWriter } from '../../../src/formats/wire-format.ts';

function varintOf(value: number): number[] {
  return [...new WireWriter().varint(value).finish()];
}

describe('varints', () => {
  // The encoding guide's examples, and what protoc makes of the limits.
  it.each([
    [0, [0]],
    [1, [1]],
    [150, [0x96, 0x01]],
    [-1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    [-3, [0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    [2 ** 31, [0x80, 0x80, 0x80, 0x80, 0x08]],
    [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
    [2 ** 62, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40]],
  ])('%d', (value, bytes) => {
    expect(varintOf(value)).toEqual(bytes);
    expect(new WireReader(Uint8Array.from(bytes)).int64()).toBe(value);
  });

  it('come back exactly, whatever their size and sign', () => {
    for (let exponent = 0; exponent < 53; exponent++) {
      for (const value of [
        2 ** exponent - 1,
        2 ** exponent,
        2 ** exponent + 1,
        -(2 ** exponent),
        -(2 ** exponent) - 1,
      ]) {
        expect(new WireReader(Uint8Array.from(varintOf(value))).int64()).toBe(value);
      }
    }
  });
});

describe('bounds', () => {
  const read = (bytes: number[], readField: (reader: WireReader) => unknown) => (): unknown =>
    readField(new WireReader(Uint8Array.from(bytes)));

  it.each([
    ['a varint without an end', [0x80, 0x80], (reader: WireReader) => reader.varint()],
    ['a varint of 11 bytes', new Array<number>(11).fill(0x80), (reader: WireReader) => reader.varint()],
    ['bytes past the end', [5, 1, 2], (reader: WireReader) => reader.data()],
    ['a length of 2^40', varintOf(2 ** 40), (reader: WireReader) => reader.data()],
    ['a double cut short', [1, 2, 3], (reader: WireReader) => reader.double()],
    ['field number 0', [0x02, 0], (reader: WireReader) => reader.next()],
    ['a size beyond 2^53', varintOf(-1), (reader: WireReader) => reader.size()],
  ])('%s is an error', (_name, bytes, readField) => {
    expect(read(bytes, readField)).toThrow(/^Broken protocol buffer at its byte \d+/);
  });

  it('skips fields that it does not know, groups too', () => {
    const bytes = [0x0b, 0x10, 0x05, 0x0c, 0x1d, 1, 2, 3, 4, 0x22, 1, 9, 0x28, 7];
    const reader = new WireReader(Uint8Array.from(bytes));
    let seven = 0;
    while (reader.next()) {
      if (reader.is(5, WireType.varint)) seven = reader.varint();
      else reader.skip();
    }
    expect(seven).toBe(7);
  });
});
