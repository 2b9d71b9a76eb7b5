import type { MappingRow } from '../../src/protocol/mapping.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { RESTORE_OUTCOMES, type RestoreOutcome } from '../../src/protocol/restore.ts';
import { element, icon, setText } from '../shared/element.ts';
import { countOutcomes, OUTCOME_MARKS } from './row-words.ts';

/** What becomes of the variables, counted; a click leaves only those of that outcome. */
export class OutcomeChips {
  readonly root = element('div', { class: 'chips', role: 'group', 'aria-label': 'Show only' });
  readonly #numbers: NumberFormat;
  readonly #chips: ReadonlyMap<RestoreOutcome, { readonly root: HTMLElement; readonly count: HTMLElement }>;

  constructor(numbers: NumberFormat, toggle: (outcome: RestoreOutcome) => void) {
    this.#numbers = numbers;
    this.#chips = new Map(
      RESTORE_OUTCOMES.map(outcome => {
        const { icon: name, tone } = OUTCOME_MARKS[outcome];
        const count = element('b', { class: 'number' });
        const root = element('button', { type: 'button', class: 'chip' }, icon(name, tone), outcome, count);
        root.addEventListener('click', () => {
          toggle(outcome);
        });
        return [outcome, { root, count }];
      }),
    );
    this.root.append(...[...this.#chips.values()].map(({ root }) => root));
  }

  update(rows: readonly MappingRow[], chosen: ReadonlySet<RestoreOutcome>): void {
    const counts = countOutcomes(rows);
    for (const [outcome, { root, count }] of this.#chips) {
      const number = counts.get(outcome) ?? 0;
      const isChosen = chosen.has(outcome);
      root.hidden = number === 0 && !isChosen;
      root.classList.toggle('on', isChosen);
      root.setAttribute('aria-pressed', String(isChosen));
      setText(count, this.#numbers.count(number));
    }
  }
}
