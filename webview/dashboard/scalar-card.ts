import type { DashboardPreferences } from '../../src/protocol/dashboard.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { SeriesWindow } from '../../src/protocol/series.ts';
import { iconButton, linkButton, relabel } from '../shared/controls.ts';
import type { ButtonControl } from '../shared/controls.ts';
import { element, setAttribute } from '../shared/element.ts';
import type { Frame } from '../shared/frame.ts';
import { openMenu } from '../shared/menu.ts';
import type { MenuItem } from '../shared/menu.ts';
import { Paced } from '../shared/paced.ts';
import type { Theme } from '../shared/theme.ts';
import { wallClock } from './axis-labels.ts';
import { cardTable } from './card-table.ts';
import { Chart } from './chart.ts';
import type { Crosshair } from './crosshair.ts';
import { CurveFeed } from './curve-feed.ts';
import { lastAtOrBefore, nearestIndex } from './nearest-point.ts';
import type { ChartCurve, Picture } from './picture.ts';
import type { Range } from './ranges.ts';
import { xRange, yRange } from './ranges.ts';
import type { Reading, TooltipSort } from './readings.ts';
import { nearestReading, readingsAt, sortReadings } from './readings.ts';
import { runStyle, swatch } from './run-style.ts';
import type { SeriesRequests } from './series-requests.ts';
import { tagLeaf } from './tag-groups.ts';
import type { Tooltip } from './tooltip.ts';
import { isAccuracy, valueFormat } from './value-format.ts';

/** A run as a card needs it. */
export interface CardRun {
  readonly id: string;
  readonly name: string;
  readonly series: number;
  readonly failed: boolean;
  readonly checkpoints: readonly { readonly step: number; readonly best: boolean }[];
  /** Changes when the tag has new points in this run. */
  readonly version: string;
}

export interface CardContent {
  /** Plotted, not hidden, with this tag; the first is in front. */
  readonly runs: readonly CardRun[];
  /** A run that has the tag and is not plotted, when none of those that are has it. */
  readonly onlyIn: { readonly id: string; readonly name: string } | null;
  readonly preferences: DashboardPreferences;
  readonly pinned: boolean;
  readonly sort: TooltipSort | null;
}

/** What all cards share, and what they ask of the dashboard. */
export interface CardServices {
  readonly frame: Frame;
  readonly theme: Theme;
  readonly numbers: NumberFormat;
  readonly requests: SeriesRequests;
  readonly crosshair: Crosshair;
  readonly tooltip: Tooltip;
  say(words: string): void;
  copy(text: string): void;
  exportCsv(tag: string): void;
  plotRun(run: string): void;
  togglePin(tag: string): void;
  toggleExpanded(tag: string): void;
  sortTooltip(tag: string, sort: TooltipSort): void;
}

/** People read numbers; four changes a second are enough. */
const NUMBER_INTERVAL = 250;
const ZOOM_STEP = 0.8;
/** Values in a header, at most; the tooltip has all. */
const MAX_HEADER_VALUES = 6;

/** One tag's curves: header with the newest values, plot, tools. */
export class ScalarCard {
  readonly root: HTMLElement;
  /** What has the focus when the card has it. */
  readonly plot: HTMLElement;
  readonly tag: string;
  readonly #services: CardServices;
  readonly #values = element('span', { class: 'card-values' });
  readonly #tools = element('span', { class: 'card-tools' });
  readonly #prefix = element('span', { class: 'dim' });
  readonly #feeds = new Map<string, CurveFeed>();
  readonly #readNumbers = new Paced(NUMBER_INTERVAL, () => {
    this.#showNumbers();
  });
  readonly #draw = (): void => {
    this.#drawChart();
  };
  readonly #drawCrosshair = (): void => {
    this.#showCrosshair();
  };
  readonly #stopFollowing: () => void;
  #pin: ButtonControl | null = null;
  #expand: ButtonControl | null = null;
  #content: CardContent | null = null;
  #chart: Chart | null = null;
  #chartLayout = '';
  #picture: Picture | null = null;
  #visible = false;
  #expanded = false;
  #table = false;
  #zoomX: Range | null = null;
  #zoomY: Range | null = null;
  #pointer: { readonly x: number; readonly y: number } | null = null;
  /** The keyboard moves the crosshair. */
  #entered = false;

  constructor(tag: string, services: CardServices) {
    this.tag = tag;
    this.#services = services;
    const leaf = tagLeaf(tag);
    this.#prefix.textContent = tag.slice(0, tag.length - leaf.length);
    this.plot = element('div', { class: 'plot', role: 'img', tabindex: '-1' });
    this.root = element(
      'article',
      { class: 'card' },
      element(
        'header',
        { class: 'card-header' },
        element('span', { class: 'card-title', title: tag }, this.#prefix, element('b', {}, leaf)),
        this.#values,
      ),
      this.plot,
    );
    // Before the values on the screen, after the plot in the tab order.
    this.root.append(this.#tools);
    this.root.addEventListener('pointerenter', () => {
      this.#showTools();
    });
    this.root.addEventListener('focusin', () => {
      this.#showTools();
    });
    this.plot.addEventListener('blur', () => {
      this.#leave();
    });
    new ResizeObserver(() => {
      if (this.#visible) services.frame.request(this.#draw);
    }).observe(this.plot);
    this.#stopFollowing = services.crosshair.follow(this.#drawCrosshair);
  }

  /** In the window, or near it. What cannot be seen asks for nothing and draws nothing. */
  setVisible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    if (visible) {
      this.#refresh();
    } else {
      for (const feed of this.#feeds.values()) feed.rest();
      this.#services.frame.cancel(this.#draw);
      this.#readNumbers.cancel();
      this.#dropChart();
    }
  }

  setExpanded(expanded: boolean): void {
    if (expanded === this.#expanded) return;
    this.#expanded = expanded;
    this.root.classList.toggle('expanded', expanded);
    this.#labelTools();
    if (this.#visible) this.#services.frame.request(this.#draw);
  }

  update(content: CardContent): void {
    this.#content = content;
    this.root.classList.toggle('pinned', content.pinned);
    this.#prefix.hidden = !content.pinned && !this.#expanded;
    this.#labelTools();
    const shown = new Set(content.runs.map(run => run.id));
    for (const [run, feed] of this.#feeds) {
      if (shown.has(run)) continue;
      feed.rest();
      this.#feeds.delete(run);
    }
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
    if (this.#entered) return this.#crosshairKey(event);
    switch (event.key) {
      case 'Enter':
        this.#enter();
        return true;
      case 'Escape':
        if (!this.#expanded) return false;
        this.#services.toggleExpanded(this.tag);
        return true;
      case 'ContextMenu':
        this.#openMenu(this.plot);
        return true;
      case 'F10':
        if (!event.shiftKey) return false;
        this.#openMenu(this.plot);
        return true;
      default:
        return this.#zoomKey(event.key);
    }
  }

  copyValues(): void {
    const lines = this.#curves().map(({ name, window }) => {
      const { newest } = window;
      return newest ? [name, newest.step, newest.value, newest.smoothed].join('\t') : name;
    });
    this.#services.copy([['run', 'step', this.tag, 'smoothed'].join('\t'), ...lines].join('\n'));
    this.#services.say(`Values of ${this.tag} copied`);
  }

  resetZoom(): void {
    this.#zoom(null, null, true);
  }

  // ---- data ----

  #refresh(): void {
    const content = this.#content;
    if (!content) return;
    const { axis, smoothing } = content.preferences;
    const pixels = Math.min(32_768, Math.max(1, Math.round(this.plot.clientWidth * window.devicePixelRatio)));
    for (const run of content.runs) {
      let feed = this.#feeds.get(run.id);
      if (!feed) {
        feed = new CurveFeed(this.#services.requests, () => {
          this.#services.frame.request(this.#draw);
        });
        this.#feeds.set(run.id, feed);
      }
      feed.want({ run: run.id, tag: this.tag, axis, range: this.#zoomX, pixels, smoothing }, run.version);
    }
    this.#services.frame.request(this.#draw);
  }

  #curves(): ChartCurve[] {
    const content = this.#content;
    if (!content) return [];
    const { highContrast } = this.#services.theme.palette;
    return content.runs.flatMap(run => {
      const window = this.#feeds.get(run.id)?.window;
      if (!window) return [];
      const curve: ChartCurve = {
        run: run.id,
        name: run.name,
        series: run.series,
        style: runStyle(run.series, highContrast),
        window,
        failed: run.failed,
        checkpoints: checkpointsOnAxis(run, window),
      };
      return [curve];
    });
  }

  // ---- drawing ----

  #drawChart(): void {
    const content = this.#content;
    if (!content || !this.#visible || this.plot.clientWidth === 0) return;
    const { preferences } = content;
    const curves = this.#curves();
    const windows = curves.map(curve => curve.window);
    const x = this.#zoomX ?? xRange(windows, preferences.axis);
    const y =
      this.#zoomY ??
      yRange(windows, x, {
        ignoreOutliers: preferences.ignoreOutliers,
        logarithmic: preferences.logY,
        smoothed: preferences.smoothing > 0,
      });
    const newest = windows.flatMap(({ newest: point }) => (point ? [point.value] : []));
    this.#picture = {
      curves,
      x,
      y: y ?? (preferences.logY ? [0.1, 1] : [0, 1]),
      smoothed: preferences.smoothing > 0,
      format: valueFormat(this.tag, newest, this.#services.numbers),
    };
    if (this.#table) {
      this.#dropChart();
      this.plot.replaceChildren(cardTable(this.tag, this.#picture, this.#services.numbers));
    } else {
      this.#paint(this.#picture, content);
      this.#showMessage(content, curves, y === null && preferences.logY);
    }
    this.#readNumbers.request();
    this.#showCrosshair();
  }

  #paint(picture: Picture, { preferences, pinned }: CardContent): void {
    const tall = pinned || this.#expanded;
    const layout = [preferences.axis, preferences.logY, tall].join();
    const { clientWidth, clientHeight } = this.plot;
    if (this.#chart && layout === this.#chartLayout) {
      this.#chart.resize(clientWidth, clientHeight);
      this.#chart.show(picture);
      return;
    }
    this.#dropChart();
    this.#chartLayout = layout;
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
          this.#point(at);
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
  #showMessage(content: CardContent, curves: readonly ChartCurve[], nothingPositive: boolean): void {
    this.plot.querySelector('.card-message')?.remove();
    const { onlyIn } = content;
    const failure = [...this.#feeds.values()].find(feed => feed.failure !== null)?.failure;
    const words: (Node | string)[] = [];
    if (onlyIn) {
      words.push(
        element('span', {}, 'Only ', element('b', {}, onlyIn.name), ' has this tag, and it is not plotted.'),
        linkButton(`Plot ${onlyIn.name}`, () => {
          this.#services.plotRun(onlyIn.id);
        }),
      );
    } else if (failure) {
      words.push(element('span', {}, failure));
    } else if (nothingPositive && curves.some(curve => curve.window.count > 0)) {
      words.push(element('span', {}, 'No value above 0 here, so a logarithmic axis has nothing to show.'));
    }
    if (words.length > 0) this.plot.append(element('div', { class: 'card-message' }, ...words));
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

  // ---- zoom ----

  #zoom(x: Range | null, y: Range | null, reset = false): void {
    if (x || reset) this.#zoomX = x;
    if (y || reset) this.#zoomY = y;
    // Asked once a frame, however often the wheel turns.
    this.#services.frame.request(this.#askForZoom);
  }

  readonly #askForZoom = (): void => {
    if (this.#visible) this.#refresh();
  };

  #zoomKey(key: string): boolean {
    if (key === '+' || key === '=') this.#chart?.zoomX(ZOOM_STEP);
    else if (key === '-') this.#chart?.zoomX(1 / ZOOM_STEP);
    else if (key === '0') this.resetZoom();
    else return false;
    return true;
  }

  // ---- crosshair and tooltip ----

  #point(at: { readonly x: number; readonly y: number } | null): void {
    this.#pointer = at;
    const { crosshair, tooltip } = this.#services;
    const chart = this.#chart;
    if (!at || !chart) {
      tooltip.hide();
      crosshair.x = null;
      return;
    }
    const readings = readingsAt(this.#picture?.curves ?? [], chart.xAt(at.x));
    const nearest = nearestReading(readings, at.y, y => chart.yPosition(y));
    // On a point of the nearest curve, so that the values are values of its points.
    crosshair.x = nearest && !nearest.outside ? nearest.x : chart.xAt(at.x);
    this.#services.frame.request(this.#drawCrosshair);
  }

  #showCrosshair(): void {
    const chart = this.#chart;
    const picture = this.#picture;
    if (!chart || !picture || !this.#visible) return;
    const { x } = this.#services.crosshair;
    const readings = x === null ? [] : readingsAt(picture.curves, x);
    const points = readings
      .filter(reading => !reading.outside)
      .map(({ curve, x: at, smoothed, value }) => ({
        style: curve.style,
        x: at,
        y: picture.smoothed ? smoothed : value,
      }));
    chart.crosshair(x, points);
    if (x === null || (!this.#pointer && !this.#entered)) return;
    const pointerY = this.#pointer?.y;
    const nearest =
      pointerY === undefined ? readings[0] : nearestReading(readings, pointerY, y => chart.yPosition(y));
    this.#showTooltip(chart, picture, x, readings, nearest);
  }

  #showTooltip(
    chart: Chart,
    picture: Picture,
    x: number,
    readings: readonly Reading[],
    nearest: Reading | undefined,
  ): void {
    const { tooltip, numbers } = this.#services;
    if (!nearest) {
      tooltip.hide();
      return;
    }
    const sort = this.#sort();
    const { axis } = this.#content?.preferences ?? { axis: 'step' };
    const title =
      axis === 'step' ? `Step ${numbers.count(x)}` : axis === 'relative' ? numbers.duration(x) : wallClock(x);
    const plot = chart.plotRect;
    tooltip.show(
      {
        title,
        clock: axis === 'wall' ? '' : wallClock(nearest.wallTime),
        smoothed: picture.smoothed,
        rows: sortReadings(readings, sort).map(reading => ({
          run: reading.curve.run,
          name: reading.curve.name,
          series: reading.curve.series,
          smoothed: picture.format.precise(reading.smoothed),
          value: picture.format.precise(reading.value),
          step: reading.step,
          seconds: this.#secondsInto(reading),
          nearest: reading === nearest,
          dim: reading.outside,
        })),
        notes: [...notesOn(nearest, numbers), `${sort} first`],
      },
      { x: plot.left + chart.xPosition(x), top: plot.top + 14 },
    );
  }

  #secondsInto(reading: Reading): number | null {
    const first = this.#feeds.get(reading.curve.run)?.firstWallTime ?? null;
    return first === null ? null : reading.wallTime - first;
  }

  #sort(): TooltipSort {
    return this.#content?.sort ?? (isAccuracy(this.tag) ? 'highest' : 'lowest');
  }

  #enter(): void {
    const lead = this.#picture?.curves[0];
    const xs = lead?.window.points.x;
    const last = xs?.[xs.length - 1];
    if (last === undefined) return;
    this.#entered = true;
    this.#services.crosshair.x ??= last;
    this.#services.frame.request(this.#drawCrosshair);
    this.#sayReadings.request();
  }

  #leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#services.crosshair.x = null;
    this.#services.tooltip.hide();
  }

  #crosshairKey(event: KeyboardEvent): boolean {
    switch (event.key) {
      case 'Escape':
        this.#leave();
        return true;
      case 'ArrowLeft':
        this.#moveCrosshair(event.shiftKey ? -10 : -1);
        return true;
      case 'ArrowRight':
        this.#moveCrosshair(event.shiftKey ? 10 : 1);
        return true;
      case 'Home':
        this.#moveCrosshair(-Infinity);
        return true;
      case 'End':
        this.#moveCrosshair(Infinity);
        return true;
      case '[':
        this.#toMark(-1);
        return true;
      case ']':
        this.#toMark(1);
        return true;
      case 'ArrowUp':
      case 'ArrowDown':
        return true;
      default:
        return this.#zoomKey(event.key);
    }
  }

  /** By points of the curve in front. */
  #moveCrosshair(by: number): void {
    const xs = this.#picture?.curves[0]?.window.points.x;
    const { x } = this.#services.crosshair;
    if (!xs || xs.length === 0) return;
    const at = x === null ? xs.length - 1 : nearestIndex(xs, x);
    // M4 decimation may give the same x several times: a step is to another x.
    let next = Math.min(xs.length - 1, Math.max(0, at + by));
    while (Math.abs(by) === 1 && xs[next] === xs[at] && xs[next + by] !== undefined) next += by;
    this.#setCrosshair(xs[next] ?? null);
  }

  /** To the next place, or the one before, where an attempt began or a value was not a number. */
  #toMark(direction: 1 | -1): void {
    const { x } = this.#services.crosshair;
    if (x === null) return;
    const marks = this.#curves()
      .flatMap(({ window: { attempts, nonFinite } }) => [...attempts, ...nonFinite].map(mark => mark.x))
      .filter(mark => (direction > 0 ? mark > x : mark < x))
      .sort((a, b) => direction * (a - b));
    if (marks[0] !== undefined) this.#setCrosshair(marks[0]);
  }

  #setCrosshair(x: number | null): void {
    this.#services.crosshair.x = x;
    this.#sayReadings.request();
  }

  readonly #sayReadings = new Paced(500, () => {
    const { x } = this.#services.crosshair;
    const picture = this.#picture;
    if (x === null || !picture || !this.#entered) return;
    const words = sortReadings(readingsAt(picture.curves, x), this.#sort()).map(
      ({ curve, smoothed, step }) =>
        `${curve.name} ${picture.format.precise(smoothed)} at step ${this.#services.numbers.count(step)}`,
    );
    this.#services.say(words.join(', '));
  });

  // ---- tools ----

  #showTools(): void {
    if (this.#pin) return;
    this.#pin = iconButton('pin', 'Pin', () => {
      this.#services.togglePin(this.tag);
    });
    this.#expand = iconButton('screen-full', 'Expand Card', () => {
      this.#services.toggleExpanded(this.tag);
    });
    const menu = iconButton('ellipsis', 'Card Menu', () => {
      this.#openMenu(menu);
    });
    this.#tools.append(this.#pin, this.#expand, menu);
    this.#labelTools();
  }

  #labelTools(): void {
    const [pinIcon, pinLabel] = this.#content?.pinned === true ? UNPIN : PIN;
    const [expandIcon, expandLabel] = this.#expanded ? COLLAPSE : EXPAND;
    if (this.#pin) relabel(this.#pin, pinIcon, pinLabel);
    if (this.#expand) relabel(this.#expand, expandIcon, expandLabel);
  }

  #openMenu(anchor: HTMLElement): void {
    const sort = this.#sort();
    const items: MenuItem[] = [
      {
        label: 'Copy Values',
        keys: 'C',
        run: () => {
          this.copyValues();
        },
      },
      {
        label: 'Export CSV...',
        run: () => {
          this.#services.exportCsv(this.tag);
        },
      },
      {
        label: this.#table ? 'View as Chart' : 'View as Table',
        run: () => {
          this.#toggleTable();
        },
      },
      {
        label: 'Reset Zoom',
        keys: '0',
        run: () => {
          this.resetZoom();
        },
      },
      'separator',
      {
        label: 'Tooltip: Lowest First',
        checked: sort === 'lowest',
        run: () => {
          this.#services.sortTooltip(this.tag, 'lowest');
        },
      },
      {
        label: 'Tooltip: Highest First',
        checked: sort === 'highest',
        run: () => {
          this.#services.sortTooltip(this.tag, 'highest');
        },
      },
    ];
    openMenu(`Menu of ${this.tag}`, items, anchor);
  }

  #toggleTable(): void {
    this.#table = !this.#table;
    this.plot.replaceChildren();
    // An image has no table in it, as far as a screen reader is concerned.
    this.plot.setAttribute('role', this.#table ? 'group' : 'img');
    this.#services.frame.request(this.#draw);
  }
}

const PIN = ['pin', 'Pin'] as const;
const UNPIN = ['pinned', 'Unpin'] as const;
const EXPAND = ['screen-full', 'Expand Card'] as const;
const COLLAPSE = ['screen-normal', 'Collapse Card'] as const;

/** Where a run's checkpoints are on the x axis of this window: at the point of their step. */
function checkpointsOnAxis(run: CardRun, window: SeriesWindow): ChartCurve['checkpoints'] {
  const { step: steps, x: xs } = window.points;
  return run.checkpoints.flatMap(({ step, best }) => {
    const index = lastAtOrBefore(steps, step);
    const at = xs[index];
    const after = xs[index + 1];
    if (at === undefined) return [];
    const from = steps[index] ?? step;
    const to = steps[index + 1];
    // A step between two points lies between their x values.
    const x =
      after === undefined || to === undefined ? at : at + ((step - from) / (to - from || 1)) * (after - at);
    return [{ x, best }];
  });
}

/** What there is to know of a run at a reading, beside its values. */
function notesOn({ curve, x }: Reading, numbers: NumberFormat): string[] {
  const { attempts, nonFinite } = curve.window;
  const notes: string[] = [];
  const begun = attempts.filter(attempt => attempt.x <= x);
  const attempt = begun[begun.length - 1];
  if (attempt) notes.push(`attempt ${begun.length + 1} since step ${numbers.count(attempt.step)}`);
  const [first] = nonFinite;
  if (first)
    notes.push(`${numbers.count(nonFinite.length)} not finite, first at step ${numbers.count(first.step)}`);
  return notes;
}
