import type { CheckpointHeader } from '../../src/protocol/checkpoint.ts';
import { READ_ALL_BYTES, type VariableId } from '../../src/protocol/checkpoint.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { button, linkButton } from '../shared/controls.ts';
import { element, icon, setAttribute, setText } from '../shared/element.ts';
import type { CheckpointModel } from './checkpoint-model.ts';

export interface HeaderEvents {
  readonly warmStart: () => void;
  readonly readAll: () => void;
  readonly showDamaged: (variable: VariableId) => void;
}

/** What the checkpoint is, and whether it is sound. */
export class HeaderView {
  readonly root: HTMLElement;
  readonly #numbers: NumberFormat;
  readonly #events: HeaderEvents;
  readonly #icon = icon('archive');
  readonly #name = element('h1', { class: 'ellipsis' });
  readonly #facts = element('span', { class: 'facts dim' });
  readonly #state = element('span', { class: 'soundness' });
  #stateWords = '';

  constructor(numbers: NumberFormat, events: HeaderEvents) {
    this.#numbers = numbers;
    this.#events = events;
    const start = button('Warm Start from This...', 'primary', events.warmStart);
    const mark = icon('debug-start');
    mark.slot = 'start';
    start.append(mark);
    this.root = element(
      'header',
      { class: 'checkpoint-header' },
      element('span', { class: 'checkpoint-name' }, this.#icon, this.#name),
      this.#facts,
      element('span', { class: 'grow' }),
      this.#state,
      start,
    );
  }

  /** What is known does not change: name, run, step and the like. */
  show(model: CheckpointModel): void {
    const { header } = model;
    this.#icon.className = `codicon codicon-${header.best ? 'star-full' : 'archive'}`;
    setText(this.#name, header.name);
    setAttribute(this.#name, 'title', header.best ? `${header.name}, the best of its run` : header.name);
    this.#facts.replaceChildren(...this.#factsOf(model).map(fact => element('span', {}, fact)));
    this.update(model);
  }

  /** How far reading has come. Returns what is to be said aloud, once it is done. */
  update(model: CheckpointModel): string | undefined {
    const { total, read, large, damaged } = model.reading;
    const words = this.#wordsOf(model);
    if (words === this.#stateWords) return undefined;
    this.#stateWords = words;
    const [first] = damaged;
    const isDone = read === total;
    if (first !== undefined) {
      const link = linkButton(words, () => {
        this.#events.showDamaged(first);
      });
      link.title = 'Show the first of them';
      link.className = 'link-plain bad';
      this.#state.replaceChildren(icon('error', 'bad'), link);
    } else if (isDone) {
      const { hasChecksums } = model.listing;
      this.#state.replaceChildren(
        icon(hasChecksums ? 'verified' : 'check', 'good'),
        element('span', {}, words),
      );
      setAttribute(
        this.#state,
        'title',
        hasChecksums ? 'Every checksum matches' : 'All of it can be read. This format has no checksums.',
      );
    } else if (model.bytes > READ_ALL_BYTES) {
      const link = linkButton('Verify', this.#events.readAll);
      link.title = `Read all ${this.#numbers.fileSize(model.bytes)}`;
      this.#state.replaceChildren(element('span', { class: 'dim' }, words), link);
    } else this.#state.replaceChildren(element('span', { class: 'dim' }, words));
    return isDone && (first !== undefined || large === 0) ? words : undefined;
  }

  #wordsOf(model: CheckpointModel): string {
    const { total, read, large, damaged } = model.reading;
    const numbers = this.#numbers;
    if (damaged.length > 0)
      return `Damaged: ${numbers.count(damaged.length)} of ${numbers.count(total)} ${total === 1 ? 'variable' : 'variables'}`;
    if (read < total) return `Read ${numbers.count(read)} of ${numbers.count(total)}`;
    const state = model.listing.hasChecksums ? 'Verified' : 'Readable';
    return large === 0 ? state : `${state}, but for ${numbers.count(large)} large`;
  }

  #factsOf({ header, listing, parameters }: CheckpointModel): string[] {
    const numbers = this.#numbers;
    const variables = listing.variables.length;
    return [
      header.run,
      ...(header.step === null ? [] : [`step ${numbers.count(header.step)}`]),
      ...(header.saved === null ? [] : [`saved ${savedWords(header)}`]),
      numbers.fileSize(header.bytes),
      `${numbers.count(variables)} ${variables === 1 ? 'variable' : 'variables'}`,
      `${numbers.count(parameters)} ${parameters === 1 ? 'parameter' : 'parameters'}`,
    ];
  }
}

/** Today with seconds, otherwise the day. */
function savedWords({ saved }: CheckpointHeader): string {
  const then = new Date(saved ?? 0);
  const isToday = then.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(
    document.documentElement.lang || undefined,
    isToday ? { timeStyle: 'medium' } : { dateStyle: 'medium' },
  ).format(then);
}
