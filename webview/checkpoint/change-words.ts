import type { VariableChange } from '../../src/protocol/checkpoint.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { shapeText } from './variable-words.ts';

export interface ChangeWords {
  readonly brief: string;
  /** The whole sentence. */
  readonly full: string;
}

export function changeWords(change: VariableChange, other: string, numbers: NumberFormat): ChangeWords {
  switch (change.kind) {
    case 'values':
      return valueWords(change, other, numbers);
    case 'text':
      return change.same
        ? { brief: 'same', full: `The same text as in ${other}` }
        : { brief: 'differs', full: `Another text than in ${other}` };
    case 'shape':
      return {
        brief: 'shape',
        full: `${change.dtype} ${shapeText(change.shape)} in ${other}: not comparable`,
      };
    case 'added':
      return { brief: 'new', full: `Not in ${other}` };
    case 'large':
      return { brief: '\u2014', full: 'Over 256 MB: read when asked for' };
    case 'unknown':
      return { brief: '?', full: change.message };
  }
}

function valueWords(
  { relative, unmatched }: Extract<VariableChange, { kind: 'values' }>,
  other: string,
  numbers: NumberFormat,
): ChangeWords {
  const odd =
    unmatched === 0 ? '' : `; ${numbers.count(unmatched)} became NaN or infinite, or were it before`;
  if (relative === 0) {
    return unmatched === 0
      ? { brief: 'same', full: `The same values as in ${other}` }
      : { brief: 'NaN, ±∞', full: `The same finite values as in ${other}${odd}` };
  }
  if (relative === null) return { brief: 'from 0', full: `All zeros in ${other}${odd}` };
  const percent = numbers.percent(relative, 'precise');
  return {
    brief: numbers.percent(relative, 'brief'),
    full: `The norm of the difference is ${percent} of the norm in ${other}${odd}`,
  };
}
