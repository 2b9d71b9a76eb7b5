import { dashboardTabs, type DashboardTab } from '../../src/protocol/dashboard.ts';
import { messageOf } from '../../src/protocol/error-message.ts';
import { element } from '../shared/element.ts';
import { dashboardViews } from './dashboard-views.ts';
import type { DashboardContent, DashboardView, ViewServices } from './dashboard-view.ts';

/** The places of the views below the tabs. A view is made when it is looked at for the first time. */
export class ViewPanels {
  readonly #servicesOf: (tab: DashboardTab) => ViewServices;
  readonly #panels = new Map<DashboardTab, HTMLElement>();
  readonly #views = new Map<DashboardTab, DashboardView>();
  readonly #coming = new Set<DashboardTab>();
  #tab: DashboardTab | null = null;
  #content: DashboardContent | null = null;

  constructor(servicesOf: (tab: DashboardTab) => ViewServices) {
    this.#servicesOf = servicesOf;
    for (const tab of dashboardTabs) {
      const attributes = { role: 'tabpanel', id: `panel-${tab}`, 'aria-labelledby': `tab-${tab}` };
      this.#panels.set(tab, element('section', { class: 'panel', ...attributes }));
    }
  }

  get roots(): readonly HTMLElement[] {
    return [...this.#panels.values()];
  }

  /** Shows that tab's view, with all that it is to show. */
  update(tab: DashboardTab, content: DashboardContent): void {
    this.#content = content;
    if (tab !== this.#tab) this.#turnTo(tab);
    this.#views.get(tab)?.update(content);
  }

  addPoints(run: string, tags: readonly string[]): void {
    if (this.#tab !== null) this.#views.get(this.#tab)?.addPoints?.(run, tags);
  }

  #turnTo(tab: DashboardTab): void {
    if (this.#tab !== null) this.#views.get(this.#tab)?.hide?.();
    this.#tab = tab;
    for (const [name, panel] of this.#panels) panel.hidden = name !== tab;
    const view = this.#views.get(tab);
    if (view) view.show?.();
    else this.#load(tab);
  }

  #load(tab: DashboardTab): void {
    if (this.#coming.has(tab)) return;
    const loading = dashboardViews[tab].load(this.#servicesOf(tab));
    if (!(loading instanceof Promise)) {
      this.#add(tab, loading);
      return;
    }
    this.#coming.add(tab);
    loading.then(
      view => {
        this.#add(tab, view);
        if (tab === this.#tab && this.#content) view.update(this.#content);
      },
      (error: unknown) => {
        this.#coming.delete(tab);
        this.#refuse(tab, error);
      },
    );
  }

  #add(tab: DashboardTab, view: DashboardView): void {
    this.#views.set(tab, view);
    this.#panels.get(tab)?.replaceChildren(view.root);
    if (tab === this.#tab) view.show?.();
  }

  /** Its file is not there any more, for instance after an update. */
  #refuse(tab: DashboardTab, error: unknown): void {
    const reason = messageOf(error);
    const words = `${dashboardViews[tab].title} could not be loaded: ${reason}. Close the dashboard and open it again.`;
    this.#panels.get(tab)?.replaceChildren(element('p', { class: 'message', role: 'alert' }, words));
  }
}
