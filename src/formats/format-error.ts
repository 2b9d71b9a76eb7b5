/** A file does not hold what its format promises. The message names the file and, where there is one, the offset. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}
