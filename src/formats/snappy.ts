/** Snappy's raw format: https://github.com/google/snappy/blob/main/format_description.txt. */

import { FormatError } from './format-error.ts';
import { WireReader } from './wire-format.ts';

/** The largest gain that the format allows: 64 bytes of output for 3 of input. */
const MAX_RATIO = 22;

/** A literal of more than 60 bytes has its length in the 1 to 4 bytes that follow. */
const LONGEST_SHORT_LITERAL = 60;

/** What the bytes hold. Never reads or writes beyond what they announce. @throws FormatError when they do not hold that. */
export function uncompressSnappy(bytes: Uint8Array): Uint8Array {
  const header = new WireReader(bytes);
  const length = header.size();
  if (length > bytes.length * MAX_RATIO)
    throw new FormatError(`${bytes.length} compressed bytes cannot hold the ${length} that they announce`);
  const out = new Uint8Array(length);
  let at = header.offset;
  let end = 0;

  /** `size` bytes of input, the lowest first. */
  const number = (size: number): number => {
    if (at + size > bytes.length) throw new FormatError('the compressed bytes end inside a number');
    let value = 0;
    for (let index = size - 1; index >= 0; index--) value = value * 256 + (bytes[at + index] ?? 0);
    at += size;
    return value;
  };
  const makeRoom = (size: number): number => {
    if (size > length - end) throw new FormatError(`more than the ${length} bytes that were announced`);
    end += size;
    return end - size;
  };
  const copy = (offset: number, size: number): void => {
    if (offset === 0 || offset > end)
      throw new FormatError(`a copy goes ${offset} bytes back where there are ${end}`);
    const into = makeRoom(size);
    // What is copied may be what is being written: each byte is there when it is its turn.
    if (offset >= size) out.copyWithin(into, into - offset, into - offset + size);
    else for (let index = into; index < into + size; index++) out[index] = out[index - offset] ?? 0;
  };

  while (at < bytes.length) {
    const tag = number(1);
    switch (tag & 3) {
      case 0: {
        const short = (tag >>> 2) + 1;
        const size = short <= LONGEST_SHORT_LITERAL ? short : number(short - LONGEST_SHORT_LITERAL) + 1;
        if (size > bytes.length - at) throw new FormatError('the compressed bytes end inside a literal');
        out.set(bytes.subarray(at, at + size), makeRoom(size));
        at += size;
        break;
      }
      case 1:
        copy((tag >>> 5) * 256 + number(1), ((tag >>> 2) & 7) + 4);
        break;
      case 2:
        copy(number(2), (tag >>> 2) + 1);
        break;
      default:
        copy(number(4), (tag >>> 2) + 1);
    }
  }
  if (end < length) throw new FormatError(`${end} of the ${length} bytes that were announced`);
  return out;
}
