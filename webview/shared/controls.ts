/**
 * The one place that knows @vscode/webview-ui-toolkit. Its elements are registered under our own prefix, because
 * other control libraries claim the same `vscode-` tags. Not its badge and its progress ring: those two have style
 * attributes, which the content security policy forbids.
 */

import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import type { Button, Checkbox, Dropdown, Option, TextField } from '@vscode/webview-ui-toolkit';
import { element, icon, setAttribute } from './element.ts';

/** Called once, before any control is made. */
export function registerControls(): void {
  provideVSCodeDesignSystem()
    .withPrefix('tk')
    .register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption(), vsCodeTextField());
}

declare global {
  interface HTMLElementTagNameMap {
    'tk-button': Button;
    'tk-checkbox': Checkbox;
    'tk-dropdown': Dropdown;
    'tk-option': Option;
    'tk-text-field': TextField;
  }
}

export type ButtonControl = Button;

/** A button with words. One `primary` per view. */
export function button(
  label: string,
  appearance: 'primary' | 'secondary',
  onClick: () => void,
): ButtonControl {
  const node = element('tk-button', { appearance }, label);
  node.addEventListener('click', onClick);
  return node;
}

/** A button that is an icon: its label is its tooltip and its accessible name. */
export function iconButton(
  iconName: string,
  label: string,
  onClick: (event: MouseEvent) => void,
): ButtonControl {
  const node = element(
    'tk-button',
    { 'aria-label': label, title: label, appearance: 'icon' },
    icon(iconName),
  );
  node.addEventListener('click', onClick);
  return node;
}

/** The label and the icon of an icon button whose meaning changed. */
export function relabel(node: ButtonControl, iconName: string, label: string): void {
  if (node.title === label) return;
  node.title = label;
  setAttribute(node, 'aria-label', label);
  node.replaceChildren(icon(iconName));
}

/** A button that is on or off: on has a tick, so that it is not told by colour alone. */
export class ToggleButton {
  readonly root: ButtonControl;
  readonly #tick = icon('check', 'toggle-tick');

  constructor(label: string, title: string, onToggle: (on: boolean) => void) {
    this.root = element('tk-button', { appearance: 'secondary', class: 'toggle', title }, this.#tick, label);
    this.root.addEventListener('click', () => {
      onToggle(!this.on);
    });
    this.on = false;
  }

  get on(): boolean {
    return this.root.classList.contains('on');
  }

  set on(on: boolean) {
    this.root.classList.toggle('on', on);
    // The toolkit's button takes ARIA states as properties only.
    this.root.ariaPressed = on ? 'true' : 'false';
  }
}

export type CheckboxControl = Checkbox;

/** What is on or off, with its words behind it. */
export function checkbox(label: string, onChange: (checked: boolean) => void): CheckboxControl {
  const node = element('tk-checkbox', {}, label);
  // The toolkit also tells when it is set from here.
  node.addEventListener('click', () => {
    onChange(node.checked);
  });
  return node;
}

/** A row of choices of which one is on: a radio group with one tab stop. */
export class SegmentedChoice<T extends string> {
  readonly root: HTMLElement;
  readonly #buttons: ReadonlyMap<T, HTMLButtonElement>;

  constructor(
    label: string,
    choices: readonly (readonly [choice: T, words: string, icon?: string])[],
    onChoose: (choice: T) => void,
  ) {
    this.#buttons = new Map(
      choices.map(([choice, words, iconName]) => {
        const marks = iconName === undefined ? [] : [icon(iconName)];
        const node = element('button', { type: 'button', role: 'radio', class: 'segment' }, ...marks, words);
        node.addEventListener('click', () => {
          onChoose(choice);
        });
        return [choice, node];
      }),
    );
    const nodes = [...this.#buttons.values()];
    this.root = element('div', { class: 'segmented', role: 'radiogroup', 'aria-label': label }, ...nodes);
    this.root.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const at = nodes.findIndex(node => node === document.activeElement);
      const next = nodes[(at + step + nodes.length) % nodes.length];
      next?.focus();
      next?.click();
    });
  }

  set value(value: T) {
    for (const [choice, node] of this.#buttons) {
      const on = choice === value;
      node.classList.toggle('on', on);
      node.setAttribute('aria-checked', String(on));
      node.tabIndex = on ? 0 : -1;
    }
  }
}

export type TextFieldControl = TextField;

export function textField(
  label: string,
  placeholder: string,
  onInput: (value: string) => void,
): TextFieldControl {
  const node = element('tk-text-field', { placeholder });
  const name = (): void => {
    setAttribute(node, 'aria-label', label);
  };
  // Whenever it is put into the page, the toolkit's text field names itself "Text field".
  new MutationObserver(name).observe(node, { attributeFilter: ['aria-label'] });
  name();
  node.addEventListener('input', () => {
    onInput(node.value);
  });
  return node;
}

/** A list to pick from. */
export class Picker<T extends string> {
  readonly root: Dropdown;
  #choices: readonly (readonly [T, string])[] = [];

  constructor(label: string, onPick: (value: T) => void) {
    this.root = element('tk-dropdown', { 'aria-label': label });
    this.root.addEventListener('change', () => {
      const picked = this.#choices[this.root.selectedIndex];
      if (picked) onPick(picked[0]);
    });
  }

  /** Shows these choices, with `value` picked. */
  show(choices: readonly (readonly [T, string])[], value: T | null): void {
    if (JSON.stringify(choices) !== JSON.stringify(this.#choices)) {
      this.#choices = choices;
      this.root.replaceChildren(
        ...choices.map(([choice, words]) => element('tk-option', { value: choice }, words)),
      );
    }
    const index = choices.findIndex(([choice]) => choice === value);
    if (this.root.selectedIndex !== index) this.root.selectedIndex = index;
  }
}

export function badge(text: string): HTMLElement {
  return element('span', { class: 'badge' }, text);
}

/** Looks like a link and does something here: a button to assistive technology. */
export function linkButton(label: string, onClick: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button', class: 'link' }, label);
  node.addEventListener('click', onClick);
  return node;
}
