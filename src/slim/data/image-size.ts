/**
 * Whether an image can be as large as its header says, before memory is taken for it: of a few bytes that say 10,000 by
 * 10,000 decoders make a gigabyte.
 */

import { inflateSync } from 'node:zlib';
import { FormatError } from '../../formats/format-error.ts';

/** Decoders take several bytes for each. */
const MAX_PIXELS = 100e6;

/** Deflate's largest gain: 258 bytes of 2 bits. */
const MAX_DEFLATE_RATIO = 1032;

/** From here on the data are looked at as a whole before they are decoded: it costs less than what they might. */
const LARGE_BYTES = 1 << 24;

/** @throws FormatError without a name: why it cannot be, `a header of 0x0 pixels`. */
export function checkPngSize(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PNG_HEADER_END || chunkName(bytes, PNG_SIGNATURE) !== 'IHDR')
    throw new FormatError('it has no header');
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  checkPixels(width, height);
  const [depth = 0, colourType = 0] = bytes.subarray(24, 26);
  const bits = depth * (PNG_CHANNELS.get(colourType) ?? 0);
  const wanted = height * (1 + Math.ceil((width * bits) / 8));
  const pieces = pngData(bytes, view);
  const given = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (wanted > given * MAX_DEFLATE_RATIO) throw tooFew(given, width, height);
  if (wanted < LARGE_BYTES) return;
  // Twice as much leaves room for the rows of seven small images that an interlaced one consists of.
  const { length } = inflateSync(Buffer.concat(pieces), { maxOutputLength: 2 * wanted });
  if (length < wanted) throw tooFew(given, width, height);
}

/** @throws FormatError as {@link checkPngSize} */
export function checkJpegSize(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let scans = 0;
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = view.getUint16(at);
    // Padding, and what lies between markers: the data of a scan.
    if (marker === 0xffff || !isMarker(marker)) at = next(bytes, at);
    else {
      if (marker === START_OF_SCAN && ++scans > MAX_SCANS)
        throw new FormatError(`more than ${MAX_SCANS} scans over its pixels`);
      const length = view.getUint16(at + 2);
      if (isFrame(marker)) checkFrame(bytes.subarray(at + 4, at + 2 + length), bytes.length);
      at += 2 + length;
    }
  }
}

const PNG_SIGNATURE = 8;
const PNG_HEADER_END = 33;
/** Colour type -> values of a pixel. */
const PNG_CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);

/** A scan over millions of pixels can be a few bytes. Encoders make some ten of them. */
const MAX_SCANS = 100;

const START_OF_SCAN = 0xffda;
/** What is no frame among the markers from 0xffc0 to 0xffcf: Huffman tables, reserved, arithmetic tables. */
const NO_FRAMES: ReadonlySet<number> = new Set([0xffc4, 0xffc8, 0xffcc]);

/** With a length behind it: neither a byte of 0xff in a scan's data, nor a restart in them. */
function isMarker(marker: number): boolean {
  return marker >= 0xff01 && !(marker >= 0xffd0 && marker <= 0xffd9);
}

/** Where a marker may be after `at`. */
function next(bytes: Uint8Array, at: number): number {
  const found = bytes.indexOf(0xff, at + 1);
  return found < 0 ? bytes.length : found;
}

function isFrame(marker: number): boolean {
  return marker >= 0xffc0 && marker <= 0xffcf && !NO_FRAMES.has(marker);
}

function pngData(bytes: Uint8Array, view: DataView): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = PNG_SIGNATURE; at + 8 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (chunkName(bytes, at) === 'IDAT') pieces.push(bytes.subarray(at + 8, end));
    at = end + 4;
  }
  return pieces;
}

function chunkName(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at + 4, at + 8));
}

/** Each block of 8 by 8 values has a code of at least one bit in the first scan of its component. */
function checkFrame(frame: Uint8Array, fileBytes: number): void {
  if (frame.length < 6) throw new FormatError('its header is cut off');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const [height, width, count] = [view.getUint16(1), view.getUint16(3), view.getUint8(5)];
  checkPixels(width, height);
  const samplings = Array.from({ length: count }, (_, index) => frame[7 + 3 * index] ?? 0);
  const across = samplings.map(sampling => sampling >> 4);
  const down = samplings.map(sampling => sampling & 15);
  if (![1, 3, 4].includes(count) || ![...across, ...down].every(factor => factor >= 1 && factor <= 4))
    throw new FormatError('its header has components that no JPEG has');
  const blocks = samplings.map(
    (_, index) =>
      Math.ceil((width * (across[index] ?? 1)) / Math.max(...across) / 8) *
      Math.ceil((height * (down[index] ?? 1)) / Math.max(...down) / 8),
  );
  if (blocks.reduce((sum, each) => sum + each, 0) > fileBytes * 8) throw tooFew(fileBytes, width, height);
}

function checkPixels(width: number, height: number): void {
  if (width === 0 || height === 0 || width * height > MAX_PIXELS)
    throw new FormatError(`a header of ${width}x${height} pixels, where 1 to ${MAX_PIXELS} in all are read`);
}

function tooFew(bytes: number, width: number, height: number): FormatError {
  return new FormatError(
    `${bytes} bytes cannot hold the ${width}x${height} pixels that its header announces`,
  );
}
