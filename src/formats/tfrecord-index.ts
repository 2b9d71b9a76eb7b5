/** Records of a finished TFRecord file by their number: headers are read once, data when they are asked for. */

import { open, type FileHandle } from 'node:fs/promises';
import { crc32c, mask } from './crc32c.ts';
import { FormatError } from './format-error.ts';
import { readExactly } from './read-exactly.ts';
import { HEADER_BYTES, readLength, RECORD_OVERHEAD } from './tfrecord.ts';

/** Where a record begins in its file, and the length of its data. */
export interface RecordPlace {
  readonly offset: number;
  readonly length: number;
}

/** Read at once while looking for headers: many short records, or the header of one long record. */
const CHUNK_BYTES = 64 * 1024;

/**
 * The places of a file's records, by their headers.
 *
 * @throws FormatError naming file and offset where there is no sound header, or the file ends within a record.
 */
export async function indexRecords(path: string): Promise<RecordPlace[]> {
  const file = await open(path);
  try {
    return await placesIn(file, (await file.stat()).size, path);
  } finally {
    await file.close();
  }
}

/** The data of a record. @throws FormatError naming file and offset when they fail their checksum. */
export async function readRecord(file: FileHandle, place: RecordPlace, path: string): Promise<Uint8Array> {
  const bytes = await readExactly(file, place.offset + HEADER_BYTES, place.length + 4, path);
  const data = bytes.subarray(0, place.length);
  if (mask(crc32c(data)) !== new DataView(bytes.buffer).getUint32(place.length, true)) {
    throw new FormatError(
      `${path} is damaged: the ${place.length} data bytes of the record at offset ${place.offset} fail their checksum.`,
    );
  }
  return data;
}

async function placesIn(file: FileHandle, size: number, path: string): Promise<RecordPlace[]> {
  const places: RecordPlace[] = [];
  let chunk = new DataView(new ArrayBuffer(0));
  let chunkStart = 0;
  for (let offset = 0; offset < size;) {
    if (size - offset < RECORD_OVERHEAD) throw cutOff(path, offset, size);
    if (offset + HEADER_BYTES > chunkStart + chunk.byteLength) {
      const bytes = await readExactly(file, offset, Math.min(CHUNK_BYTES, size - offset), path);
      chunk = new DataView(bytes.buffer);
      chunkStart = offset;
    }
    const length = readLength(chunk, offset - chunkStart);
    if (length < 0) throw noHeader(path, offset, chunk);
    if (offset + length + RECORD_OVERHEAD > size) throw cutOff(path, offset, size);
    places.push({ offset, length });
    offset += length + RECORD_OVERHEAD;
  }
  return places;
}

function cutOff(path: string, offset: number, size: number): FormatError {
  return new FormatError(
    `${path} ends at offset ${size}, within the record that begins at offset ${offset}.`,
  );
}

function noHeader(path: string, offset: number, chunk: DataView): FormatError {
  if (offset === 0 && chunk.getUint16(0) === 0x1f8b) {
    return new FormatError(
      `${path} is compressed by gzip: its records cannot be had by their number. Unpack it first.`,
    );
  }
  return new FormatError(
    `${path} is damaged, or no TFRecord file: at offset ${offset} there is no record header whose checksum is right.`,
  );
}
