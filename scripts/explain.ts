/** What went wrong, for a person. The message of a program that failed has all of its output: its last lines will do. */
export function explain(error: unknown, lastLines = 40): string {
  const lines = (error instanceof Error ? error.message : String(error)).trimEnd().split('\n');
  if (lines.length <= lastLines + 1) return lines.join('\n');
  return [lines[0], '...', ...lines.slice(-lastLines)].join('\n');
}
