import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { button, linkButton, type ButtonControl } from '../shared/controls.ts';
import { element, icon, setText } from '../shared/element.ts';

export interface FooterEvents {
  copyCode(language: 'ts' | 'python'): void;
  start(): void;
}

export interface FooterProblem {
  readonly words: string;
  /** Leads to where it can be mended. */
  readonly show: { readonly label: string; readonly run: () => void } | null;
}

export interface FooterState {
  /** One sentence of what comes of it; null: not known yet. */
  readonly outcome: string | null;
  readonly problems: readonly FooterProblem[];
  /** Why nothing can be started now; null: it can, unless there are problems. */
  readonly waiting: string | null;
}

export class MappingFooter {
  readonly root: HTMLElement;
  readonly #numbers: NumberFormat;
  readonly #icon = element('span', { class: 'footer-icon' });
  readonly #words = element('span', { class: 'footer-words' });
  readonly #buttons: readonly ButtonControl[];
  readonly #start: ButtonControl;

  constructor(numbers: NumberFormat, events: FooterEvents) {
    this.#numbers = numbers;
    const copy = (label: string, language: 'ts' | 'python'): ButtonControl => {
      const node = button(label, 'secondary', () => {
        events.copyCode(language);
      });
      node.prepend(icon('copy'));
      return node;
    };
    this.#start = button('Start Training', 'primary', () => {
      events.start();
    });
    this.#start.prepend(icon('play'));
    this.#start.title = 'Save the mapping and start a run with it (Ctrl+Enter)';
    this.#buttons = [copy('Copy as TypeScript', 'ts'), copy('Copy as Python', 'python'), this.#start];
    this.root = element(
      'footer',
      { class: 'mapping-footer' },
      element('span', { class: 'footer-sentence', 'aria-live': 'polite' }, this.#icon, this.#words),
      element('span', { class: 'footer-buttons' }, ...this.#buttons),
    );
  }

  get canStart(): boolean {
    return !this.#start.disabled;
  }

  update({ outcome, problems, waiting }: FooterState): void {
    const [problem] = problems;
    const isReady = outcome !== null && waiting === null && problem === undefined;
    for (const node of this.#buttons) node.disabled = !isReady;
    if (problem !== undefined && waiting === null) this.#showProblem(problem, problems.length);
    else {
      this.#icon.replaceChildren(isReady ? icon('pass', 'good') : icon('info', 'note'));
      const words = waiting ?? outcome ?? '';
      if (this.#words.childElementCount > 0) this.#words.replaceChildren();
      setText(this.#words, words);
    }
  }

  #showProblem({ words, show }: FooterProblem, count: number): void {
    this.#icon.replaceChildren(icon('error', 'bad'));
    const more =
      count === 1 ? '' : ` ${this.#numbers.count(count - 1)} more ${count === 2 ? 'problem' : 'problems'}.`;
    this.#words.replaceChildren(
      `${words}.${more} `,
      ...(show === null ? [] : [linkButton(show.label, show.run)]),
    );
  }
}
