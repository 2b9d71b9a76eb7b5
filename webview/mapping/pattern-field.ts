import { element, setAttribute, setText } from '../shared/element.ts';

/** Edits are sent when nothing has been typed for so long, in milliseconds. */
const TYPED_AFTER = 150;
/** An edit that was not taken in for so long has failed, in milliseconds. */
const FAILED_AFTER = 3000;

/**
 * One text of the file in an input: what is typed is sent, what the file says is shown, and neither gets in the way of the
 * other while the person types.
 */
export class PatternField {
  readonly input: HTMLInputElement;
  readonly #send: (text: string) => void;
  #timer: number | undefined;
  #sent: { readonly text: string; readonly at: number } | undefined;

  constructor(label: string, placeholder: string, send: (text: string) => void) {
    this.#send = send;
    this.input = element('input', {
      type: 'text',
      class: 'pattern-input',
      spellcheck: 'false',
      autocomplete: 'off',
      'aria-label': label,
      placeholder,
    });
    this.input.addEventListener('input', () => {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => {
        this.flush();
      }, TYPED_AFTER);
    });
    this.input.addEventListener('blur', () => {
      this.flush();
    });
  }

  get text(): string {
    return this.input.value;
  }

  /** What the file has. */
  show(text: string): void {
    if (this.#timer !== undefined) return;
    if (
      this.#sent !== undefined &&
      text !== this.#sent.text &&
      performance.now() - this.#sent.at < FAILED_AFTER
    )
      return;
    this.#sent = undefined;
    if (this.input.value === text) return;
    this.input.value = text;
  }

  /** Sends what has been typed and not sent. */
  flush(): void {
    if (this.#timer === undefined) return;
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sent = { text: this.text, at: performance.now() };
    this.#send(this.text);
  }

  set problem(words: string | null) {
    setAttribute(this.input, 'aria-invalid', words === null ? null : 'true');
    setAttribute(this.input, 'title', words);
  }
}

/** Says how much a pattern does; nothing is an error. */
export function showCount(node: HTMLElement, words: string, isProblem: boolean): void {
  setText(node, words);
  node.classList.toggle('bad', isProblem);
}
