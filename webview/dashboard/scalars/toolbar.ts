import type { DashboardPreferences } from '../../../src/protocol/dashboard.ts';
import type { XAxis } from '../../../src/protocol/series.ts';
import { iconButton, Picker, SegmentedChoice, textField, ToggleButton } from '../../shared/controls.ts';
import { element, icon, setAttribute, setText } from '../../shared/element.ts';
import type { MenuItem } from '../../shared/menu.ts';
import { openMenu } from '../../shared/menu.ts';

const AXES: readonly (readonly [XAxis, string])[] = [
  ['step', 'Step'],
  ['relative', 'Relative'],
  ['wall', 'Wall'],
];

const MAX_SMOOTHING = 0.99;

export interface ToolbarEvents {
  change(preferences: Partial<DashboardPreferences>): void;
  /** Tags that can be exported: those on the screen. */
  exportable(): readonly string[];
  exportCsv(tag: string): void;
  resetZooms(): void;
  collapseAll(collapsed: boolean): void;
}

/** How the curves are shown. Below 640 px the options fold into one popover. */
export class Toolbar {
  readonly root: HTMLElement;
  readonly #events: ToolbarEvents;
  readonly #filter = textField('Filter tags by a regular expression', 'Filter tags (regex, /)', filter => {
    this.#events.change({ filter });
  });
  readonly #count = element('span', { class: 'filter-count', slot: 'end', 'aria-live': 'polite' });
  readonly #slider = element('input', {
    type: 'range',
    class: 'slider',
    min: '0',
    max: String(MAX_SMOOTHING),
    step: '0.01',
    'aria-label': 'Smoothing',
    title: 'Smoothing: 0 is off, the raw curve stays behind',
  });
  readonly #smoothing = textField('Smoothing, 0 to 0.99', '', typed => {
    this.#typedSmoothing(typed);
  });
  readonly #axis = new SegmentedChoice('X axis', AXES, axis => {
    this.#events.change({ axis });
  });
  readonly #axisPicker = new Picker<XAxis>('X axis', axis => {
    this.#events.change({ axis });
  });
  readonly #logY = new ToggleButton('Log Y', 'Logarithmic y axis (L)', logY => {
    this.#events.change({ logY });
  });
  readonly #outliers = new ToggleButton(
    'Ignore outliers',
    'Ignore outliers when scaling y (O)',
    ignoreOutliers => {
      this.#events.change({ ignoreOutliers });
    },
  );
  readonly #options: HTMLElement;
  #preferences: DashboardPreferences;

  constructor(preferences: DashboardPreferences, events: ToolbarEvents) {
    this.#preferences = preferences;
    this.#events = events;
    this.#filter.classList.add('filter');
    this.#smoothing.classList.add('smoothing-number');
    this.#axisPicker.root.classList.add('axis-picker', 'narrow-only');
    const search = icon('search');
    search.slot = 'start';
    this.#filter.append(search, this.#count);
    this.#slider.addEventListener('input', () => {
      this.#events.change({ smoothing: Number(this.#slider.value) });
    });
    this.#options = element(
      'div',
      { class: 'toolbar-options' },
      element('span', { class: 'option' }, element('label', {}, 'Smoothing'), this.#slider, this.#smoothing),
      element('span', { class: 'option' }, element('label', {}, 'X'), this.#axis.root),
      element('span', { class: 'option' }, this.#logY.root, this.#outliers.root),
    );
    const settings = iconButton('settings', 'Smoothing, Axes, Outliers', () => {
      const open = this.#options.classList.toggle('open');
      settings.ariaExpanded = String(open);
    });
    settings.classList.add('narrow-only');
    const layout = iconButton('layout', 'Cards per Row', () => {
      this.#openLayout(layout);
    });
    layout.classList.add('wide-only');
    const exporting = iconButton('export', 'Export CSV...', () => {
      this.#openExport(exporting);
    });
    exporting.classList.add('wide-only');
    const more = iconButton('ellipsis', 'More Actions', () => {
      this.#openMore(more);
    });
    this.root = element(
      'div',
      { class: 'toolbar', role: 'toolbar', 'aria-label': 'Curves' },
      this.#filter,
      this.#axisPicker.root,
      this.#options,
      element('span', { class: 'grow' }),
      settings,
      layout,
      exporting,
      more,
    );
    this.root.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || !this.#options.classList.contains('open')) return;
      this.#options.classList.remove('open');
      settings.focus();
    });
    this.update(preferences);
  }

  update(preferences: DashboardPreferences): void {
    this.#preferences = preferences;
    if (this.#filter.value !== preferences.filter) this.#filter.value = preferences.filter;
    this.#slider.value = String(preferences.smoothing);
    this.#slider.style.setProperty('--part', String(preferences.smoothing / MAX_SMOOTHING));
    // Not while somebody types in it.
    if (!this.#smoothing.matches(':focus-within')) this.#smoothing.value = preferences.smoothing.toFixed(2);
    this.#axis.value = preferences.axis;
    this.#axisPicker.show(AXES, preferences.axis);
    this.#logY.on = preferences.logY;
    this.#outliers.on = preferences.ignoreOutliers;
  }

  /** How many tags the filter leaves; `problem` says what is wrong with it. */
  found(matching: number, all: number, problem: string | null): void {
    setText(this.#count, this.#preferences.filter === '' ? '' : `${matching} of ${all}`);
    this.#filter.classList.toggle('invalid', problem !== null);
    setAttribute(this.#filter, 'title', problem ?? '');
  }

  focusFilter(): void {
    this.#filter.focus();
  }

  #typedSmoothing(typed: string): void {
    const smoothing = Number(typed.replace(',', '.'));
    const valid = typed.trim() !== '' && smoothing >= 0 && smoothing <= MAX_SMOOTHING;
    this.#smoothing.classList.toggle('invalid', !valid);
    if (valid) this.#events.change({ smoothing });
  }

  #layoutItems(): MenuItem[] {
    const choices: readonly (readonly [DashboardPreferences['cardsPerRow'], string])[] = [
      ['auto', 'Cards per Row: Automatic'],
      [1, '1'],
      [2, '2'],
      [3, '3'],
      [4, '4'],
    ];
    return choices.map(([cardsPerRow, label]) => ({
      label,
      checked: this.#preferences.cardsPerRow === cardsPerRow,
      run: () => {
        this.#events.change({ cardsPerRow });
      },
    }));
  }

  #openLayout(anchor: HTMLElement): void {
    openMenu('Cards per Row', this.#layoutItems(), anchor);
  }

  #openExport(anchor: HTMLElement): void {
    const items = this.#events.exportable().map(tag => ({
      label: tag,
      run: () => {
        this.#events.exportCsv(tag);
      },
    }));
    if (items.length > 0) openMenu('Export CSV', items, anchor);
  }

  #openMore(anchor: HTMLElement): void {
    const items: MenuItem[] = [
      {
        label: 'Expand All Groups',
        run: () => {
          this.#events.collapseAll(false);
        },
      },
      {
        label: 'Collapse All Groups',
        run: () => {
          this.#events.collapseAll(true);
        },
      },
      {
        label: 'Reset Every Zoom',
        run: () => {
          this.#events.resetZooms();
        },
      },
      {
        label: 'Export CSV...',
        run: () => {
          this.#openExport(anchor);
        },
      },
    ];
    openMenu('More actions', items, anchor);
  }
}
