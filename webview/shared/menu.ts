import { element, icon } from './element.ts';

export type MenuItem =
  | { readonly label: string; readonly run: () => void; readonly keys?: string }
  /** One of several: `checked` says whether it is the one. */
  | { readonly label: string; readonly run: () => void; readonly checked: boolean }
  | 'separator';

/** A pop-up menu: arrows move, Enter chooses, Escape and a click elsewhere close it; focus goes back where it was. */
export function openMenu(label: string, items: readonly MenuItem[], anchor: HTMLElement): void {
  const opener = document.activeElement;
  const nodes = items.map(item => menuNode(item));
  const menu = element(
    'div',
    { class: 'menu', role: 'menu', 'aria-label': label, popover: 'auto' },
    ...nodes,
  );
  const choices = nodes.filter(node => node instanceof HTMLButtonElement);

  menu.addEventListener('click', () => {
    menu.hidePopover();
  });
  menu.addEventListener('keydown', event => {
    event.stopPropagation();
    const at = choices.findIndex(node => node === document.activeElement);
    const target = menuTarget(event.key, at, choices.length);
    if (target !== null) {
      event.preventDefault();
      choices[target]?.focus();
    } else if (event.key === 'Tab') {
      menu.hidePopover();
    }
  });
  menu.addEventListener('toggle', event => {
    if (event.newState !== 'closed') return;
    const focusWasInside = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    if (focusWasInside && opener instanceof HTMLElement) opener.focus();
  });

  document.body.append(menu);
  menu.showPopover();
  placeBelow(menu, anchor);
  choices[0]?.focus();
}

function menuNode(item: MenuItem): HTMLElement {
  if (item === 'separator') return element('hr', { class: 'menu-separator', role: 'separator' });
  const checkable = 'checked' in item;
  const node = element(
    'button',
    { type: 'button', class: 'menu-item', role: checkable ? 'menuitemradio' : 'menuitem', tabindex: '-1' },
    checkable && item.checked ? icon('check') : element('span', { class: 'menu-gap' }),
    element('span', { class: 'menu-label' }, item.label),
  );
  if (checkable) node.setAttribute('aria-checked', String(item.checked));
  else if (item.keys) node.append(element('span', { class: 'menu-keys' }, item.keys));
  node.addEventListener('click', () => {
    item.run();
  });
  return node;
}

function menuTarget(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowUp':
      return (at - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** Below the anchor, its right edge at the anchor's; moved where it would leave the window. */
function placeBelow(menu: HTMLElement, anchor: HTMLElement): void {
  const { right, bottom, top } = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.min(Math.max(4, right - width), window.innerWidth - width - 4);
  const below = bottom + 2;
  menu.style.left = `${left}px`;
  menu.style.top = `${below + height > window.innerHeight - 4 ? Math.max(4, top - height - 2) : below}px`;
}
