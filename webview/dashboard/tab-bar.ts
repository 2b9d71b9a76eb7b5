import { dashboardTabs, type DashboardTab } from '../../src/protocol/dashboard.ts';
import { element, setText } from '../shared/element.ts';
import { dashboardViews } from './dashboard-views.ts';
import type { TagIndex } from './runs/tag-index.ts';

/** The tabs, and at their right what belongs to all of them. */
export class TabBar {
  readonly root: HTMLElement;
  readonly #tabs = new Map<DashboardTab, { readonly node: HTMLButtonElement; readonly count: HTMLElement }>();
  readonly #reading = element('span', { class: 'reading number dim', role: 'status' });

  constructor(legend: HTMLElement, onChoose: (tab: DashboardTab) => void) {
    const list = element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Dashboard' });
    for (const tab of dashboardTabs) {
      const count = element('span', { class: 'tab-count' });
      const node = element(
        'button',
        { type: 'button', role: 'tab', class: 'tab', id: `tab-${tab}`, 'aria-controls': `panel-${tab}` },
        dashboardViews[tab].title,
        count,
      );
      node.addEventListener('click', () => {
        onChoose(tab);
      });
      this.#tabs.set(tab, { node, count });
      list.append(node);
    }
    list.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const nodes = [...this.#tabs.values()].map(({ node }) => node);
      const at = nodes.findIndex(node => node === document.activeElement);
      const next = nodes[(at + step + nodes.length) % nodes.length];
      next?.focus();
      next?.click();
    });
    this.root = element(
      'div',
      { class: 'tab-bar' },
      list,
      element('span', { class: 'grow' }),
      this.#reading,
      legend,
    );
    this.reading = null;
  }

  set selected(selected: DashboardTab) {
    for (const [tab, { node }] of this.#tabs) {
      node.classList.toggle('on', tab === selected);
      node.setAttribute('aria-selected', String(tab === selected));
      node.tabIndex = tab === selected ? 0 : -1;
    }
  }

  /** What each view has to show, where that is counted. */
  count(tags: TagIndex): void {
    for (const [tab, { count }] of this.#tabs) {
      const { counts } = dashboardViews[tab];
      const tagsThere = counts === null ? 0 : tags.of(counts).size;
      setText(count, tagsThere > 0 ? String(tagsThere) : '');
    }
  }

  /** `Reading 3 of 10 runs`, in the legend's place; null: everything has been read. */
  set reading(words: string | null) {
    setText(this.#reading, words ?? '');
    this.#reading.hidden = words === null;
    this.root.classList.toggle('is-reading', words !== null);
  }
}
