/** What our trainer says about itself, from its console lines. */

/** Version of the native backend; null where it is not the one that computes. */
export function libtensorflowOf(lines: readonly string[]): string | null {
  return find(lines, /^Backend: native \(libtensorflow (\S+)\)/);
}

/** How steps run in the end: eager, unless it says otherwise. */
export function modeOf(lines: readonly string[]): string {
  return find(lines.toReversed(), /^Training steps run in (\w+) mode/) ?? 'eager';
}

function find(lines: readonly string[], pattern: RegExp): string | null {
  for (const line of lines) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}
