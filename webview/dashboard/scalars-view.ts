import type { DashboardPreferences, DashboardRun } from '../../src/protocol/dashboard.ts';
import { isLive } from '../../src/protocol/run.ts';
import type { TagInfo, XAxis } from '../../src/protocol/series.ts';
import { button, linkButton } from '../shared/controls.ts';
import { element } from '../shared/element.ts';
import { CardGroup } from './card-group.ts';
import { LogProblems } from './log-problems.ts';
import type { TooltipSort } from './readings.ts';
import type { CardContent, CardServices } from './scalar-card.ts';
import { ScalarCard } from './scalar-card.ts';
import { groupTags, TagFilter } from './tag-groups.ts';
import { Toolbar } from './toolbar.ts';

export interface ScalarsServices extends Omit<CardServices, 'togglePin' | 'toggleExpanded' | 'sortTooltip'> {
  change(preferences: Partial<DashboardPreferences>): void;
  /** Remembers the order of a tag's tooltip. */
  sorted(sorts: Readonly<Record<string, TooltipSort>>): void;
  showConsole(run: string): void;
}

export interface ScalarsContent {
  readonly runs: readonly DashboardRun[];
  /** There has been no snapshot of the runs yet. */
  readonly starting: boolean;
  readonly hidden: ReadonlySet<string>;
  readonly preferences: DashboardPreferences;
  /** The newest console line of a run that has not taken a step yet. */
  readonly lastConsoleLine: string;
}

/** So far outside of the window a card already gets its curves, in CSS pixels. */
const AHEAD = 200;
const AXES: readonly XAxis[] = ['step', 'relative', 'wall'];
/** Tags without a prefix. */
const UNGROUPED = 'General';

/** The Scalars tab: a card for each tag. */
export class ScalarsView {
  readonly root: HTMLElement;
  readonly toolbar: Toolbar;
  readonly #services: ScalarsServices;
  readonly #cardServices: CardServices;
  readonly #scroll = element('div', { class: 'scroll' });
  readonly #groups = new Map<string, CardGroup>();
  readonly #cards = new Map<string, ScalarCard>();
  readonly #observer: IntersectionObserver;
  readonly #problems: LogProblems;
  readonly #message = element('div', { class: 'message', hidden: '' });
  readonly #expandedLayer = element('div', { class: 'expanded-layer', hidden: '' });
  #content: ScalarsContent | null = null;
  #index: ReadonlyMap<string, ReadonlyMap<string, TagInfo>> = new Map();
  #sorts: Readonly<Record<string, TooltipSort>>;
  #expanded: string | null = null;
  /** The card that the Tab key reaches. */
  #current: ScalarCard | null = null;
  #shownMessage = '';

  constructor(
    preferences: DashboardPreferences,
    sorts: Readonly<Record<string, TooltipSort>>,
    services: ScalarsServices,
  ) {
    this.#services = services;
    this.#sorts = sorts;
    this.#problems = new LogProblems(services.numbers);
    this.#cardServices = {
      ...services,
      togglePin: tag => {
        this.#togglePin(tag);
      },
      toggleExpanded: tag => {
        this.#toggleExpanded(tag);
      },
      sortTooltip: (tag, sort) => {
        this.#sortTooltip(tag, sort);
      },
    };
    this.toolbar = new Toolbar(preferences, {
      change: changed => {
        services.change(changed);
      },
      exportable: () => this.#matching(),
      exportCsv: tag => {
        services.exportCsv(tag);
      },
      resetZooms: () => {
        for (const card of this.#cards.values()) card.resetZoom();
      },
      collapseAll: collapsed => {
        services.change({
          collapsed: collapsed ? groupTags(this.#index.keys()).map(group => group.prefix) : [],
        });
      },
    });
    this.root = element(
      'div',
      { class: 'scalars' },
      this.toolbar.root,
      this.#problems.root,
      element('div', { class: 'scroll-frame' }, this.#scroll, this.#expandedLayer),
    );
    this.#scroll.append(this.#message);
    this.#observer = new IntersectionObserver(
      entries => {
        for (const entry of entries) this.#cardOf(entry.target)?.setVisible(entry.isIntersecting);
      },
      { rootMargin: `${AHEAD}px` },
    );
    this.root.addEventListener('keydown', event => {
      this.#key(event);
    });
    this.root.addEventListener('focusin', event => {
      const card = this.#cardOf(event.target instanceof Element ? event.target.closest('.card') : null);
      if (card) this.#makeCurrent(card);
    });
    services.theme.onChange(() => {
      for (const card of this.#cards.values()) card.repaint();
    });
  }

  /** Tags that some run has. */
  get count(): number {
    return this.#index.size;
  }

  update(content: ScalarsContent): void {
    this.#content = content;
    this.#index = indexTags(content.runs);
    this.#problems.update(content.runs);
    this.toolbar.update(content.preferences);
    this.root.dataset['cardsPerRow'] = String(content.preferences.cardsPerRow);
    this.#render(content);
  }

  #matching(): string[] {
    const filter = new TagFilter(this.#content?.preferences.filter ?? '');
    return [...this.#index.keys()].filter(tag => filter.matches(tag)).sort();
  }

  #render(content: ScalarsContent): void {
    const { preferences } = content;
    const filter = new TagFilter(preferences.filter);
    const matching = [...this.#index.keys()].filter(tag => filter.matches(tag));
    this.toolbar.found(matching.length, this.#index.size, filter.problem);
    const pinned = preferences.pinned.filter(tag => matching.includes(tag));
    const collapsed = new Set(preferences.collapsed);
    const groups = [
      ...(pinned.length > 0 ? [{ key: PINNED, name: 'Pinned', all: pinned, tags: pinned }] : []),
      ...groupTags(matching).map(({ prefix, tags }) => ({
        key: prefix,
        name: prefix === '' ? UNGROUPED : `${prefix}/`,
        all: tags,
        tags: tags.filter(tag => !pinned.includes(tag)),
      })),
    ].filter(group => group.tags.length > 0);

    const needed = new Set(groups.filter(({ key }) => !collapsed.has(key)).flatMap(({ tags }) => tags));
    if (this.#expanded !== null && !needed.has(this.#expanded)) this.#expanded = null;
    this.#removeCards(needed);
    const focused = document.activeElement;
    this.#removeGroups(new Set(groups.map(({ key }) => key)));
    for (const { key, name, all, tags } of groups) {
      const cards = collapsed.has(key) ? [] : tags.map(tag => this.#card(tag));
      for (const card of cards) card.update(this.#cardContent(card.tag, content, pinned.includes(card.tag)));
      const group = this.#group(key, name);
      group.update(
        all.length,
        collapsed.has(key),
        cards.filter(card => card.tag !== this.#expanded).map(({ root }) => root),
      );
      this.#scroll.append(...(this.#scroll.lastElementChild === group.root ? [] : [group.root]));
    }
    this.#showExpanded();
    this.#showMessage(content, matching.length);
    if (!this.#current || !needed.has(this.#current.tag))
      this.#makeCurrent(this.#cards.values().next().value ?? null);
    // A card that moved to another place lost the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.root.contains(focused))
      focused.focus({ preventScroll: true });
  }

  #group(key: string, name: string): CardGroup {
    let group = this.#groups.get(key);
    if (!group) {
      group = new CardGroup(name, () => {
        this.#toggleCollapsed(key);
      });
      if (key === PINNED) group.root.classList.add('pinned-group');
      this.#groups.set(key, group);
    }
    return group;
  }

  #removeGroups(needed: ReadonlySet<string>): void {
    for (const [key, group] of this.#groups) {
      if (needed.has(key)) continue;
      group.root.remove();
      this.#groups.delete(key);
    }
  }

  #card(tag: string): ScalarCard {
    let card = this.#cards.get(tag);
    if (!card) {
      card = new ScalarCard(tag, this.#cardServices);
      this.#cards.set(tag, card);
      this.#observer.observe(card.root);
    }
    return card;
  }

  #removeCards(needed: ReadonlySet<string>): void {
    for (const [tag, card] of this.#cards) {
      if (needed.has(tag)) continue;
      this.#observer.unobserve(card.root);
      card.dispose();
      this.#cards.delete(tag);
    }
  }

  #cardOf(node: Element | null): ScalarCard | undefined {
    return [...this.#cards.values()].find(card => card.root === node);
  }

  #cardContent(tag: string, { runs, hidden, preferences }: ScalarsContent, pinned: boolean): CardContent {
    const infos = this.#index.get(tag);
    const having = runs.filter(run => infos?.has(run.id));
    const plotted = having.filter(run => run.plotted);
    return {
      runs: plotted
        .filter(run => !hidden.has(run.id))
        .map(({ id, name, series, state, checkpoints }) => ({
          id,
          name,
          series,
          failed: state === 'failed',
          checkpoints,
          version: versionOf(infos?.get(id)),
        })),
      onlyIn: plotted.length === 0 ? (having[0] ?? null) : null,
      preferences,
      pinned,
      sort: this.#sorts[tag] ?? null,
    };
  }

  // ---- what there is to say instead of cards ----

  #showMessage(content: ScalarsContent, matching: number): void {
    const message = this.#messageFor(content, matching);
    const key = message === null ? '' : JSON.stringify([message.kind, message.key]);
    if (key === this.#shownMessage) return;
    this.#shownMessage = key;
    this.#message.hidden = message === null;
    this.#message.replaceChildren(...(message?.nodes ?? []));
    this.#message.className = `message ${message?.kind ?? ''}`;
  }

  #messageFor(
    { runs, starting, preferences, lastConsoleLine }: ScalarsContent,
    matching: number,
  ): { kind: string; key: string; nodes: readonly HTMLElement[] } | null {
    if (this.#index.size > 0) {
      return matching > 0
        ? null
        : { kind: 'no-match', key: preferences.filter, nodes: this.#noMatch(preferences.filter) };
    }
    if (starting || runs.some(run => run.loading)) {
      return {
        kind: 'placeholders',
        key: '',
        nodes: [1, 2, 3].map(() => element('div', { class: 'placeholder' })),
      };
    }
    const waiting = runs.find(run => run.state !== null && isLive(run.state));
    if (waiting) {
      return {
        kind: 'waiting',
        key: `${waiting.id} ${lastConsoleLine}`,
        nodes: this.#waiting(waiting.id, lastConsoleLine),
      };
    }
    return { kind: 'nothing', key: '', nodes: [element('span', {}, 'These runs wrote no scalars.')] };
  }

  #noMatch(filter: string): HTMLElement[] {
    const clear = button('Clear Filter', 'secondary', () => {
      this.#services.change({ filter: '' });
      this.toolbar.focusFilter();
    });
    return [element('span', {}, 'No tag matches ', element('code', {}, filter), '.'), clear];
  }

  #waiting(run: string, lastLine: string): HTMLElement[] {
    const nodes: HTMLElement[] = [element('span', {}, 'Waiting for the first step')];
    if (lastLine !== '') nodes.push(element('code', { class: 'ellipsis' }, lastLine));
    nodes.push(
      linkButton('Show Console', () => {
        this.#services.showConsole(run);
      }),
    );
    return nodes;
  }

  // ---- pin, fold, expand ----

  #togglePin(tag: string): void {
    const pinned = this.#content?.preferences.pinned ?? [];
    this.#services.change({
      pinned: pinned.includes(tag) ? pinned.filter(other => other !== tag) : [...pinned, tag],
    });
  }

  #toggleCollapsed(key: string): void {
    const collapsed = this.#content?.preferences.collapsed ?? [];
    this.#services.change({
      collapsed: collapsed.includes(key) ? collapsed.filter(other => other !== key) : [...collapsed, key],
    });
  }

  #sortTooltip(tag: string, sort: TooltipSort): void {
    this.#sorts = { ...this.#sorts, [tag]: sort };
    this.#services.sorted(this.#sorts);
    if (this.#content) this.#render(this.#content);
  }

  #toggleExpanded(tag: string): void {
    this.#expanded = this.#expanded === tag ? null : tag;
    if (this.#content) this.#render(this.#content);
    this.#cards.get(tag)?.plot.focus();
  }

  #showExpanded(): void {
    for (const card of this.#cards.values()) card.setExpanded(card.tag === this.#expanded);
    const card = this.#expanded === null ? undefined : this.#cards.get(this.#expanded);
    this.#expandedLayer.hidden = card === undefined;
    if (card && card.root.parentElement !== this.#expandedLayer)
      this.#expandedLayer.replaceChildren(card.root);
  }

  // ---- keys ----

  #makeCurrent(card: ScalarCard | null): void {
    if (this.#current) this.#current.plot.tabIndex = -1;
    this.#current = card;
    if (card) card.plot.tabIndex = 0;
  }

  #key(event: KeyboardEvent): void {
    const card = this.#cardOf(event.target instanceof Element ? event.target.closest('.card') : null);
    if (!card || event.altKey || event.metaKey || event.ctrlKey) return;
    const onPlot = event.target === card.plot;
    const handled =
      (onPlot && (card.key(event) || this.#move(card, event.key))) || this.#shortcut(card, event.key);
    if (handled) event.preventDefault();
  }

  #shortcut(card: ScalarCard, key: string): boolean {
    const preferences = this.#content?.preferences;
    if (!preferences) return false;
    switch (key.toLowerCase()) {
      case '/':
        this.toolbar.focusFilter();
        return true;
      case 'l':
        this.#services.change({ logY: !preferences.logY });
        return true;
      case 'o':
        this.#services.change({ ignoreOutliers: !preferences.ignoreOutliers });
        return true;
      case 'x':
        this.#services.change({ axis: AXES[(AXES.indexOf(preferences.axis) + 1) % AXES.length] ?? 'step' });
        return true;
      case 'p':
        this.#togglePin(card.tag);
        return true;
      case 'c':
        card.copyValues();
        return true;
      default:
        return false;
    }
  }

  /** To the next card in reading order, or the nearest of the row above or below. */
  #move(from: ScalarCard, key: string): boolean {
    const cards = this.#expanded === null ? this.#inOrder() : [from];
    const at = cards.indexOf(from);
    const target = {
      ArrowLeft: cards[at - 1],
      ArrowRight: cards[at + 1],
      ArrowUp: nearestInRow(from, cards.slice(0, Math.max(0, at)).reverse()),
      ArrowDown: nearestInRow(from, cards.slice(at + 1)),
    }[key];
    if (!['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].includes(key)) return false;
    target?.plot.focus();
    return true;
  }

  #inOrder(): ScalarCard[] {
    return [...this.#scroll.querySelectorAll('.card')].flatMap(node => this.#cardOf(node) ?? []);
  }
}

/** No prefix can be this: it has no slash before it. */
const PINNED = '/pinned';

/** Of the first row in `others` that is not the row of `from`, the card nearest below or above it. */
function nearestInRow(from: ScalarCard, others: readonly ScalarCard[]): ScalarCard | undefined {
  const origin = from.root.getBoundingClientRect();
  const placed = others.map(card => ({ card, rect: card.root.getBoundingClientRect() }));
  const first = placed.find(({ rect }) => rect.top !== origin.top);
  if (!first) return undefined;
  const centre = origin.left + origin.width / 2;
  return placed
    .filter(({ rect }) => rect.top === first.rect.top)
    .sort(
      (a, b) =>
        Math.abs(a.rect.left + a.rect.width / 2 - centre) - Math.abs(b.rect.left + b.rect.width / 2 - centre),
    )[0]?.card;
}

/** Scalar tags, each with the runs that have it. */
function indexTags(runs: readonly DashboardRun[]): Map<string, Map<string, TagInfo>> {
  const index = new Map<string, Map<string, TagInfo>>();
  for (const run of runs) {
    for (const info of run.tags) {
      if (info.kind !== 'scalar') continue;
      let infos = index.get(info.tag);
      if (!infos) {
        infos = new Map<string, TagInfo>();
        index.set(info.tag, infos);
      }
      infos.set(run.id, info);
    }
  }
  return index;
}

function versionOf(info: TagInfo | undefined): string {
  return info ? [info.count, info.newestStep, info.newestValue].join() : '';
}
