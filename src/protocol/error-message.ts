/** JavaScript lets anything be thrown: what it says, and as an error. */

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
