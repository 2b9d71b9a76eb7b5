/** Turns big-endian words into little-endian ones and back, in place. */
export function swapBytes(bytes: Uint8Array, wordSize: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (wordSize === 2) buffer.swap16();
  else if (wordSize === 4) buffer.swap32();
  else if (wordSize === 8) buffer.swap64();
}
