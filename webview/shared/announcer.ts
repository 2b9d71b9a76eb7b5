import { element } from './element.ts';

/** Says to screen readers what happened, without moving the focus. */
export class Announcer {
  readonly root = element('div', { class: 'visually-hidden', role: 'log', 'aria-live': 'polite' });

  say(words: string): void {
    this.root.append(element('p', {}, words));
    while (this.root.childElementCount > 20) this.root.firstElementChild?.remove();
  }
}
