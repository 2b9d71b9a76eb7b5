import type { CardSet } from './card-set.ts';
import type { ScalarCard } from './scalar-card.ts';

/** What keys do in the grid beside moving in it. */
export interface CardShortcuts {
  focusFilter(): void;
  toggleLogY(): void;
  toggleOutliers(): void;
  nextAxis(): void;
  togglePin(tag: string): void;
}

const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

/** The grid of cards under the keyboard: one tab stop, arrows from card to card, a key for each switch. */
export class CardKeys {
  readonly #root: HTMLElement;
  readonly #cards: CardSet;
  readonly #shortcuts: CardShortcuts;
  /** The card that the Tab key reaches. */
  #current: ScalarCard | null = null;

  /** @param root has all cards in it; keys count only there. */
  constructor(root: HTMLElement, cards: CardSet, shortcuts: CardShortcuts) {
    this.#root = root;
    this.#cards = cards;
    this.#shortcuts = shortcuts;
    root.addEventListener('keydown', event => {
      this.#key(event);
    });
    root.addEventListener('focusin', event => {
      const card = cards.around(event.target);
      if (card) this.#makeCurrent(card);
    });
  }

  /** Cards came or went: one of them can be reached. */
  update(): void {
    const present = this.#inOrder();
    if (!this.#current || !present.includes(this.#current)) this.#makeCurrent(present[0] ?? null);
  }

  #makeCurrent(card: ScalarCard | null): void {
    if (this.#current) this.#current.plot.tabIndex = -1;
    this.#current = card;
    if (card) card.plot.tabIndex = 0;
  }

  #key(event: KeyboardEvent): void {
    const card = this.#cards.around(event.target);
    if (!card || event.altKey || event.metaKey || event.ctrlKey) return;
    const onPlot = event.target === card.plot;
    const handled =
      (onPlot && (card.key(event) || this.#move(card, event.key))) || this.#shortcut(card, event.key);
    if (handled) event.preventDefault();
  }

  #shortcut(card: ScalarCard, key: string): boolean {
    switch (key.toLowerCase()) {
      case '/':
        this.#shortcuts.focusFilter();
        return true;
      case 'l':
        this.#shortcuts.toggleLogY();
        return true;
      case 'o':
        this.#shortcuts.toggleOutliers();
        return true;
      case 'x':
        this.#shortcuts.nextAxis();
        return true;
      case 'p':
        this.#shortcuts.togglePin(card.tag);
        return true;
      case 'c':
        card.copyValues();
        return true;
      default:
        return false;
    }
  }

  /** To the next card in reading order, or the nearest of the row above or below. */
  #move(from: ScalarCard, key: string): boolean {
    if (!ARROWS.includes(key)) return false;
    const cards = this.#inOrder();
    const at = cards.indexOf(from);
    const before = cards.slice(0, at).reverse();
    const after = cards.slice(at + 1);
    const target = {
      ArrowLeft: before[0],
      ArrowRight: after[0],
      ArrowUp: nearestInRow(from, before),
      ArrowDown: nearestInRow(from, after),
    }[key];
    target?.plot.focus();
    return true;
  }

  /** An expanded card lies over the others: it is the only one then. */
  #inOrder(): ScalarCard[] {
    const roots = [...this.#root.querySelectorAll('.card')];
    const expanded = roots.filter(root => root.classList.contains('expanded'));
    return (expanded.length > 0 ? expanded : roots).flatMap(root => this.#cards.around(root) ?? []);
  }
}

/** Of the first row in `others` that is not the row of `from`, the card nearest below or above it. */
function nearestInRow(from: ScalarCard, others: readonly ScalarCard[]): ScalarCard | undefined {
  const origin = from.root.getBoundingClientRect();
  const placed = others.map(card => ({ card, rect: card.root.getBoundingClientRect() }));
  const first = placed.find(({ rect }) => rect.top !== origin.top);
  if (!first) return undefined;
  const away = (rect: DOMRect): number =>
    Math.abs(rect.left + rect.width / 2 - (origin.left + origin.width / 2));
  return placed
    .filter(({ rect }) => rect.top === first.rect.top)
    .sort((a, b) => away(a.rect) - away(b.rect))[0]?.card;
}
