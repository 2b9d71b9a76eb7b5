import { button, linkButton } from '../../shared/controls.ts';
import { element } from '../../shared/element.ts';

/** Why there is no card. */
export type NoCards =
  | { readonly why: 'no-match'; readonly filter: string; readonly nearest: string | null }
  /** Not everything has been read. */
  | { readonly why: 'loading' }
  | { readonly why: 'waiting'; readonly run: string; readonly lastConsoleLine: string }
  | { readonly why: 'no-scalars' };

export interface ScalarsMessageServices {
  clearFilter(): void;
  filterFor(tag: string): void;
  showConsole(run: string): void;
}

/** What there is to say instead of cards. */
export class ScalarsMessage {
  readonly root = element('div', { class: 'message', hidden: '' });
  readonly #services: ScalarsMessageServices;
  #shown = '';

  constructor(services: ScalarsMessageServices) {
    this.#services = services;
  }

  /** @param message null: there are cards */
  update(message: NoCards | null): void {
    const shown = JSON.stringify(message);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.root.hidden = message === null;
    this.root.className = `message ${message?.why ?? ''}`;
    this.root.replaceChildren(...(message ? this.#nodes(message) : []));
  }

  #nodes(message: NoCards): HTMLElement[] {
    switch (message.why) {
      case 'no-match':
        return [
          element(
            'span',
            {},
            'No tag matches ',
            element('code', {}, message.filter),
            ...(message.nearest === null ? ['.'] : ['. Did you mean ', this.#offer(message.nearest), '?']),
          ),
          button('Clear Filter', 'secondary', () => {
            this.#services.clearFilter();
          }),
        ];
      case 'loading':
        return [1, 2, 3].map(() => element('div', { class: 'placeholder' }));
      case 'waiting':
        return [
          element('span', {}, 'Waiting for the first step'),
          ...(message.lastConsoleLine === ''
            ? []
            : [element('code', { class: 'ellipsis' }, message.lastConsoleLine)]),
          linkButton('Show Console', () => {
            this.#services.showConsole(message.run);
          }),
        ];
      case 'no-scalars':
        return [element('span', {}, 'There are no scalars to show.')];
    }
  }

  #offer(tag: string): HTMLElement {
    return linkButton(tag, () => {
      this.#services.filterFor(tag);
    });
  }
}
