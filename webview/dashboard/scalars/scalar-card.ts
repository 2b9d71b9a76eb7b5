import type { DashboardPreferences } from '../../../src/protocol/dashboard.ts';
import { linkButton } from '../../shared/controls.ts';
import { element, setAttribute } from '../../shared/element.ts';
import type { Frame } from '../../shared/frame.ts';
import { Paced } from '../../shared/paced.ts';
import type { Theme } from '../../shared/theme.ts';
import type { CrosshairServices, CrosshairTarget } from './card-crosshair.ts';
import { CardCrosshair } from './card-crosshair.ts';
import type { CardRun } from './card-curves.ts';
import { CardCurves } from './card-curves.ts';
import { cardTable } from './card-table.ts';
import { CardTools } from './card-tools.ts';
import { Chart } from '../charts/chart.ts';
import type { ChartCurve, Picture } from '../charts/picture.ts';
import type { Range } from '../charts/ranges.ts';
import { xRange, yRange } from '../charts/ranges.ts';
import type { TooltipSort } from './readings.ts';
import { swatch } from '../charts/run-style.ts';
import type { SeriesRequests } from './series-requests.ts';
import { tagLeaf } from './tag-groups.ts';
import { isAccuracy, valueFormat } from '../charts/value-format.ts';

export interface CardContent {
  /** Plotted, not hidden, with this tag; the first is in front. */
  readonly runs: readonly CardRun[];
  /** A run that has the tag and is not plotted, when none of those that are has it. */
  readonly onlyIn: { readonly id: string; readonly name: string } | null;
  readonly preferences: DashboardPreferences;
  readonly pinned: boolean;
  /** Order of the tooltip; null: what suits the tag. */
  readonly sort: TooltipSort | null;
}

/** What all cards share, and what they ask of the dashboard. */
export interface CardServices extends CrosshairServices {
  readonly frame: Frame;
  readonly theme: Theme;
  readonly requests: SeriesRequests;
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

/** One tag's curves: header with the newest values, plot, tools. */
export class ScalarCard {
  readonly root: HTMLElement;
  /** What has the focus when the card has it. */
  readonly plot = element('div', { class: 'plot', role: 'img', tabindex: '-1' });
  readonly tag: string;
  readonly #services: CardServices;
  readonly #values = element('span', { class: 'card-values' });
  readonly #prefix = element('span', { class: 'dim' });
  readonly #message = element('div', { class: 'card-message' });
  readonly #tools: CardTools;
  readonly #curves: CardCurves;
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
  #chart: Chart | null = null;
  /** The layout that the chart was made for. */
  #layout = '';
  #picture: Picture | null = null;
  #visible = false;
  #expanded = false;
  #table = false;
  #zoomX: Range | null = null;
  #zoomY: Range | null = null;

  constructor(tag: string, services: CardServices) {
    this.tag = tag;
    // Until there are values to tell.
    this.plot.setAttribute('aria-label', tag);
    this.#services = services;
    this.#curves = new CardCurves(tag, services.requests, () => {
      services.frame.request(this.#draw);
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
    this.#dropChart();
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

  /** The theme's colours changed. */
  repaint(): void {
    this.#dropChart();
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
        this.#chart?.zoomX(ZOOM_STEP);
        return true;
      case '-':
        this.#chart?.zoomX(1 / ZOOM_STEP);
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
    this.#zoomX = this.#zoomY = null;
    this.#services.frame.request(this.#ask);
  }

  #zoom(x: Range | null, y: Range | null): void {
    if (x) this.#zoomX = x;
    if (y) this.#zoomY = y;
    // Asked once a frame, however often the wheel turns.
    this.#services.frame.request(this.#ask);
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
      range: this.#zoomX,
      pixels: Math.min(MAX_PIXELS, Math.max(1, pixels)),
    });
    this.#services.frame.request(this.#draw);
  }

  #shownCurves(): ChartCurve[] {
    return this.#curves.curves(this.#services.theme.palette.highContrast);
  }

  // ---- drawing ----

  #drawCard(): void {
    const content = this.#content;
    if (!content || !this.#visible || this.plot.clientWidth === 0) return;
    const { preferences } = content;
    const curves = this.#shownCurves();
    const windows = curves.map(curve => curve.window);
    const smoothed = preferences.smoothing > 0;
    const x = this.#zoomX ?? xRange(windows, preferences.axis);
    const y =
      this.#zoomY ??
      yRange(windows, x, {
        ignoreOutliers: preferences.ignoreOutliers,
        logarithmic: preferences.logY,
        smoothed,
      });
    const newest = windows.flatMap(window => (window.newest ? [window.newest.value] : []));
    this.#picture = {
      curves,
      x,
      y: y ?? (preferences.logY ? [0.1, 1] : [0, 1]),
      smoothed,
      format: valueFormat(this.tag, newest, this.#services.numbers),
    };
    if (this.#table) {
      this.plot.replaceChildren(cardTable(this.tag, this.#picture, this.#services.numbers));
    } else {
      this.#paint(this.#picture, content);
      this.#showMessage(
        content,
        y === null && preferences.logY && curves.some(({ window }) => window.count > 0),
      );
      this.#crosshair.show();
    }
    this.#readNumbers.request();
  }

  #paint(picture: Picture, { preferences, pinned }: CardContent): void {
    const tall = pinned || this.#expanded;
    const layout = [preferences.axis, preferences.logY, tall].join();
    const { clientWidth, clientHeight } = this.plot;
    if (this.#chart && layout === this.#layout) {
      this.#chart.resize(clientWidth, clientHeight);
      this.#chart.show(picture);
      return;
    }
    this.#dropChart();
    this.#layout = layout;
    this.#chart = new Chart(
      this.plot,
      {
        axis: preferences.axis,
        logarithmic: preferences.logY,
        tall,
        palette: this.#services.theme.palette,
        numbers: this.#services.numbers,
      },
      picture,
      {
        zoom: (x, y) => {
          this.#zoom(x, y);
        },
        reset: () => {
          this.resetZoom();
        },
        point: at => {
          this.#crosshair.point(at);
        },
        openOrigin: run => {
          this.#services.openOrigin(run);
        },
      },
    );
  }

  #dropChart(): void {
    this.#chart?.destroy();
    this.#chart = null;
    this.plot.replaceChildren();
  }

  /** Words in the plot's place where there is no curve to show. */
  #showMessage({ onlyIn }: CardContent, nothingPositive: boolean): void {
    const { failure } = this.#curves;
    const words: (Node | string)[] = [];
    if (onlyIn) {
      words.push(
        element('span', {}, 'Only ', element('b', {}, onlyIn.name), ' has this tag, and it is not plotted.'),
        linkButton(`Plot ${onlyIn.name}`, () => {
          this.#services.plotRun(onlyIn.id);
        }),
      );
    } else if (failure !== null) {
      words.push(element('span', {}, failure));
    } else if (nothingPositive) {
      words.push(element('span', {}, 'No value above 0 here: a logarithmic axis has nothing to show.'));
    }
    this.#message.replaceChildren(...words);
    if (words.length > 0) this.plot.append(this.#message);
    else this.#message.remove();
  }

  #showNumbers(): void {
    const picture = this.#picture;
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

  // ---- tools and crosshair ----

  #crosshairTarget(): CrosshairTarget | null {
    if (!this.#chart || !this.#picture || !this.#content) return null;
    return {
      chart: this.#chart,
      picture: this.#picture,
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
    this.#tools.update({ pinned, expanded: this.#expanded, table: this.#table, sort: this.#sort() });
  }

  #toggleTable(): void {
    this.#table = !this.#table;
    this.#dropChart();
    // An image has no table in it, as far as a screen reader is concerned.
    this.plot.setAttribute('role', this.#table ? 'group' : 'img');
    this.#updateTools();
    this.#services.frame.request(this.#draw);
  }
}
