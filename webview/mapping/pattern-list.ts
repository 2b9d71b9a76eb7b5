import type { CountedPattern, PatternList } from '../../src/protocol/mapping.ts';
import { element, icon, setAttribute } from '../shared/element.ts';
import { PatternField, showCount } from './pattern-field.ts';

export interface PatternListEvents {
  /** text null: that pattern is removed. */
  set(index: number, text: string | null): void;
}

interface Chip {
  readonly root: HTMLElement;
  readonly field: PatternField;
  readonly count: HTMLElement;
  readonly remove: HTMLButtonElement;
}

const WORDS: Readonly<Record<PatternList, { readonly title: string; readonly none: string }>> = {
  include: { title: 'Include', none: 'all variables' },
  exclude: { title: 'Exclude', none: 'none' },
};

/** The patterns of include or exclude: one a chip, and a field after them that becomes the next chip. */
export class PatternChips {
  readonly root: HTMLElement;
  readonly #list: PatternList;
  readonly #events: PatternListEvents;
  readonly #box = element('div', { class: 'pattern-box' });
  #chips: Chip[] = [];
  #count = 0;

  constructor(list: PatternList, events: PatternListEvents) {
    this.#list = list;
    this.#events = events;
    const { title } = WORDS[list];
    this.root = element(
      'div',
      { class: 'pattern-part', role: 'group', 'aria-label': `${title}: patterns of the model's variables` },
      element('div', { class: 'pattern-title' }, title),
      this.#box,
    );
    this.#box.addEventListener('click', event => {
      if (event.target === this.#box) this.#chips.at(-1)?.field.input.focus();
    });
  }

  /** @param total variables of the model; problems: what is wrong with a pattern, by its index. */
  update(
    patterns: readonly CountedPattern[],
    total: number,
    problems: ReadonlyMap<number, string>,
    isDisabled: boolean,
  ): void {
    this.#count = patterns.length;
    while (this.#chips.length < patterns.length + 1) this.#add();
    for (const chip of this.#chips.splice(patterns.length + 1)) chip.root.remove();
    this.#chips.forEach((chip, index) => {
      const pattern = patterns[index];
      const problem = problems.get(index) ?? null;
      chip.root.classList.toggle('next', pattern === undefined);
      chip.root.classList.toggle('invalid', problem !== null);
      chip.field.problem = problem;
      chip.field.input.disabled = isDisabled;
      chip.field.input.placeholder = index === 0 ? WORDS[this.#list].none : 'add';
      chip.field.show(pattern?.text ?? '');
      chip.remove.hidden = pattern === undefined || isDisabled;
      setAttribute(chip.remove, 'aria-label', `Remove ${pattern?.text ?? ''}`);
      const words = problem === null ? String(pattern?.count ?? '') : problemWords(pattern);
      showCount(chip.count, words, problem !== null);
      setAttribute(
        chip.count,
        'title',
        typeof pattern?.count === 'number' ? `${pattern.count} of ${total} variables match` : null,
      );
    });
  }

  #add(): void {
    const index = this.#chips.length;
    const { title } = WORDS[this.#list];
    const field = new PatternField(`${title} pattern ${index + 1}`, '', text => {
      if (text !== '') this.#events.set(index, text);
    });
    const count = element('span', { class: 'pattern-count', 'aria-live': 'polite' });
    const remove = element(
      'button',
      { type: 'button', class: 'chip-remove', title: 'Remove' },
      icon('close'),
    );
    remove.addEventListener('click', () => {
      this.#events.set(index, null);
      this.#chips.at(-1)?.field.input.focus();
    });
    field.input.addEventListener('blur', () => {
      if (field.text === '' && index < this.#count) this.#events.set(index, null);
    });
    field.input.addEventListener('keydown', event => {
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
        field.flush();
        this.#chips.at(-1)?.field.input.focus();
      } else if (event.key === 'Backspace' && field.text === '' && index > 0) {
        event.preventDefault();
        this.#chips[index - 1]?.field.input.focus();
      }
    });
    const root = element('span', { class: 'pattern-chip' }, field.input, count, remove);
    this.#chips.push({ root, field, count, remove });
    this.#box.append(root);
  }
}

function problemWords(pattern: CountedPattern | undefined): string {
  return pattern?.count === 0 ? 'matches nothing' : 'not valid';
}
