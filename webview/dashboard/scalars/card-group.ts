import { element, icon, setText } from '../../shared/element.ts';

/** A heading that folds, and the cards under it. Folded, it has no cards at all: they cost nothing. */
export class CardGroup {
  readonly root: HTMLElement;
  readonly #grid = element('div', { class: 'card-grid' });
  readonly #heading: HTMLButtonElement;
  readonly #chevron = element('span', { class: 'group-chevron' });
  readonly #count = element('span', { class: 'dim' });

  constructor(name: string, onToggle: () => void) {
    this.#heading = element(
      'button',
      { type: 'button', class: 'group-heading' },
      this.#chevron,
      element('span', { class: 'ellipsis' }, name),
      this.#count,
    );
    this.#heading.addEventListener('click', onToggle);
    this.root = element(
      'section',
      { class: 'card-group', 'aria-label': name },
      element('h2', {}, this.#heading),
      this.#grid,
    );
  }

  /** @param count of the tags with this prefix: some of them may be pinned, elsewhere */
  update(count: number, collapsed: boolean, cards: readonly HTMLElement[]): void {
    setText(this.#count, String(count));
    if (this.#heading.ariaExpanded !== String(!collapsed)) {
      this.#heading.ariaExpanded = String(!collapsed);
      this.#chevron.replaceChildren(icon(collapsed ? 'chevron-right' : 'chevron-down'));
    }
    this.#grid.dataset['cards'] = String(cards.length);
    const same =
      cards.length === this.#grid.childElementCount &&
      cards.every((card, index) => this.#grid.children[index] === card);
    if (!same) this.#grid.replaceChildren(...cards);
  }
}
