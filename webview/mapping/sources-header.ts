import type { MappingSource, MappingSources } from '../../src/protocol/mapping.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { checkbox, iconButton } from '../shared/controls.ts';
import { element, icon, setAttribute, setText } from '../shared/element.ts';

export interface HeaderEvents {
  chooseCheckpoint(): void;
  chooseScript(): void;
  readModel(): void;
  setSlots(restore: boolean): void;
}

export interface HeaderState {
  readonly sources: MappingSources;
  /** null: not read. */
  readonly stored: { readonly count: number; readonly bytes: number } | null;
  readonly modelCount: number | null;
  readonly restoreSlots: boolean;
  readonly isDisabled: boolean;
}

/** From which checkpoint to which script; each can be changed. */
export class SourcesHeader {
  readonly root: HTMLElement;
  readonly #numbers: NumberFormat;
  readonly #checkpoint = sourceNodes('archive');
  readonly #script = sourceNodes('file-code');
  readonly #slots;
  readonly #read;

  constructor(numbers: NumberFormat, events: HeaderEvents) {
    this.#numbers = numbers;
    this.#slots = checkbox('Restore optimizer slots', restore => {
      events.setSlots(restore);
    });
    this.#slots.title =
      'Also restore what optimizers keep, such as momenta. The step counter starts at 0 in any case, unless it is mapped by name.';
    this.#read = iconButton('refresh', 'Read the Model Again', () => {
      events.readModel();
    });
    this.root = element(
      'header',
      { class: 'mapping-header' },
      element(
        'span',
        { class: 'source' },
        ...this.#checkpoint.nodes,
        iconButton('folder-opened', 'Choose Another Checkpoint', () => {
          events.chooseCheckpoint();
        }),
      ),
      icon('arrow-right', 'dim'),
      element(
        'span',
        { class: 'source' },
        ...this.#script.nodes,
        iconButton('go-to-file', 'Choose Another Script', () => {
          events.chooseScript();
        }),
        this.#read,
      ),
      element('span', { class: 'grow' }),
      this.#slots,
    );
  }

  update({ sources, stored, modelCount, restoreSlots, isDisabled }: HeaderState): void {
    const { checkpoint, script, trusted } = sources;
    showSource(this.#checkpoint, checkpoint, 'Choose a checkpoint', this.#storedWords(checkpoint, stored));
    showSource(this.#script, script, 'Choose a script', this.#modelWords(script, modelCount, trusted));
    this.#read.disabled = script.name === null || !trusted || script.state === 'reading';
    if (this.#slots.checked !== restoreSlots) this.#slots.checked = restoreSlots;
    this.#slots.disabled = isDisabled;
  }

  #storedWords({ state }: MappingSource, stored: HeaderState['stored']): string {
    if (state === 'reading') return 'reading';
    if (state === 'failed') return 'cannot be read';
    if (state === 'missing' || stored === null) return '';
    return `${this.#count(stored.count, 'variable')} · ${this.#numbers.fileSize(stored.bytes)}`;
  }

  #modelWords({ state, name }: MappingSource, count: number | null, trusted: boolean): string {
    if (state === 'reading') return 'reading its variables';
    if (state === 'failed') return 'cannot be inspected';
    if (state === 'missing') return name !== null && !trusted ? 'not run: folder not trusted' : '';
    const words = count === null ? '' : this.#count(count, 'model variable');
    return state === 'stale' ? `${words} · changed since` : words;
  }

  #count(count: number, what: string): string {
    return `${this.#numbers.count(count)} ${count === 1 ? what : `${what}s`}`;
  }
}

interface SourceNodes {
  readonly name: HTMLElement;
  readonly words: HTMLElement;
  readonly nodes: readonly HTMLElement[];
}

function sourceNodes(iconName: string): SourceNodes {
  const name = element('b', { class: 'ellipsis source-title' });
  const words = element('span', { class: 'dim ellipsis source-words' });
  return { name, words, nodes: [icon(iconName), name, words] };
}

function showSource(nodes: SourceNodes, source: MappingSource, nameless: string, words: string): void {
  setText(nodes.name, source.name ?? nameless);
  nodes.name.classList.toggle('dim', source.name === null);
  setAttribute(nodes.name, 'title', source.place === '' ? null : source.place);
  setText(nodes.words, words);
  nodes.words.classList.toggle('bad', source.state === 'failed');
  nodes.words.classList.toggle('warning', source.state === 'stale');
}
