import type { CountedRule } from '../../src/protocol/mapping.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { RenameRule } from '../../src/protocol/restore.ts';
import { button, iconButton, type ButtonControl } from '../shared/controls.ts';
import { element, icon, setText } from '../shared/element.ts';
import { PatternField, showCount } from './pattern-field.ts';

export interface RenameRulesEvents {
  set(index: number, rule: RenameRule | null): void;
}

interface RuleRow {
  readonly root: HTMLElement;
  readonly pattern: PatternField;
  readonly replacement: PatternField;
  readonly count: HTMLElement;
  readonly remove: ButtonControl;
}

/** The rename rules, one a line; the counts follow what is typed. */
export class RenameRules {
  readonly root: HTMLElement;
  readonly #numbers: NumberFormat;
  readonly #events: RenameRulesEvents;
  readonly #list = element('div', { class: 'rules' });
  readonly #add: ButtonControl;
  readonly #total = element('span', { class: 'dim' });
  #rows: RuleRow[] = [];
  #rules: readonly CountedRule[] = [];
  /** An empty rule that was asked for and is in the file once something is written into it. */
  #hasDraft = false;
  #isDisabled = false;
  #storedCount = 0;
  #problems: ReadonlyMap<number, string> = new Map();

  constructor(numbers: NumberFormat, events: RenameRulesEvents) {
    this.#numbers = numbers;
    this.#events = events;
    this.#add = button('Rule', 'secondary', () => {
      this.#hasDraft = true;
      this.#show();
      this.#rows.at(-1)?.pattern.input.focus();
    });
    this.#add.classList.add('small');
    this.#add.prepend(icon('add'));
    this.#add.title = 'Add a rename rule';
    this.root = element(
      'div',
      { class: 'pattern-part rename', role: 'group', 'aria-label': 'Rename rules of the checkpoint' },
      element(
        'div',
        { class: 'pattern-title' },
        'Rename checkpoint names',
        element('span', { class: 'grow' }),
        this.#total,
      ),
      element('div', { class: 'rename-line' }, this.#list, this.#add),
    );
  }

  /** @param storedCount variables of the checkpoint. */
  update(
    rules: readonly CountedRule[],
    storedCount: number,
    problems: ReadonlyMap<number, string>,
    isDisabled: boolean,
  ): void {
    if (rules.length > this.#rules.length) this.#hasDraft = false;
    this.#rules = rules;
    this.#storedCount = storedCount;
    this.#problems = problems;
    this.#isDisabled = isDisabled;
    this.#show();
  }

  #show(): void {
    const count = this.#rules.length + (this.#hasDraft || this.#rules.length === 0 ? 1 : 0);
    while (this.#rows.length < count) this.#addRow();
    for (const row of this.#rows.splice(count)) row.root.remove();
    const [only] = this.#rules;
    setText(
      this.#total,
      this.#rules.length === 1 && typeof only?.count === 'number' && !this.#problems.has(0)
        ? `${this.#numbers.count(only.count)} of ${this.#numbers.count(this.#storedCount)} change`
        : '',
    );
    this.#add.disabled = this.#isDisabled || this.#hasDraft || this.#rules.length === 0;
    this.#rows.forEach((row, index) => {
      const rule = this.#rules[index];
      const problem = this.#problems.get(index) ?? null;
      row.pattern.show(rule?.pattern ?? '');
      row.replacement.show(rule?.replacement ?? '');
      row.pattern.problem = problem;
      row.root.classList.toggle('invalid', problem !== null);
      row.pattern.input.disabled = row.replacement.input.disabled = this.#isDisabled;
      row.remove.hidden = this.#isDisabled || (rule === undefined && this.#rules.length === 0);
      const many = this.#rules.length > 1 ? String(rule?.count ?? '') : '';
      showCount(row.count, problem === null ? many : problemWords(rule), problem !== null);
    });
  }

  #addRow(): void {
    const index = this.#rows.length;
    const send = (): void => {
      if (pattern.text !== '') {
        this.#events.set(index, { pattern: pattern.text, replacement: replacement.text });
      }
    };
    const pattern = new PatternField(`Rule ${index + 1}: regular expression`, 'pattern', send);
    const replacement = new PatternField(`Rule ${index + 1}: replacement`, 'nothing', send);
    const count = element('span', { class: 'pattern-count', 'aria-live': 'polite' });
    const remove = iconButton('close', `Remove Rule ${index + 1}`, () => {
      if (index < this.#rules.length) this.#events.set(index, null);
      else {
        this.#hasDraft = false;
        this.#show();
      }
    });
    const root = element(
      'div',
      { class: 'rule' },
      element('span', { class: 'rule-box grow' }, pattern.input, count, icon('regex', 'dim')),
      icon('arrow-right', 'dim'),
      element('span', { class: 'rule-box grow' }, replacement.input),
      remove,
    );
    this.#rows.push({ root, pattern, replacement, count, remove });
    this.#list.append(root);
  }
}

function problemWords(rule: CountedRule | undefined): string {
  return rule?.count === 0 ? 'changes nothing' : 'not valid';
}
