import type { CardServices } from './scalar-card.ts';
import { ScalarCard } from './scalar-card.ts';

/** So far outside of the window a card already gets its curves, in CSS pixels. */
const AHEAD = 200;

/** The cards that are on the page, each told whether it can be seen. */
export class CardSet {
  readonly #services: CardServices;
  readonly #cards = new Map<string, ScalarCard>();
  readonly #byRoot = new Map<Element, ScalarCard>();
  readonly #observer = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) this.#byRoot.get(target)?.setVisible(isIntersecting);
    },
    { rootMargin: `${AHEAD}px` },
  );

  constructor(services: CardServices) {
    this.#services = services;
  }

  all(): readonly ScalarCard[] {
    return [...this.#cards.values()];
  }

  find(tag: string): ScalarCard | undefined {
    return this.#cards.get(tag);
  }

  /** The card of a tag, made if there is none. */
  card(tag: string): ScalarCard {
    const existing = this.#cards.get(tag);
    if (existing) return existing;
    const card = new ScalarCard(tag, this.#services);
    this.#cards.set(tag, card);
    this.#byRoot.set(card.root, card);
    this.#observer.observe(card.root);
    return card;
  }

  /** The card that a node is in. */
  around(node: EventTarget | null): ScalarCard | undefined {
    const root = node instanceof Element ? node.closest('.card') : null;
    return root ? this.#byRoot.get(root) : undefined;
  }

  /** Removes the cards of all other tags. */
  keep(tags: ReadonlySet<string>): void {
    for (const [tag, card] of this.#cards) {
      if (tags.has(tag)) continue;
      this.#observer.unobserve(card.root);
      card.dispose();
      this.#cards.delete(tag);
      this.#byRoot.delete(card.root);
    }
  }
}
