import { afterEach, beforeEach, vi } from 'vitest';

/** What `console.log` was told in the test that runs. */
export function consoleLines(): string[] {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    vi.spyOn(console, 'log').mockImplementation((line: string) => {
      lines.push(line);
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return lines;
}
