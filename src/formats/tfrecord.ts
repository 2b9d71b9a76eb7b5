/**
 * TFRecord framing (core/lib/io/record_writer.cc): length (uint64), masked CRC of the length, data, masked CRC of the
 * data; all little-endian.
 */

import { crc32cOfRange, mask } from './crc32c.ts';

/** Length and its checksum. */
export const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;
/** What a record takes beside its data. */
export const RECORD_OVERHEAD = HEADER_BYTES + FOOTER_BYTES;

/** A longer record than protobuf's own limit cannot hold a message: such a length is damage. */
const MAX_DATA_BYTES = 2 ** 31 - 1;

export function encodeRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(data.length + RECORD_OVERHEAD);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, mask(crc32cOfRange(view, 0, 8)), true);
  record.set(data, HEADER_BYTES);
  const end = HEADER_BYTES + data.length;
  view.setUint32(end, mask(crc32cOfRange(view, HEADER_BYTES, end)), true);
  return record;
}

/** A stretch of a file that is no sound record. */
export interface RecordGap {
  readonly offset: number;
  readonly bytes: number;
  readonly message: string;
}

export interface RecordVisitor {
  /** The data of a sound record are `buffer[start, end)`; the record begins at byte `offset` of the file. */
  record(buffer: Uint8Array, start: number, end: number, offset: number): void;
  gap(gap: RecordGap): void;
}

/**
 * Finds the records of a file that grows. It keeps no bytes: whoever owns the file hands in what is there from
 * {@link offset} on, and gets the rest of an unfinished record to hand in again. A record cut off by the end of the file
 * is waited for. Past a record whose data fail their checksum it goes on by the record's length when a record follows
 * there; past anything else that is no record, it looks for the next header whose checksum is right.
 */
export class RecordScanner {
  #offset: number;
  #gapStart = -1;
  #gapMessage = '';
  /** Bytes from {@link offset} on that the next record needs, as far as its header is known. */
  needed = HEADER_BYTES;

  constructor(offset = 0) {
    this.#offset = offset;
  }

  /** Where the next bytes belong: everything before was a record or a gap. */
  get offset(): number {
    return this.#offset;
  }

  /** Where damage that no sound record has followed yet began; undefined when there is none. */
  get openGap(): { readonly offset: number; readonly message: string } | undefined {
    return this.#gapStart < 0 ? undefined : { offset: this.#gapStart, message: this.#gapMessage };
  }

  /** Takes `buffer[start, end)`, which are the file's bytes from {@link offset} on. Returns how many it is done with. */
  scan(buffer: Uint8Array, start: number, end: number, visitor: RecordVisitor): number {
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    const origin = this.#offset - start;
    let at = start;
    this.needed = HEADER_BYTES;
    while (end - at >= HEADER_BYTES) {
      const length = readLength(view, at);
      if (length < 0) {
        this.#openGap(origin + at, 'there is no record header whose checksum is right');
        at = this.#nextHeader(view, at + 1, end);
        continue;
      }
      const dataEnd = at + HEADER_BYTES + length;
      if (dataEnd + FOOTER_BYTES > end) {
        this.needed = length + RECORD_OVERHEAD;
        break;
      }
      if (mask(crc32cOfRange(view, at + HEADER_BYTES, dataEnd)) === view.getUint32(dataEnd, true)) {
        this.#closeGap(origin + at, visitor);
        visitor.record(buffer, at + HEADER_BYTES, dataEnd, origin + at);
        at = dataEnd + FOOTER_BYTES;
        continue;
      }
      this.#openGap(origin + at, `the ${length} data bytes of a record fail their checksum`);
      at = afterDamagedData(view, at, dataEnd + FOOTER_BYTES, end);
    }
    this.#offset = origin + at;
    return at - start;
  }

  #openGap(offset: number, message: string): void {
    if (this.#gapStart >= 0) return;
    this.#gapStart = offset;
    this.#gapMessage = message;
  }

  #closeGap(offset: number, visitor: RecordVisitor): void {
    if (this.#gapStart < 0) return;
    visitor.gap({ offset: this.#gapStart, bytes: offset - this.#gapStart, message: this.#gapMessage });
    this.#gapStart = -1;
  }

  /** The next place in [at, end) with a sound header, or the first one whose header is not all there. */
  #nextHeader(view: DataView, at: number, end: number): number {
    let candidate = at;
    while (end - candidate >= HEADER_BYTES && readLength(view, candidate) < 0) candidate++;
    return candidate;
  }
}

/** The length of the record at `at`; -1 when its checksum says that this is no header. */
export function readLength(view: DataView, at: number): number {
  // Every length that a record can have is below 2^31: the upper half is zero, which is quick to see.
  if (view.getUint32(at + 4, true) !== 0) return -1;
  const length = view.getUint32(at, true);
  if (length > MAX_DATA_BYTES) return -1;
  return lengthChecksum(view, at, length) === view.getUint32(at + 8, true) ? length : -1;
}

/** Event files hold few lengths, many times: the checksums of the short ones are computed once. */
const MEMOIZED_LENGTHS = 4096;
const lengthChecksums = new Float64Array(MEMOIZED_LENGTHS).fill(-1);

function lengthChecksum(view: DataView, at: number, length: number): number {
  if (length >= MEMOIZED_LENGTHS) return mask(crc32cOfRange(view, at, at + 8));
  const known = lengthChecksums[length] ?? -1;
  if (known >= 0) return known;
  const checksum = mask(crc32cOfRange(view, at, at + 8));
  lengthChecksums[length] = checksum;
  return checksum;
}

/**
 * Where to go on after the record at `at`, whose data are damaged and which ends at `recordEnd`. When no header
 * follows it, the header itself lies (a writer that crashed within a record and then appended to the file): records
 * may begin inside of it.
 */
function afterDamagedData(view: DataView, at: number, recordEnd: number, end: number): number {
  const somethingElseFollows = end - recordEnd >= HEADER_BYTES && readLength(view, recordEnd) < 0;
  return somethingElseFollows ? at + 1 : recordEnd;
}
