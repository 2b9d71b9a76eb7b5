import type { StoredVariable, Suggestion } from '../../src/protocol/mapping.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { element, icon, setAttribute } from '../shared/element.ts';
import { shapeWords, shortType } from './row-words.ts';

export interface SourcePickerOptions {
  /** The model's variable that is to get a source. */
  readonly variable: string;
  readonly current: string | null;
  readonly stored: ReadonlyMap<string, StoredVariable>;
  /** The best fits first. */
  readonly suggestions: Promise<readonly Suggestion[]>;
  readonly numbers: NumberFormat;
  readonly choose: (source: string) => void;
  readonly unmatch: () => void;
  /** Where the focus goes after it. */
  readonly closed: () => void;
}

/** What nobody scrolls through: they type. */
const MOST = 100;

interface Option {
  readonly node: HTMLElement;
  readonly run: () => void;
}

/** A combobox over the names of the checkpoint, open: those of the same shape first, the others below a line, dimmed. */
export function openSourcePicker(anchor: HTMLElement, options: SourcePickerOptions): void {
  new SourcePicker(options).open(anchor);
}

class SourcePicker {
  readonly #options: SourcePickerOptions;
  readonly #list = element('div', { class: 'picker-list', role: 'listbox', id: 'picker-list' });
  readonly #input: HTMLInputElement;
  readonly #root: HTMLElement;
  #suggestions: readonly Suggestion[] | null = null;
  #shown: Option[] = [];
  #active = -1;

  constructor(options: SourcePickerOptions) {
    this.#options = options;
    this.#input = element('input', {
      type: 'text',
      class: 'picker-input',
      role: 'combobox',
      spellcheck: 'false',
      autocomplete: 'off',
      'aria-label': `Checkpoint variable for ${options.variable}`,
      'aria-controls': 'picker-list',
      'aria-expanded': 'true',
      'aria-autocomplete': 'list',
      placeholder: options.current ?? 'Find a checkpoint variable',
    });
    this.#root = element('div', { class: 'menu picker', popover: 'auto' }, this.#input, this.#list);
    this.#input.addEventListener('input', () => {
      this.#fill();
    });
    this.#root.addEventListener('keydown', event => {
      this.#keyDown(event);
    });
    this.#root.addEventListener('toggle', event => {
      if (event.newState !== 'closed') return;
      this.#root.remove();
      this.#options.closed();
    });
  }

  open(anchor: HTMLElement): void {
    document.body.append(this.#root);
    this.#root.showPopover();
    this.#list.append(element('div', { class: 'picker-note dim' }, 'Looking for names that fit...'));
    place(this.#root, anchor);
    this.#input.focus();
    this.#options.suggestions.then(
      suggestions => {
        this.#suggestions = suggestions;
        this.#fill();
        place(this.#root, anchor);
      },
      (error: unknown) => {
        this.#list.replaceChildren(element('div', { class: 'picker-note bad' }, String(error)));
      },
    );
  }

  #fill(): void {
    const text = this.#input.value.trim().toLowerCase();
    const found = (this.#suggestions ?? []).filter(({ source }) => source.toLowerCase().includes(text));
    const shown = found.slice(0, MOST);
    this.#shown = shown.map((suggestion, index) => this.#option(suggestion, index));
    const firstOther = shown.findIndex(({ fits }) => !fits);
    const nodes: Node[] = this.#shown.map(({ node }) => node);
    if (firstOther > 0)
      nodes.splice(firstOther, 0, element('hr', { class: 'menu-separator', role: 'presentation' }));
    if (found.length === 0)
      nodes.push(element('div', { class: 'picker-note dim' }, 'No variable has this in its name.'));
    if (found.length > MOST) {
      const more = this.#options.numbers.count(found.length - MOST);
      nodes.push(element('div', { class: 'picker-note dim' }, `${more} more: type a part of the name`));
    }
    if (this.#options.current !== null && text === '') nodes.push(...this.#unmatchNodes());
    this.#list.replaceChildren(...nodes);
    const current = shown.findIndex(({ source }) => source === this.#options.current);
    this.#activate(text === '' && current !== -1 ? current : 0);
  }

  #unmatchNodes(): Node[] {
    const node = element(
      'div',
      { class: 'picker-option', role: 'option', id: 'picker-none' },
      icon('circle-slash'),
      element('span', { class: 'grow' }, 'Nothing: keep the initial value'),
      element('span', { class: 'dim' }, 'Delete'),
    );
    this.#shown.push(this.#wire(node, this.#options.unmatch));
    return [element('hr', { class: 'menu-separator', role: 'presentation' }), node];
  }

  #option({ source, score, fits }: Suggestion, index: number): Option {
    const variable = this.#options.stored.get(source);
    const shape = variable === undefined ? '' : `${shapeWords(variable.shape)} ${shortType(variable.dtype)}`;
    const isCurrent = source === this.#options.current;
    const node = element(
      'div',
      {
        class: `picker-option${fits ? '' : ' other-shape'}`,
        role: 'option',
        id: `picker-${index}`,
        ...(fits ? {} : { 'aria-description': 'another shape' }),
      },
      isCurrent ? icon('check') : element('span', { class: 'menu-gap' }),
      element('span', { class: 'ellipsis grow', title: source }, source),
      element('span', { class: 'shape-text dim' }, shape),
      element(
        'span',
        { class: 'picker-score dim number', title: 'How alike the names are' },
        score.toFixed(2),
      ),
    );
    return this.#wire(node, () => {
      this.#options.choose(source);
    });
  }

  #wire(node: HTMLElement, run: () => void): Option {
    const option = {
      node,
      run: () => {
        this.#root.hidePopover();
        run();
      },
    };
    node.addEventListener('click', option.run);
    return option;
  }

  #keyDown(event: KeyboardEvent): void {
    event.stopPropagation();
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      this.#activate(Math.min(this.#shown.length - 1, Math.max(0, this.#active + step)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.#shown[this.#active]?.run();
    } else if (event.key === 'Tab') {
      this.#root.hidePopover();
    }
  }

  #activate(index: number): void {
    this.#shown.forEach(({ node }, each) => {
      node.classList.toggle('active', each === index);
      setAttribute(node, 'aria-selected', String(each === index));
    });
    this.#active = index;
    const active = this.#shown[index]?.node;
    setAttribute(this.#input, 'aria-activedescendant', active?.id ?? null);
    active?.scrollIntoView({ block: 'nearest' });
  }
}

/** Over the cell, as a combobox opens; moved where it would leave the window. */
function place(root: HTMLElement, anchor: HTMLElement): void {
  const { left, top, width } = anchor.getBoundingClientRect();
  root.style.minWidth = `${Math.min(window.innerWidth - 8, Math.max(340, width))}px`;
  const box = root.getBoundingClientRect();
  root.style.left = `${Math.max(4, Math.min(left, window.innerWidth - box.width - 4))}px`;
  root.style.top = `${Math.max(4, Math.min(top - 4, window.innerHeight - box.height - 4))}px`;
}
