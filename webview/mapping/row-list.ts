/** The variables as rows, and which of them are shown: what is folded, chosen and looked for. */

import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { RestoreOutcome } from '../../src/protocol/restore.ts';
import { SegmentedChoice, textField } from '../shared/controls.ts';
import { element, icon, setText } from '../shared/element.ts';
import { Frame } from '../shared/frame.ts';
import type { MappingModel } from './mapping-model.ts';
import { OutcomeChips } from './outcome-chips.ts';
import { RowGrid } from './row-grid.ts';
import { gridHeader, showLine } from './row-nodes.ts';
import { SLOTS_KEY, visibleLines, type Line } from './row-tree.ts';

/** What is remembered of it while the tab is hidden and across reloads. */
export interface RowListState {
  readonly folded: readonly string[];
  readonly outcomes: readonly RestoreOutcome[];
  readonly find: string;
  readonly isFlat: boolean;
  readonly selected: string | null;
}

export interface RowListEvents {
  /** Another row is selected, or another one has its place. */
  selected(): void;
  /** The {@link RowList.state} is another one. */
  changed(): void;
  press(line: Line, part: string, anchor: HTMLElement): void;
  /** Whether the key did something; keys that fold are the list's own. */
  keyDown(event: KeyboardEvent, line: Line): boolean;
  drop(key: string, source: string): void;
}

export class RowList {
  readonly toolbar: HTMLElement;
  readonly root: HTMLElement;
  readonly #model: MappingModel;
  readonly #numbers: NumberFormat;
  readonly #events: RowListEvents;
  readonly #chips: OutcomeChips;
  readonly #find = textField('Find variables', 'Find variable', text => {
    this.#setFind(text);
  });
  readonly #found = element('span', { class: 'filter-count', slot: 'end', 'aria-live': 'polite' });
  readonly #layout: SegmentedChoice<'scopes' | 'flat'>;
  readonly #grid: RowGrid;
  readonly #empty = element('div', { class: 'grid-empty dim' });
  readonly #folded: Set<string>;
  readonly #outcomes: Set<RestoreOutcome>;
  #findText: string;
  #isFlat: boolean;

  constructor(
    model: MappingModel,
    numbers: NumberFormat,
    saved: Partial<Omit<RowListState, 'selected'>>,
    events: RowListEvents,
  ) {
    this.#model = model;
    this.#numbers = numbers;
    this.#events = events;
    this.#folded = new Set(saved.folded ?? [SLOTS_KEY]);
    this.#outcomes = new Set(saved.outcomes);
    this.#findText = saved.find ?? '';
    this.#isFlat = saved.isFlat ?? false;
    this.#chips = new OutcomeChips(numbers, outcome => {
      if (!this.#outcomes.delete(outcome)) this.#outcomes.add(outcome);
      this.#change();
    });
    this.#layout = new SegmentedChoice(
      'Layout',
      [
        ['scopes', 'Scopes', 'list-tree'],
        ['flat', 'Flat', 'list-flat'],
      ],
      layout => {
        this.#isFlat = layout === 'flat';
        this.#change();
      },
    );
    this.#grid = new RowGrid(new Frame(), gridHeader(), {
      render: (line, node) => {
        const { variables, stored, plan } = model;
        showLine(node, line, { numbers, model: variables, stored, isPlanned: plan !== null });
      },
      select: () => {
        events.selected();
        events.changed();
      },
      press: (line, part, anchor) => {
        events.press(line, part, anchor);
      },
      fold: (key, isFolded) => {
        this.#fold(key, isFolded);
      },
      keyDown: (event, line) => this.#keyDown(event, line),
      drop: (key, source) => {
        events.drop(key, source);
      },
    });
    this.toolbar = element(
      'div',
      { class: 'mapping-toolbar' },
      this.#chips.root,
      element('span', { class: 'grow' }),
      this.#findField(),
      this.#layout.root,
    );
    this.root = element('div', { class: 'grid-part' }, this.#grid.root, this.#empty);
  }

  get state(): RowListState {
    return {
      folded: [...this.#folded],
      outcomes: [...this.#outcomes],
      find: this.#findText,
      isFlat: this.#isFlat,
      selected: this.#grid.selected,
    };
  }

  /** Key of the row. */
  get selected(): string | null {
    return this.#grid.selected;
  }

  select(key: string | null): void {
    this.#grid.select(key);
  }

  part(key: string, part: string): HTMLElement | null {
    return this.#grid.part(key, part);
  }

  focus(): void {
    this.#grid.focus();
  }

  focusFind(): void {
    this.#find.focus();
  }

  /** The rows of the plan as it is now. */
  update(): void {
    const { shownPlan, plan, slots } = this.#model;
    this.#chips.root.hidden = plan === null;
    this.#chips.update(shownPlan.rows, this.#outcomes);
    this.#layout.value = this.#isFlat ? 'flat' : 'scopes';
    const lines = visibleLines(shownPlan.rows, {
      isFlat: this.#isFlat,
      folded: this.#folded,
      outcomes: this.#outcomes,
      find: this.#findText,
      slots,
      unusedLabel: plan === null ? 'In the checkpoint' : 'Only in the checkpoint',
    });
    this.#grid.show(lines);
    this.#showEmpty(lines, shownPlan.rows.length);
    this.#events.selected();
  }

  /** To a row, wherever it is. */
  reveal(key: string): void {
    this.#outcomes.clear();
    this.#folded.clear();
    this.#findText = '';
    this.#find.value = '';
    this.update();
    this.#grid.select(key);
    this.#grid.focus();
    this.#events.changed();
  }

  #findField(): HTMLElement {
    const search = icon('search');
    search.slot = 'start';
    this.#find.classList.add('filter');
    this.#find.append(search, this.#found);
    this.#find.value = this.#findText;
    this.#find.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.#clearFind();
      else if (event.key === 'ArrowDown' || event.key === 'Enter') this.#grid.focus();
      else return;
      event.preventDefault();
    });
    return this.#find;
  }

  #change(): void {
    this.update();
    this.#events.changed();
  }

  #keyDown(event: KeyboardEvent, line: Line): boolean {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (line.kind !== 'scope' || event.key !== 'Enter' || !isPlain) return this.#events.keyDown(event, line);
    this.#fold(line.key, !line.isFolded);
    return true;
  }

  #showEmpty(lines: readonly Line[], rowCount: number): void {
    this.#empty.hidden = lines.length > 0 || (rowCount === 0 && this.#model.isReading);
    setText(
      this.#empty,
      rowCount === 0
        ? 'There are no variables to show yet.'
        : this.#findText === ''
          ? 'No variable has this outcome.'
          : `No variable matches "${this.#findText}".`,
    );
    const count = lines.reduce((sum, line) => sum + (line.kind === 'row' ? 1 : 0), 0);
    setText(
      this.#found,
      this.#findText === '' ? '' : `${this.#numbers.count(count)} of ${this.#numbers.count(rowCount)}`,
    );
  }

  #fold(key: string, isFolded: boolean): void {
    if (isFolded) this.#folded.add(key);
    else this.#folded.delete(key);
    this.#change();
  }

  #setFind(text: string): void {
    this.#findText = text.trim();
    this.#change();
  }

  #clearFind(): void {
    this.#find.value = '';
    this.#setFind('');
    this.#grid.focus();
  }
}
