import type { NumberFormat } from '../../../src/protocol/number-format.ts';

/** How the values of one tag are written. */
export interface ValueFormat {
  brief(value: number): string;
  precise(value: number): string;
  tick(value: number, increment: number): string;
}

/** Plain numbers; percentages for a tag that is an accuracy and whose values are all fractions. */
export function valueFormat(tag: string, values: Iterable<number>, numbers: NumberFormat): ValueFormat {
  if (!isAccuracy(tag) || ![...values].every(value => value >= 0 && value <= 1)) return numbers;
  return {
    brief: value => numbers.percent(value, 'brief'),
    precise: value => numbers.percent(value, 'precise'),
    tick: (value, increment) => `${numbers.tick(value * 100, increment * 100)}%`,
  };
}

/** Of these, the highest is best and comes first in the tooltip. */
export function isAccuracy(tag: string): boolean {
  return /accuracy/i.test(tag);
}
