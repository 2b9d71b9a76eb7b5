/** Those of `names` that are most like `name`, the most alike first: what the user may have meant. */
export function nearestNames(name: string, names: Iterable<string>, count = 3): string[] {
  const farthest = Math.max(3, name.length / 2);
  return [...names]
    .map(other => ({ other, distance: editDistance(name, other) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ other }) => other);
}

/** Levenshtein's: how many letters to insert, delete or change. */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[b.length] ?? 0;
}
