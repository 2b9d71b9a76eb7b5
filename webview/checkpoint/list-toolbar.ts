import type { Comparison, ComparisonChoice } from '../../src/protocol/checkpoint.ts';
import { iconButton, Picker, SegmentedChoice, textField, ToggleButton } from '../shared/controls.ts';
import { element, icon, setText } from '../shared/element.ts';

export interface ListView {
  readonly filter: string;
  readonly scopes: boolean;
  readonly slots: boolean;
}

export interface ToolbarEvents {
  readonly change: (view: Partial<ListView>) => void;
  /** A choice's id, `file`, or null: none. */
  readonly compare: (choice: string | null) => void;
  readonly exportAll: () => void;
  /** From the filter down into the list. */
  readonly leave: () => void;
}

const NOTHING = 'nothing';
const FILE = 'file';

/** What the list shows, and what it is compared with. */
export class ListToolbar {
  readonly root: HTMLElement;
  readonly #filter;
  readonly #count = element('span', { class: 'filter-count', slot: 'end', 'aria-live': 'polite' });
  readonly #layout;
  readonly #slots;
  readonly #picker;
  readonly #stop;
  #compared: string = NOTHING;

  constructor(events: ToolbarEvents) {
    this.#filter = textField('Filter variables', 'Filter variables', filter => {
      events.change({ filter });
    });
    this.#filter.classList.add('filter');
    const search = icon('search');
    search.slot = 'start';
    this.#filter.append(search, this.#count);
    this.#filter.addEventListener('keydown', event => {
      if (event.key === 'Escape' && this.#filter.value !== '') {
        this.#filter.value = '';
        events.change({ filter: '' });
      } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
        event.preventDefault();
        events.leave();
      }
    });
    this.#layout = new SegmentedChoice<'scopes' | 'flat'>(
      'Layout',
      [
        ['scopes', 'Scopes', 'list-tree'],
        ['flat', 'Flat', 'list-flat'],
      ],
      layout => {
        events.change({ scopes: layout === 'scopes' });
      },
    );
    this.#slots = new ToggleButton('Slots', 'Show what optimizers keep for each variable', slots => {
      events.change({ slots });
    });
    this.#picker = new Picker<string>('Compare with', choice => {
      if (choice !== this.#compared) events.compare(choice === NOTHING ? null : choice);
    });
    this.#picker.root.classList.add('compare-picker');
    this.#stop = iconButton('close', 'Stop Comparing', () => {
      events.compare(null);
    });
    this.root = element(
      'div',
      { class: 'list-toolbar', role: 'toolbar', 'aria-label': 'Variables' },
      this.#filter,
      this.#layout.root,
      this.#slots.root,
      element('span', { class: 'grow' }),
      element('span', { class: 'compare' }, this.#picker.root, this.#stop),
      iconButton('export', 'Export as .npz...', events.exportAll),
    );
  }

  update({ filter, scopes, slots }: ListView, hasSlots: boolean): void {
    if (this.#filter.value !== filter) this.#filter.value = filter;
    this.#layout.value = scopes ? 'scopes' : 'flat';
    this.#slots.on = slots;
    this.#slots.root.hidden = !hasSlots;
  }

  found(matching: number, all: number): void {
    setText(this.#count, this.#filter.value === '' ? '' : `${matching} of ${all}`);
  }

  showChoices(choices: readonly ComparisonChoice[], comparison: Comparison | null): void {
    this.#compared = comparison?.id ?? NOTHING;
    this.#stop.hidden = comparison === null;
    this.#picker.show(
      [
        [NOTHING, comparison === null ? 'Compare with...' : 'Stop Comparing'],
        ...choices.map(({ id, name, run }) => [id, `${name} \u00b7 ${run}`] as const),
        [FILE, 'Choose File...'],
      ],
      this.#compared,
    );
  }

  focusFilter(): void {
    this.#filter.focus();
  }
}
