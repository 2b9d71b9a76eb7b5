declare module 'snappyjs' {
  /** @throws Error when the bytes are not in snappy's raw format or hold more than `maxLength` bytes. */
  export function uncompress(compressed: Uint8Array, maxLength?: number): Uint8Array;
}
