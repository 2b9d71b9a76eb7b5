import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ProgressBar } from '../../../src/cli/progress-bar.ts';
import type { RunProgress } from '../../../src/protocol/run.ts';

/** Stands for the escape sequence, in one character. */
const CLEAR_LINE = '\f';

/** As much of a terminal as the bar uses: carriage return, clear line, newline. */
class Screen {
  readonly columns = 60;
  readonly lines = [''];
  writes = 0;
  #column = 0;

  write(text: string): void {
    this.writes += 1;
    const codes = text.replaceAll('\u001b[2K', CLEAR_LINE);
    for (const piece of codes.match(/[\r\n\f]|[^\r\n\f]+/g) ?? []) this.#put(piece);
  }

  #put(piece: string): void {
    const last = this.lines.length - 1;
    if (piece === '\r') this.#column = 0;
    else if (piece === CLEAR_LINE) this.lines[last] = '';
    else if (piece === '\n') {
      this.lines.push('');
      this.#column = 0;
    } else {
      const line = this.lines[last] ?? '';
      this.lines[last] = line.slice(0, this.#column) + piece + line.slice(this.#column + piece.length);
      this.#column += piece.length;
    }
  }
}

let screen: Screen;
let bar: ProgressBar;

beforeEach(() => {
  vi.useFakeTimers();
  screen = new Screen();
  bar = new ProgressBar(screen);
});

afterEach(() => {
  vi.useRealTimers();
});

const at = (step: number, change: Partial<RunProgress> = {}): RunProgress => ({
  step,
  numberOfSteps: 10_000,
  loss: 0.18345,
  stepsPerSec: 48.2,
  secondsLeft: 124,
  ...change,
});

function say(text: string): void {
  bar.beforeText();
  screen.write(text);
  bar.afterText(text.endsWith('\n'));
}

test('shows steps, loss, speed and the time left, within the width of the terminal', () => {
  bar.show(at(2500));
  expect(screen.lines).toEqual(['[======                  ] 2,500/10,000  loss 0.183  48.2 s']);
  vi.advanceTimersByTime(200);
  bar.show(at(3, { numberOfSteps: null, secondsLeft: null, loss: null, stepsPerSec: null }));
  expect(screen.lines).toEqual(['step 3']);
});

test('stays below the lines of the console, which stay whole', () => {
  bar.show(at(1));
  say('global step 1: loss = 0.1835 (0.020 sec/step)\n');
  say('global step 2: loss = 0.1835 (0.020 sec/step)\n');
  vi.advanceTimersByTime(200);
  expect(screen.lines.slice(0, 2)).toEqual([
    'global step 1: loss = 0.1835 (0.020 sec/step)',
    'global step 2: loss = 0.1835 (0.020 sec/step)',
  ]);
  expect(screen.lines[2]).toMatch(/^\[ {24}\] 1\/10,000/);
  expect(screen.lines).toHaveLength(3);
});

test('does not draw over a line that has just begun', () => {
  bar.show(at(1));
  say('Loading ');
  vi.advanceTimersByTime(500);
  bar.show(at(2));
  say('digits\n');
  vi.advanceTimersByTime(500);
  expect(screen.lines[0]).toBe('Loading digits');
  expect(screen.lines[1]).toMatch(/2\/10,000/);
});

test('is drawn at most ten times a second, and the newest always comes', () => {
  for (let ms = 0; ms < 1000; ms++) {
    bar.show(at(ms));
    vi.advanceTimersByTime(1);
  }
  expect(screen.writes).toBeLessThanOrEqual(11);
  vi.advanceTimersByTime(100);
  expect(screen.lines[0]).toContain('999/10,000');
});

test('leaves nothing behind', () => {
  bar.show(at(1));
  bar.show(at(2));
  bar.close();
  vi.advanceTimersByTime(1000);
  expect(screen.lines).toEqual(['']);
});
