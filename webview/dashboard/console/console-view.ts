import { button, iconButton, Picker } from '../../shared/controls.ts';
import { element, icon, setText } from '../../shared/element.ts';
import type { DashboardView, ViewServices } from '../dashboard-view.ts';
import type { ConsoleLine, ConsoleStyle } from './console-text.ts';
import { KEPT_LINES } from './run-console.ts';

/** What may be copied at once, in characters. */
const MAX_COPY = 1_000_000;
/** So near to the end counts as at the end, in CSS pixels. */
const AT_END = 8;

/** The Console tab: what a run's process writes, as a terminal shows it. */
export class ConsoleView implements DashboardView {
  readonly root: HTMLElement;
  readonly #services: ViewServices;
  readonly #picker = new Picker<string>('Run', run => {
    this.#services.reveal('console', run);
  });
  readonly #follow = button('Follow', 'secondary', () => {
    this.#toEnd();
  });
  readonly #note = element('p', { class: 'console-note dim', hidden: '' });
  readonly #lines = element('div', { class: 'console-lines' });
  readonly #current = element('div', { class: 'console-line' });
  readonly #empty = element('p', { class: 'dim' }, 'Nothing written yet.');
  readonly #scroll: HTMLElement;
  readonly #draw = (): void => {
    this.#drawText();
  };
  /** The text whose lines are drawn here, and how many of them have been. */
  #text: object | null = null;
  #drawn = 0;
  #following = true;

  constructor(services: ViewServices) {
    this.#services = services;
    this.#scroll = element(
      'div',
      { class: 'console-text', tabindex: '0', role: 'log', 'aria-label': 'Console', 'aria-live': 'off' },
      this.#note,
      this.#empty,
      this.#lines,
      this.#current,
    );
    const copy = iconButton('copy', 'Copy Console', () => {
      this.#copy();
    });
    this.#follow.prepend(icon('arrow-down'));
    this.#follow.classList.add('small');
    this.root = element(
      'div',
      { class: 'console' },
      element(
        'div',
        { class: 'toolbar', role: 'toolbar', 'aria-label': 'Console' },
        this.#picker.root,
        element('span', { class: 'grow' }),
        this.#follow,
        copy,
      ),
      this.#scroll,
    );
    this.#follow.hidden = true;
    this.#scroll.addEventListener('scroll', () => {
      this.#scrolled();
    });
  }

  show(): void {
    this.#services.console.read(() => {
      this.#services.frame.request(this.#draw);
    });
    this.#drawText();
  }

  hide(): void {
    this.#services.console.read(null);
    this.#services.frame.cancel(this.#draw);
  }

  update(): void {
    const { runs, run } = this.#services.console;
    this.#picker.root.hidden = runs.length < 2;
    this.#picker.show(
      runs.map(({ id, name }) => [id, name]),
      run,
    );
  }

  #drawText(): void {
    const { console } = this.#services;
    if (console.text !== this.#text) {
      this.#text = console.text;
      this.#drawn = 0;
      this.#lines.replaceChildren();
      this.#following = true;
    }
    const fresh = console.linesFrom(this.#drawn).slice(-KEPT_LINES);
    this.#drawn = console.ended;
    this.#lines.append(...fresh.map(line => lineElement(line)));
    let surplus = this.#lines.childElementCount - KEPT_LINES;
    while (surplus-- > 0) this.#lines.firstElementChild?.remove();
    this.#current.replaceChildren(...lineElement(console.current).childNodes);
    this.#empty.hidden = this.#lines.childElementCount > 0 || console.current.length > 0;
    this.#showNote();
    if (this.#following) this.#toEnd();
  }

  #showNote(): void {
    const { console, numbers } = this.#services;
    const dropped = this.#drawn - this.#lines.childElementCount;
    const missing = [
      ...(console.skippedBytes > 0 ? [`${numbers.count(console.skippedBytes)} bytes`] : []),
      ...(dropped > 0 ? [`${numbers.count(dropped)} lines`] : []),
    ];
    this.#note.hidden = missing.length === 0;
    setText(this.#note, `${missing.join(' and ')} before this are in the run's console.log.`);
  }

  #scrolled(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroll;
    this.#following = scrollTop + clientHeight >= scrollHeight - AT_END;
    this.#follow.hidden = this.#following;
  }

  #toEnd(): void {
    this.#following = true;
    this.#follow.hidden = true;
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  #copy(): void {
    const lines = [...this.#lines.children, this.#current].map(line => line.textContent);
    this.#services.post({ type: 'copy', text: lines.join('\n').slice(-MAX_COPY) });
  }
}

function lineElement(line: ConsoleLine): HTMLElement {
  const node = element('div', { class: 'console-line' });
  for (const { text, style } of line) node.append(isPlain(style) ? text : styledElement(text, style));
  return node;
}

function isPlain(style: ConsoleStyle): boolean {
  return Object.values(style).every(value => value === null || value === false);
}

function styledElement(text: string, style: ConsoleStyle): HTMLElement {
  const node = element('span', {}, text);
  node.classList.toggle('bold', style.bold);
  node.classList.toggle('faint', style.faint);
  node.classList.toggle('italic', style.italic);
  node.classList.toggle('underline', style.underline);
  if (style.foreground !== null) node.style.color = cssColour(style.foreground);
  if (style.background !== null) node.style.backgroundColor = cssColour(style.background);
  return node;
}

function cssColour(colour: string): string {
  return colour.startsWith('ansi') ? `var(--vscode-terminal-${colour})` : colour;
}
