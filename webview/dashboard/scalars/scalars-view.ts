import { isOneOf, isRecordOf, isShape } from '../../../src/protocol/checks.ts';
import { defaultPreferences, type DashboardPreferences } from '../../../src/protocol/dashboard.ts';
import { isLive } from '../../../src/protocol/run.ts';
import type { TagInfo, XAxis } from '../../../src/protocol/series.ts';
import { element } from '../../shared/element.ts';
import { Crosshair } from '../charts/crosshair.ts';
import { Tooltip } from '../charts/tooltip.ts';
import type { DashboardContent, DashboardView, ViewServices } from '../dashboard-view.ts';
import type { RunsByTag } from '../runs/tag-index.ts';
import { CardGroup } from './card-group.ts';
import { CardKeys } from './card-keys.ts';
import { CardSet } from './card-set.ts';
import { LogProblems } from './log-problems.ts';
import { nearestTag } from './nearest-tag.ts';
import type { TooltipSort } from './readings.ts';
import type { CardContent, CardServices } from './scalar-card.ts';
import type { NoCards } from './scalars-message.ts';
import { ScalarsMessage } from './scalars-message.ts';
import { groupName, groupsOf, PINNED } from './shown-groups.ts';
import { groupTags, TagFilter } from './tag-groups.ts';
import { Toolbar } from './toolbar.ts';

/** What the view keeps over a reload of the page. */
interface KeptScalars {
  /** Order of a tag's tooltip, where it was chosen. */
  readonly sorts: Readonly<Record<string, TooltipSort>>;
}

const isKept = isShape<KeptScalars>({ sorts: isRecordOf(isOneOf<TooltipSort>('lowest', 'highest')) });

const AXES: readonly XAxis[] = ['step', 'relative', 'wall'];

/** The Scalars tab: a card for each tag. */
export class ScalarsView implements DashboardView {
  readonly root: HTMLElement;
  readonly #services: ViewServices;
  readonly #toolbar: Toolbar;
  readonly #problems: LogProblems;
  readonly #message: ScalarsMessage;
  readonly #scroll: HTMLElement;
  readonly #expandedLayer = element('div', { class: 'expanded-layer', hidden: '' });
  readonly #groups = new Map<string, CardGroup>();
  readonly #cards: CardSet;
  readonly #keys: CardKeys;
  #content: DashboardContent | null = null;
  #sorts: Readonly<Record<string, TooltipSort>>;
  #expanded: string | null = null;

  constructor(services: ViewServices) {
    this.#services = services;
    this.#sorts = services.kept(isKept)?.sorts ?? {};
    this.#problems = new LogProblems(services.numbers);
    this.#message = new ScalarsMessage({
      clearFilter: () => {
        services.change({ filter: '' });
        this.#toolbar.focusFilter();
      },
      filterFor: tag => {
        services.change({ filter: tag.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') });
        this.#toolbar.focusFilter();
      },
      showConsole: run => {
        services.reveal('console', run);
      },
    });
    this.#cards = new CardSet(this.#cardServices());
    this.#toolbar = this.#makeToolbar();
    this.#scroll = element('div', { class: 'scroll' }, this.#message.root);
    const frame = element('div', { class: 'scroll-frame' }, this.#scroll, this.#expandedLayer);
    this.root = element('div', { class: 'scalars' }, this.#toolbar.root, this.#problems.root, frame);
    this.#keys = this.#makeKeys(frame);
    services.theme.onChange(() => {
      for (const card of this.#cards.all()) card.repaint();
    });
  }

  update(content: DashboardContent): void {
    this.#content = content;
    this.#problems.update(content.runs);
    this.#toolbar.update(content.preferences);
    this.root.dataset['cardsPerRow'] = String(content.preferences.cardsPerRow);
    this.#render(content);
  }

  addPoints(run: string, tags: readonly string[]): void {
    for (const tag of tags) this.#cards.find(tag)?.addPoints(run, versionOf(this.#index.get(tag)?.get(run)));
  }

  get #index(): RunsByTag {
    return this.#services.tags.of('scalar');
  }

  #cardServices(): CardServices {
    const { frame, theme, numbers, request, say, post } = this.#services;
    const tooltip = new Tooltip(numbers);
    // Outside of the dashboard, whose edges would cut it off.
    document.body.append(tooltip.root);
    return {
      frame,
      theme,
      numbers,
      request,
      say,
      tooltip,
      crosshair: new Crosshair(frame),
      copy: text => {
        post({ type: 'copy', text });
      },
      exportCsv: tag => {
        post({ type: 'exportCsv', tag });
      },
      openOrigin: run => {
        post({ type: 'openOrigin', run });
      },
      plotRun: run => {
        post({ type: 'setPlotted', run, plotted: true });
      },
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
  }

  #makeToolbar(): Toolbar {
    return new Toolbar(defaultPreferences, {
      change: changed => {
        this.#services.change(changed);
      },
      exportable: () => this.#matching(new TagFilter(this.#content?.preferences.filter ?? '')).sort(),
      exportCsv: tag => {
        this.#services.post({ type: 'exportCsv', tag });
      },
      resetZooms: () => {
        for (const card of this.#cards.all()) card.resetZoom();
      },
      collapseAll: collapsed => {
        const prefixes = groupTags(this.#index.keys()).map(group => group.prefix);
        this.#services.change({ collapsed: collapsed ? prefixes : [] });
      },
    });
  }

  #makeKeys(grid: HTMLElement): CardKeys {
    const change = (changed: (preferences: DashboardPreferences) => Partial<DashboardPreferences>): void => {
      if (this.#content) this.#services.change(changed(this.#content.preferences));
    };
    return new CardKeys(grid, this.#cards, {
      focusFilter: () => {
        this.#toolbar.focusFilter();
      },
      toggleLogY: () => {
        change(({ logY }) => ({ logY: !logY }));
      },
      toggleOutliers: () => {
        change(({ ignoreOutliers }) => ({ ignoreOutliers: !ignoreOutliers }));
      },
      nextAxis: () => {
        change(({ axis }) => ({ axis: AXES[(AXES.indexOf(axis) + 1) % AXES.length] ?? 'step' }));
      },
      togglePin: tag => {
        this.#togglePin(tag);
      },
    });
  }

  #matching(filter: TagFilter): string[] {
    return [...this.#index.keys()].filter(tag => filter.matches(tag));
  }

  #render(content: DashboardContent): void {
    const { preferences } = content;
    const filter = new TagFilter(preferences.filter);
    const matching = this.#matching(filter);
    const pinned = preferences.pinned.filter(tag => matching.includes(tag));
    const groups = groupsOf(matching, pinned);
    const collapsed = new Set(preferences.collapsed);
    const open = new Set(groups.filter(({ key }) => !collapsed.has(key)).flatMap(({ tags }) => tags));
    if (this.#expanded !== null && !open.has(this.#expanded)) this.#expanded = null;

    this.#toolbar.found(matching.length, this.#index.size, filter.problem);
    this.#message.update(this.#noCards(content, matching.length));
    const focused = document.activeElement;
    this.#cards.keep(open);
    for (const { key, count, tags } of groups) {
      const isCollapsed = collapsed.has(key);
      const cards = isCollapsed ? [] : tags.map(tag => this.#cards.card(tag));
      for (const card of cards) card.update(this.#cardContent(card.tag, content, pinned.includes(card.tag)));
      const inPlace = cards.filter(card => card.tag !== this.#expanded);
      this.#group(key).update(
        count,
        isCollapsed,
        inPlace.map(card => card.root),
      );
    }
    this.#placeGroups(groups.map(({ key }) => key));
    this.#showExpanded();
    this.#keys.update();
    // A card that moved to another place lost the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.root.contains(focused))
      focused.focus({ preventScroll: true });
  }

  #group(key: string): CardGroup {
    let group = this.#groups.get(key);
    if (!group) {
      group = new CardGroup(groupName(key), () => {
        this.#toggleCollapsed(key);
      });
      if (key === PINNED) group.root.classList.add('pinned-group');
      this.#groups.set(key, group);
    }
    return group;
  }

  #placeGroups(keys: readonly string[]): void {
    for (const key of this.#groups.keys()) if (!keys.includes(key)) this.#groups.delete(key);
    const nodes = [this.#message.root, ...keys.map(key => this.#group(key).root)];
    const same =
      nodes.length === this.#scroll.childElementCount &&
      nodes.every((node, index) => this.#scroll.children[index] === node);
    if (same) return;
    const { scrollTop } = this.#scroll;
    this.#scroll.replaceChildren(...nodes);
    this.#scroll.scrollTop = scrollTop;
  }

  #cardContent(tag: string, { runs, hidden, preferences }: DashboardContent, pinned: boolean): CardContent {
    const infos = this.#index.get(tag);
    const having = runs.filter(run => infos?.has(run.id));
    const plotted = having.filter(run => run.plotted);
    return {
      runs: plotted
        .filter(run => !hidden.has(run.id))
        .map(({ id, name, series, state, origin, checkpoints }) => ({
          id,
          name,
          series,
          failed: state === 'failed',
          origin,
          checkpoints,
          version: versionOf(infos?.get(id)),
        })),
      onlyIn: plotted.length === 0 ? (having[0] ?? null) : null,
      preferences,
      pinned,
      sort: this.#sorts[tag] ?? null,
    };
  }

  #noCards({ runs, starting, preferences }: DashboardContent, matching: number): NoCards | null {
    if (matching > 0) return null;
    const { filter } = preferences;
    if (this.#index.size > 0)
      return { why: 'no-match', filter, nearest: nearestTag(filter, this.#index.keys()) };
    if (starting || runs.some(run => run.loading)) return { why: 'loading' };
    const waiting = runs.find(run => run.state !== null && isLive(run.state));
    const { lastLine } = this.#services.console;
    return waiting ? { why: 'waiting', run: waiting.id, lastConsoleLine: lastLine } : { why: 'no-scalars' };
  }

  // ---- pin, fold, expand ----

  #togglePin(tag: string): void {
    this.#services.change({ pinned: toggled(this.#content?.preferences.pinned ?? [], tag) });
  }

  #toggleCollapsed(key: string): void {
    this.#services.change({ collapsed: toggled(this.#content?.preferences.collapsed ?? [], key) });
  }

  #sortTooltip(tag: string, sort: TooltipSort): void {
    this.#sorts = { ...this.#sorts, [tag]: sort };
    this.#services.keep({ sorts: this.#sorts } satisfies KeptScalars);
    if (this.#content) this.#render(this.#content);
  }

  #toggleExpanded(tag: string): void {
    this.#expanded = this.#expanded === tag ? null : tag;
    if (this.#content) this.#render(this.#content);
    this.#cards.find(tag)?.plot.focus();
  }

  #showExpanded(): void {
    for (const card of this.#cards.all()) card.setExpanded(card.tag === this.#expanded);
    const card = this.#expanded === null ? undefined : this.#cards.find(this.#expanded);
    this.#expandedLayer.hidden = card === undefined;
    if (card && card.root.parentElement !== this.#expandedLayer)
      this.#expandedLayer.replaceChildren(card.root);
  }
}

function toggled(names: readonly string[], name: string): readonly string[] {
  return names.includes(name) ? names.filter(other => other !== name) : [...names, name];
}

/** Changes when a tag has new points. */
function versionOf(info: TagInfo | undefined): string {
  return info ? [info.count, info.newestStep, info.newestValue].join() : '';
}
