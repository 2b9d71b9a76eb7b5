import type { ButtonControl } from '../../shared/controls.ts';
import { iconButton, relabel } from '../../shared/controls.ts';
import { element } from '../../shared/element.ts';
import type { MenuItem } from '../../shared/menu.ts';
import { openMenu } from '../../shared/menu.ts';
import type { TooltipSort } from './readings.ts';

export interface CardToolsState {
  readonly pinned: boolean;
  readonly expanded: boolean;
  readonly table: boolean;
  readonly sort: TooltipSort;
}

export interface CardActions {
  togglePin(): void;
  toggleExpanded(): void;
  toggleTable(): void;
  copyValues(): void;
  exportCsv(): void;
  resetZoom(): void;
  sort(sort: TooltipSort): void;
}

/** Pin, expand and menu of a card: made when somebody first points at the card, or focuses it. */
export class CardTools {
  readonly root = element('span', { class: 'card-tools' });
  readonly #tag: string;
  readonly #actions: CardActions;
  #buttons: { readonly pin: ButtonControl; readonly expand: ButtonControl } | null = null;
  #state: CardToolsState = { pinned: false, expanded: false, table: false, sort: 'lowest' };

  constructor(tag: string, actions: CardActions) {
    this.#tag = tag;
    this.#actions = actions;
  }

  update(state: CardToolsState): void {
    this.#state = state;
    if (!this.#buttons) return;
    const { pin, expand } = this.#buttons;
    if (state.pinned) relabel(pin, 'pinned', 'Unpin');
    else relabel(pin, 'pin', 'Pin');
    if (state.expanded) relabel(expand, 'screen-normal', 'Collapse Card');
    else relabel(expand, 'screen-full', 'Expand Card');
  }

  show(): void {
    if (this.#buttons) return;
    const pin = iconButton('pin', 'Pin', () => {
      this.#actions.togglePin();
    });
    const expand = iconButton('screen-full', 'Expand Card', () => {
      this.#actions.toggleExpanded();
    });
    const menu = iconButton('ellipsis', 'Card Menu', () => {
      this.openMenu(menu);
    });
    this.root.append(pin, expand, menu);
    this.#buttons = { pin, expand };
    this.update(this.#state);
  }

  openMenu(anchor: HTMLElement): void {
    const { table, sort } = this.#state;
    const actions = this.#actions;
    const sorting = (order: TooltipSort, label: string): MenuItem => ({
      label,
      checked: sort === order,
      run: () => {
        actions.sort(order);
      },
    });
    openMenu(
      `Menu of ${this.#tag}`,
      [
        {
          label: 'Copy Values',
          keys: 'C',
          run: () => {
            actions.copyValues();
          },
        },
        {
          label: 'Export CSV...',
          run: () => {
            actions.exportCsv();
          },
        },
        {
          label: table ? 'View as Chart' : 'View as Table',
          run: () => {
            actions.toggleTable();
          },
        },
        {
          label: 'Reset Zoom',
          keys: '0',
          run: () => {
            actions.resetZoom();
          },
        },
        'separator',
        sorting('lowest', 'Tooltip: Lowest First'),
        sorting('highest', 'Tooltip: Highest First'),
      ],
      anchor,
    );
  }
}
