/**
 * Protocol buffers' wire format, by hand: https://protobuf.dev/programming-guides/encoding/.
 * 64-bit integers are read as two 32-bit halves, because a varint gathered in a double loses the low bits of -3.
 */

import { FormatError } from './format-error.ts';

export const WireType = { varint: 0, fixed64: 1, bytes: 2, group: 3, endGroup: 4, fixed32: 5 } as const;

const TEXT = new TextDecoder();
const TEXT_ENCODER = new TextEncoder();
const TWO_32 = 2 ** 32;

/**
 * Reads one message. Every read is bounded by the message's end; what breaks the bounds is a {@link FormatError} whose
 * message names the byte within the buffer that was given.
 */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  #end: number;
  /** Field number and wire type of the field that {@link next} came to. */
  field = 0;
  wireType = 0;
  /** Upper half of the varint read last; {@link varint} itself returns the lower half. */
  high = 0;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
  }

  /** Begins anew with the message at [start, end) of the same bytes. */
  reset(start: number, end: number): void {
    this.#at = start;
    this.#end = end;
  }

  /**
   * Goes into the message of the current length-delimited field, without the new reader that {@link message} makes.
   * Returns where the outer message ends, for {@link leave}.
   */
  enter(): number {
    const length = this.#length();
    const outerEnd = this.#end;
    this.#end = this.#take(length) + length;
    this.#at = this.#end - length;
    return outerEnd;
  }

  /** Goes on after the message that was entered, whether all of it was read or not. */
  leave(outerEnd: number): void {
    this.#at = this.#end;
    this.#end = outerEnd;
  }

  get offset(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Bytes of the message that are not read yet. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** Another reader of the rest of this message, for a second pass over it. */
  fork(): WireReader {
    return new WireReader(this.bytes, this.#at, this.#end);
  }

  /** Comes to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.varint();
    this.field = tag >>> 3;
    this.wireType = tag & 7;
    if (this.field === 0 || this.high !== 0) this.#fail('field number 0 is not allowed');
    return true;
  }

  /** True when the current field is `field` with that wire type. Fields of another wire type are skipped as unknown. */
  is(field: number, wireType: number): boolean {
    return this.field === field && this.wireType === wireType;
  }

  /** Low 32 bits (unsigned) of a varint; the upper 32 bits are in {@link high}. */
  varint(): number {
    // Most numbers have one byte.
    if (this.#at < this.#end) {
      const only = this.#view.getUint8(this.#at);
      if (only < 128) {
        this.#at++;
        this.high = 0;
        return only;
      }
    }
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= this.#end) this.#fail('the message ends inside a number');
      const byte = this.#view.getUint8(this.#at++);
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        this.high = high >>> 0;
        return low >>> 0;
      }
    }
    return this.#fail('a number is longer than 10 bytes');
  }

  /** A signed 64-bit varint (int64, int32, enum) as the nearest double. */
  int64(): number {
    const low = this.varint();
    return (this.high | 0) * TWO_32 + low;
  }

  /** A signed 64-bit varint, exactly. */
  bigint64(): bigint {
    const low = this.varint();
    return BigInt.asIntN(64, (BigInt(this.high) << 32n) | BigInt(low));
  }

  /** A uint64 varint that has to be a size, an offset or a count: at most 2^53 - 1. */
  size(): number {
    const low = this.varint();
    const value = this.high * TWO_32 + low;
    if (value > Number.MAX_SAFE_INTEGER) this.#fail(`${value} is too large for a size`);
    return value;
  }

  bool(): boolean {
    return this.varint() !== 0 || this.high !== 0;
  }

  fixed32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  float(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A view of a length-delimited field's bytes: not a copy. */
  data(): Uint8Array {
    const length = this.#length();
    const start = this.#take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** The next `length` bytes, whatever they are: for formats that put varints before bare bytes. */
  raw(length: number): Uint8Array {
    const start = this.#take(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Passes the next `length` bytes, whatever they are; returns where they begin. */
  pass(length: number): number {
    return this.#take(length);
  }

  /** Skips a length-delimited field's bytes; they are `bytes[start, offset)` of the start that it returns. */
  span(): number {
    return this.#take(this.#length());
  }

  string(): string {
    return TEXT.decode(this.data());
  }

  /** A reader of the message in the current length-delimited field. */
  message(): WireReader {
    const length = this.#length();
    const start = this.#take(length);
    return new WireReader(this.bytes, start, start + length);
  }

  skip(): void {
    switch (this.wireType) {
      case WireType.varint:
        this.varint();
        return;
      case WireType.fixed64:
        this.#take(8);
        return;
      case WireType.bytes:
        this.#take(this.#length());
        return;
      case WireType.fixed32:
        this.#take(4);
        return;
      case WireType.group:
        this.#skipGroup(this.field);
        return;
      default:
        this.#fail(`wire type ${this.wireType} is not known`);
    }
  }

  #skipGroup(field: number): void {
    while (this.next()) {
      if (this.is(field, WireType.endGroup)) return;
      // Nested groups would recurse as deep as the file says; no format here has any.
      if (this.wireType === WireType.group) this.#fail('groups inside of groups are not supported');
      this.skip();
    }
    this.#fail('a group does not end');
  }

  #length(): number {
    const low = this.varint();
    if (this.high !== 0) this.#fail('a length is larger than the message');
    return low;
  }

  #take(length: number): number {
    const start = this.#at;
    if (length > this.#end - start)
      this.#fail(`${length} bytes are announced where ${this.#end - start} are left`);
    this.#at = start + length;
    return start;
  }

  #fail(what: string): never {
    throw new FormatError(`Broken protocol buffer at its byte ${this.#at}: ${what}.`);
  }
}

/** Writes one message into a buffer that grows. Nothing is left out: proto3's default values are the caller's to omit. */
export class WireWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** A copy of what was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  uint32(field: number, value: number): this {
    this.#tag(field, WireType.varint);
    return this.varint(value);
  }

  /** A signed integer; beyond 2^53 what the double holds. */
  int64(field: number, value: number): this {
    this.#tag(field, WireType.varint);
    return this.varint(value);
  }

  bool(field: number, value: boolean): this {
    return this.uint32(field, value ? 1 : 0);
  }

  fixed32(field: number, value: number): this {
    this.#tag(field, WireType.fixed32);
    this.#view.setUint32(this.#room(4), value, true);
    return this;
  }

  float(field: number, value: number): this {
    this.#tag(field, WireType.fixed32);
    this.#view.setFloat32(this.#room(4), value, true);
    return this;
  }

  double(field: number, value: number): this {
    this.#tag(field, WireType.fixed64);
    this.#view.setFloat64(this.#room(8), value, true);
    return this;
  }

  data(field: number, value: Uint8Array): this {
    this.#tag(field, WireType.bytes);
    this.varint(value.length);
    const start = this.#room(value.length);
    this.#bytes.set(value, start);
    return this;
  }

  string(field: number, value: string): this {
    return this.data(field, TEXT_ENCODER.encode(value));
  }

  message(field: number, write: (writer: WireWriter) => void): this {
    const inner = new WireWriter();
    write(inner);
    return this.data(field, inner.#bytes.subarray(0, inner.#length));
  }

  packedDoubles(field: number, values: Float64Array): this {
    this.#tag(field, WireType.bytes);
    this.varint(values.length * 8);
    const start = this.#room(values.length * 8);
    values.forEach((value, index) => {
      this.#view.setFloat64(start + index * 8, value, true);
    });
    return this;
  }

  /** A bare varint of an integer. Negative ones take 10 bytes, as int32 and int64 do on the wire. */
  varint(value: number): this {
    // Two's complement in two halves.
    let low = (value % TWO_32) | 0;
    let high = Math.floor(value / TWO_32) | 0;
    let start = this.#room(10);
    while (high !== 0 || low >>> 7 !== 0) {
      this.#view.setUint8(start++, (low & 127) | 128);
      low = (low >>> 7) | (high << 25);
      high >>>= 7;
    }
    this.#view.setUint8(start++, low);
    this.#length = start;
    return this;
  }

  #tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  /** Makes room for `count` bytes and returns where they go. */
  #room(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }
}
