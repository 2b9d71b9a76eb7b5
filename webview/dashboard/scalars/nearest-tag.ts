/** Part of what was typed that may be wrong. */
const TOLERANCE = 0.4;

/** The tag that has in it what comes nearest to what was typed; null when none has anything like it. */
export function nearestTag(typed: string, tags: Iterable<string>): string | null {
  let nearest: string | null = null;
  let fewest = typed.length * TOLERANCE;
  for (const tag of tags) {
    const edits = editsWithin(typed.toLowerCase(), tag.toLowerCase());
    if (edits > fewest || (edits === fewest && nearest !== null)) continue;
    nearest = tag;
    fewest = edits;
  }
  return nearest;
}

/** How many characters to change, insert or leave out until `pattern` is a part of `text` (Sellers 1980). */
function editsWithin(pattern: string, text: string): number {
  let column = Array.from({ length: pattern.length + 1 }, (_, i) => i);
  let fewest = pattern.length;
  for (const character of text) {
    let above = 0;
    column = column.map((before, i) => {
      if (i === 0) return 0;
      const diagonal = column[i - 1] ?? 0;
      above = Math.min(above + 1, before + 1, diagonal + Number(pattern[i - 1] !== character));
      return above;
    });
    fewest = Math.min(fewest, above);
  }
  return fewest;
}
