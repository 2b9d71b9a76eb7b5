import type { DashboardRequests } from '../../../src/protocol/dashboard.ts';
import type { Ask } from '../../../src/protocol/requests.ts';
import { element, setAttribute } from '../../shared/element.ts';
import type { Frame } from '../../shared/frame.ts';
import { Paced } from '../../shared/paced.ts';
import type { Theme } from '../../shared/theme.ts';
import type { ChartCurve } from '../charts/picture.ts';
import { swatch } from '../charts/run-style.ts';
import { isAccuracy } from '../charts/value-format.ts';
import type { CrosshairServices, CrosshairTarget } from './card-crosshair.ts';
import { CardCrosshair } from './card-crosshair.ts';
import type { CardRun } from './card-curves.ts';
import { CardCurves } from './card-curves.ts';
import type { PlotContent } from './card-plot.ts';
import { CardPlot } from './card-plot.ts';
import { CardTools } from './card-tools.ts';
import type { TooltipSort } from './readings.ts';
import { tagLeaf } from './tag-groups.ts';

export interface CardContent extends Pick<PlotContent, 'preferences' | 'onlyIn'> {
  /** Plotted, not hidden, with this tag; the first is in front. */
  readonly runs: readonly CardRun[];
  readonly pinned: boolean;
  /** Order of the tooltip; null: what suits the tag. */
  readonly sort: TooltipSort | null;
}

/** What all cards share, and what they ask of the dashboard. */
export interface CardServices extends CrosshairServices {
  readonly frame: Frame;
  readonly theme: Theme;
  readonly request: Ask<DashboardRequests>;
  copy(text: string): void;
  exportCsv(tag: string): void;
  plotRun(run: string): void;
  openOrigin(run: string): void;
  togglePin(tag: string): void;
  toggleExpanded(tag: string): void;
  sortTooltip(tag: string, sort: TooltipSort): void;
}

/** People read numbers; four changes a second are enough. Milliseconds. */
const NUMBER_INTERVAL = 250;
const ZOOM_STEP = 0.8;
/** Values in a header, at most; the tooltip has all. */
const MAX_HEADER_VALUES = 8;
/** The most that a query may ask for. */
const MAX_PIXELS = 32_768;

/** One tag: a header with the newest values, the plot, tools, and the keys that reach all of it. */
export class ScalarCard {
  readonly root: HTMLElement;
  readonly tag: string;
  readonly #services: CardServices;
  readonly #values = element('span', { class: 'card-values' });
  readonly #prefix = element('span', { class: 'dim' });
  readonly #tools: CardTools;
  readonly #curves: CardCurves;
  readonly #plot: CardPlot;
  readonly #crosshair: CardCrosshair;
  readonly #readNumbers = new Paced(NUMBER_INTERVAL, () => {
    this.#showNumbers();
  });
  readonly #draw = (): void => {
    this.#drawCard();
  };
  readonly #ask = (): void => {
    this.#refresh();
  };
  readonly #stopFollowing: () => void;
  #content: CardContent | null = null;
  #visible = false;
  #expanded = false;

  constructor(tag: string, services: CardServices) {
    this.tag = tag;
    this.#services = services;
    this.#curves = new CardCurves(tag, services.request, () => {
      services.frame.request(this.#draw);
    });
    this.#plot = new CardPlot(tag, {
      theme: services.theme,
      numbers: services.numbers,
      zoomed: () => {
        // Asked once a frame, however often the wheel turns.
        services.frame.request(this.#ask);
      },
      point: at => {
        this.#crosshair.point(at);
      },
      plotRun: run => {
        services.plotRun(run);
      },
      openOrigin: run => {
        services.openOrigin(run);
      },
    });
    this.#crosshair = new CardCrosshair(services, () => this.#crosshairTarget());
    this.#tools = new CardTools(tag, {
      togglePin: () => {
        services.togglePin(tag);
      },
      toggleExpanded: () => {
        services.toggleExpanded(tag);
      },
      toggleTable: () => {
        this.#toggleTable();
      },
      copyValues: () => {
        this.copyValues();
      },
      exportCsv: () => {
        services.exportCsv(tag);
      },
      resetZoom: () => {
        this.resetZoom();
      },
      sort: sort => {
        services.sortTooltip(tag, sort);
      },
    });
    const leaf = tagLeaf(tag);
    this.#prefix.textContent = tag.slice(0, tag.length - leaf.length);
    const title = element('span', { class: 'card-title', title: tag }, this.#prefix, element('b', {}, leaf));
    // The tools stand in the header on the screen, but come after the plot in the tab order.
    this.root = element(
      'article',
      { class: 'card' },
      element('header', { class: 'card-header' }, title, this.#values),
      this.plot,
      this.#tools.root,
    );
    this.#listen();
    this.#stopFollowing = services.crosshair.follow(() => {
      this.#crosshair.show();
    });
  }

  /** What has the focus when the card has it. */
  get plot(): HTMLElement {
    return this.#plot.root;
  }

  /** In the window, or near it. What cannot be seen asks for nothing and draws nothing. */
  setVisible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    if (visible) {
      this.#refresh();
      return;
    }
    this.#curves.rest();
    this.#services.frame.cancel(this.#draw);
    this.#readNumbers.cancel();
    this.#plot.clear();
  }

  setExpanded(expanded: boolean): void {
    if (expanded === this.#expanded) return;
    this.#expanded = expanded;
    this.root.classList.toggle('expanded', expanded);
    this.#updateTools();
    if (this.#visible) this.#services.frame.request(this.#draw);
  }

  update(content: CardContent): void {
    this.#content = content;
    this.root.classList.toggle('pinned', content.pinned);
    this.#curves.setRuns(content.runs);
    this.#updateTools();
    if (this.#visible) this.#refresh();
  }

  /** The tag has new points in a run, which makes it that version. */
  addPoints(run: string, version: string): void {
    this.#curves.addPoints(run, version);
  }

  /** The theme's colours changed. */
  repaint(): void {
    this.#plot.clear();
    if (this.#visible) this.#services.frame.request(this.#draw);
  }

  dispose(): void {
    this.setVisible(false);
    this.#stopFollowing();
    this.root.remove();
  }

  /** A key while the plot has the focus; the answer says whether it was for the card. */
  key(event: KeyboardEvent): boolean {
    if (this.#crosshair.entered && this.#crosshair.key(event)) return true;
    switch (event.key) {
      case 'Enter':
        this.#crosshair.enter();
        return true;
      case 'Escape':
        if (this.#expanded) this.#services.toggleExpanded(this.tag);
        return this.#expanded;
      case 'ContextMenu':
        this.#tools.openMenu(this.plot);
        return true;
      case 'F10':
        if (event.shiftKey) this.#tools.openMenu(this.plot);
        return event.shiftKey;
      case '+':
      case '=':
        this.#plot.zoomBy(ZOOM_STEP);
        return true;
      case '-':
        this.#plot.zoomBy(1 / ZOOM_STEP);
        return true;
      case '0':
        this.resetZoom();
        return true;
      default:
        return false;
    }
  }

  copyValues(): void {
    const lines = this.#shownCurves().map(({ name, window: { newest } }) =>
      newest ? [name, newest.step, newest.value, newest.smoothed].join('\t') : name,
    );
    this.#services.copy([['run', 'step', this.tag, 'smoothed'].join('\t'), ...lines].join('\n'));
    this.#services.say(`Values of ${this.tag} copied`);
  }

  resetZoom(): void {
    this.#plot.resetZoom();
  }

  #listen(): void {
    this.root.addEventListener('pointerenter', () => {
      this.#tools.show();
    });
    this.root.addEventListener('focusin', () => {
      this.#tools.show();
    });
    this.plot.addEventListener('blur', () => {
      this.#crosshair.leave();
    });
    new ResizeObserver(() => {
      if (this.#visible) this.#services.frame.request(this.#ask);
    }).observe(this.plot);
  }

  #refresh(): void {
    if (!this.#content || !this.#visible) return;
    const { axis, smoothing } = this.#content.preferences;
    const pixels = Math.round(this.plot.clientWidth * window.devicePixelRatio);
    this.#curves.want({
      axis,
      smoothing,
      range: this.#plot.range,
      pixels: Math.min(MAX_PIXELS, Math.max(1, pixels)),
    });
    this.#services.frame.request(this.#draw);
  }

  #shownCurves(): ChartCurve[] {
    return this.#curves.curves(this.#services.theme.palette.highContrast);
  }

  #drawCard(): void {
    const content = this.#content;
    if (!content || !this.#visible || this.plot.clientWidth === 0) return;
    this.#plot.draw({
      curves: this.#shownCurves(),
      preferences: content.preferences,
      tall: content.pinned || this.#expanded,
      onlyIn: content.onlyIn,
      failure: this.#curves.failure,
    });
    this.#crosshair.show();
    this.#readNumbers.request();
  }

  #showNumbers(): void {
    const { picture } = this.#plot;
    if (!picture) return;
    const newest = picture.curves.flatMap(({ name, series, window }) => {
      if (!window.newest) return [];
      const value = picture.smoothed ? window.newest.smoothed : window.newest.value;
      return [{ name, series, words: picture.format.brief(value) }];
    });
    this.#values.replaceChildren(
      ...newest
        .slice(0, MAX_HEADER_VALUES)
        .map(({ name, series, words }) => element('span', { title: name }, swatch(series), words)),
    );
    const spoken = newest.map(({ name, words }) => `${name} ${words}`).join(', ');
    setAttribute(this.plot, 'aria-label', spoken ? `${this.tag}: ${spoken}` : this.tag);
  }

  #crosshairTarget(): CrosshairTarget | null {
    const { chart, picture } = this.#plot;
    if (!chart || !picture || !this.#content) return null;
    return {
      chart,
      picture,
      axis: this.#content.preferences.axis,
      sort: this.#sort(),
      firstWallTime: run => this.#curves.firstWallTime(run),
    };
  }

  #sort(): TooltipSort {
    return this.#content?.sort ?? (isAccuracy(this.tag) ? 'highest' : 'lowest');
  }

  #updateTools(): void {
    const pinned = this.#content?.pinned ?? false;
    // In its group's place the prefix is the group's heading.
    this.#prefix.hidden = !pinned && !this.#expanded;
    this.#tools.update({ pinned, expanded: this.#expanded, table: this.#plot.isTable, sort: this.#sort() });
  }

  #toggleTable(): void {
    this.#plot.toggleTable();
    this.#updateTools();
    this.#services.frame.request(this.#draw);
  }
}
