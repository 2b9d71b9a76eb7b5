import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import { button, iconButton, Picker } from '../../shared/controls.ts';
import { element, icon, setText } from '../../shared/element.ts';
import type { Frame } from '../../shared/frame.ts';
import type { ConsoleLine, ConsoleStyle } from './console-text.ts';
import { ConsoleText } from './console-text.ts';

/** Lines kept in the page; `console.log` in the run's folder has all. */
const MAX_LINES = 5000;
/** What may be copied at once, in characters. */
const MAX_COPY = 1_000_000;
/** So near to the end counts as at the end, in CSS pixels. */
const AT_END = 8;

export interface ConsoleServices {
  readonly frame: Frame;
  readonly numbers: NumberFormat;
  copy(text: string): void;
  /** A run was picked. */
  pick(run: string): void;
}

export interface ConsoleRun {
  readonly id: string;
  readonly name: string;
}

/** What a run's process writes, as a terminal shows it. */
export class ConsoleView {
  readonly root: HTMLElement;
  readonly #services: ConsoleServices;
  readonly #picker = new Picker<string>('Run', run => {
    this.#services.pick(run);
  });
  readonly #follow = button('Follow', 'secondary', () => {
    this.#toEnd();
  });
  readonly #note = element('p', { class: 'console-note dim', hidden: '' });
  readonly #lines = element('div', { class: 'console-lines' });
  readonly #current = element('div', { class: 'console-line' });
  readonly #empty = element('p', { class: 'dim' }, 'Nothing written yet.');
  readonly #scroll: HTMLElement;
  readonly #encoder = new TextEncoder();
  readonly #show = (): void => {
    this.#append();
  };
  #run: string | null = null;
  #text = new ConsoleText();
  #ended: ConsoleLine[] = [];
  /** Byte of the run's console after the last one taken in; null: none yet. */
  #nextOffset: number | null = null;
  /** Bytes at the start, and lines after them, that are not shown. */
  #skippedBytes = 0;
  #droppedLines = 0;
  #lastLine = '';
  #following = true;

  constructor(services: ConsoleServices) {
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

  /** The newest line that says something. */
  get lastLine(): string {
    return lineText(this.#text.current).trim() || this.#lastLine;
  }

  get run(): string | null {
    return this.#run;
  }

  runs(runs: readonly ConsoleRun[], picked: string | null): void {
    this.#picker.root.hidden = runs.length < 2;
    this.#picker.show(
      runs.map(({ id, name }) => [id, name]),
      picked,
    );
    if (picked === this.#run) return;
    this.#run = picked;
    this.#clear();
  }

  /** @param offset byte of the run's console at which `text` begins */
  receive(run: string, offset: number, text: string): void {
    if (run !== this.#run) return;
    if (offset === 0) this.#clear();
    const expected = this.#nextOffset ?? offset;
    if (this.#nextOffset === null) this.#skippedBytes = offset;
    const bytes = this.#encoder.encode(text);
    // What is here already is not shown again; what is missing between is left out.
    const fresh = offset < expected ? new TextDecoder().decode(bytes.subarray(expected - offset)) : text;
    this.#nextOffset = Math.max(expected, offset + bytes.length);
    for (const line of this.#text.write(fresh)) {
      this.#ended.push(line);
      const words = lineText(line).trim();
      if (words !== '') this.#lastLine = words;
    }
    this.#services.frame.request(this.#show);
  }

  /** The tab was opened: a hidden page cannot scroll. */
  shown(): void {
    if (this.#following) this.#toEnd();
  }

  #clear(): void {
    this.#text = new ConsoleText();
    this.#ended = [];
    this.#nextOffset = null;
    this.#skippedBytes = this.#droppedLines = 0;
    this.#lastLine = '';
    this.#lines.replaceChildren();
    this.#current.replaceChildren();
    this.#following = true;
    this.#services.frame.request(this.#show);
  }

  #append(): void {
    const fresh = this.#ended.slice(-MAX_LINES);
    this.#droppedLines += this.#ended.length - fresh.length;
    this.#ended = [];
    this.#lines.append(...fresh.map(line => lineElement(line)));
    let surplus = this.#lines.childElementCount - MAX_LINES;
    this.#droppedLines += Math.max(0, surplus);
    while (surplus-- > 0) this.#lines.firstElementChild?.remove();
    this.#current.replaceChildren(...lineElement(this.#text.current).childNodes);
    this.#empty.hidden = this.#lines.childElementCount > 0 || this.#text.current.length > 0;
    this.#showNote();
    if (this.#following) this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  #showNote(): void {
    const { numbers } = this.#services;
    const missing = [
      ...(this.#skippedBytes > 0 ? [`${numbers.count(this.#skippedBytes)} bytes`] : []),
      ...(this.#droppedLines > 0 ? [`${numbers.count(this.#droppedLines)} lines`] : []),
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
    this.#services.copy(lines.join('\n').slice(-MAX_COPY));
  }
}

function lineText(line: ConsoleLine): string {
  return line.map(piece => piece.text).join('');
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
