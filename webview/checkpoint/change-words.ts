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
      if (change.relative === 0) return { brief: 'same', full: `The same values as in ${other}` };
      if (change.relative === null) return { brief: 'from 0', full: `All zeros in ${other}` };
      return {
        brief: numbers.percent(change.relative, 'brief'),
        full: `The norm of the difference is ${numbers.percent(change.relative, 'precise')} of the norm in ${other}`,
      };
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
