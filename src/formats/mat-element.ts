/** The elements that make up an array in a .mat file. */

import { FormatError } from './format-error.ts';

/** The "MAT-File Data Types" of the format's description. */
export const MatType = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  single: 7,
  double: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
} as const;

export interface MatElement {
  readonly type: number;
  /** A view of its bytes. */
  readonly data: Uint8Array;
}

export class MatElementReader {
  readonly isLittleEndian: boolean;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array, isLittleEndian: boolean) {
    // Of a Buffer, slice() would be a view.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.isLittleEndian = isLittleEndian;
  }

  /** Comes to what is in the array that begins here. @throws FormatError when none begins here. */
  enterMatrix(): this {
    const { type } = this.#tag();
    if (type !== MatType.matrix) throw new FormatError(`type ${type} is no array`);
    return this;
  }

  /** @throws FormatError when it does not end within these bytes. */
  next(): MatElement {
    const { type, length, isSmall } = this.#tag();
    if (length > this.#bytes.length - this.#at) {
      throw new FormatError(`${length} bytes are announced where ${this.#bytes.length - this.#at} are left`);
    }
    const data = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += isSmall ? 4 : Math.ceil(length / 8) * 8;
    return { type, data };
  }

  /** A small element has its length beside its type, and its data in the tag's other half. */
  #tag(): { type: number; length: number; isSmall: boolean } {
    if (this.#at + 8 > this.#bytes.length) throw new FormatError('it ends within a tag');
    const word = this.#view.getUint32(this.#at, this.isLittleEndian);
    const smallLength = word >>> 16;
    if (smallLength > 4) throw new FormatError(`a small element of ${smallLength} bytes cannot be`);
    if (smallLength > 0) {
      this.#at += 4;
      return { type: word & 0xffff, length: smallLength, isSmall: true };
    }
    const length = this.#view.getUint32(this.#at + 4, this.isLittleEndian);
    this.#at += 8;
    return { type: word, length, isSmall: false };
  }
}
