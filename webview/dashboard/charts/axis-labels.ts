import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import type { XAxis } from '../../../src/protocol/series.ts';

/** Distances between ticks of whole steps. */
export const STEP_INCREMENTS = Array.from({ length: 13 }, (_, power) =>
  [1, 2, 5].map(n => n * 10 ** power),
).flat();

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Distances between ticks of durations, in seconds. */
export const DURATION_INCREMENTS = [
  ...[0.001, 0.01, 0.1].flatMap(n => [n, 2 * n, 5 * n]),
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map(n => n * MINUTE),
  ...[1, 2, 3, 6, 12].map(n => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100].map(n => n * DAY),
];

/** `90` -> `1m 30s`, `7200` -> `2h`: a duration without the parts that are 0. */
function durationLabel(seconds: number, numbers: NumberFormat): string {
  if (seconds === 0) return '0';
  if (Math.abs(seconds) < MINUTE) return `${numbers.compact(seconds)}s`;
  const units: readonly (readonly [number, string])[] = [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'm'],
    [1, 's'],
  ];
  const words: string[] = [];
  let rest = Math.round(Math.abs(seconds));
  for (const [unit, name] of units) {
    const whole = Math.floor(rest / unit);
    rest -= whole * unit;
    if (whole > 0 && words.length < 2) words.push(`${whole}${name}`);
  }
  return (seconds < 0 ? '\u2212' : '') + words.join(' ');
}

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hour12: false });
const timeWithSeconds = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const weekdayAndTime = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

/** Labels of the ticks of an x axis; `increment` is their distance. */
export function xLabels(
  ticks: readonly number[],
  increment: number,
  axis: XAxis,
  numbers: NumberFormat,
): string[] {
  switch (axis) {
    case 'step':
      return ticks.map(tick => (increment >= 100 ? numbers.compact(tick) : numbers.count(tick)));
    case 'relative':
      return ticks.map(tick => durationLabel(tick, numbers));
    case 'wall':
      return ticks.map(tick => {
        const date = new Date(tick * 1000);
        if (increment >= DAY) return day.format(date);
        return (increment < MINUTE ? timeWithSeconds : timeOfDay).format(date);
      });
  }
}

/** `Mon 14:06:12`. `wallTime` in seconds since 1970. */
export function wallClock(wallTime: number): string {
  return weekdayAndTime.format(new Date(wallTime * 1000)).replace(',', '');
}

/** A tick of a logarithmic axis; only some have room for a label. */
export interface LogTick {
  readonly value: number;
  readonly labelled: boolean;
}

/**
 * Ticks at 1 to 9 times the powers of ten between `min` and `max`. Labels at the powers, in a narrow range also at 2 and
 * 5 times them, in a still narrower one at all; in a wide one at each second, third, ... power.
 * @param room for so many labels
 */
export function logTicks(min: number, max: number, room: number): LogTick[] {
  const decades = Math.log10(max / min);
  const every = Math.max(1, Math.ceil(decades / room));
  const ticks: { value: number; digit: number; power: number }[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power++) {
    for (let digit = 1; digit <= (every > 1 ? 1 : 9); digit++) {
      const value = Number(`${digit}e${power}`);
      if (value >= min && value <= max) ticks.push({ value, digit, power });
    }
  }
  const choices: readonly (readonly number[])[] = [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 5, 7],
    [1, 2, 5],
    [1, 3],
    [1],
  ];
  const fits = (choice: readonly number[]): boolean => {
    const labelled = ticks.filter(({ digit }) => choice.includes(digit));
    return labelled.every(
      ({ value }, i) => Math.log10((labelled[i + 1]?.value ?? Infinity) / value) >= decades / room,
    );
  };
  const digits = choices.find(fits) ?? [1];
  return ticks.map(({ value, digit, power }) => ({
    value,
    labelled: digits.includes(digit) && (every === 1 || power % every === 0),
  }));
}
