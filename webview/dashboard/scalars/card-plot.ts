import type { DashboardPreferences } from '../../../src/protocol/dashboard.ts';
import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import { linkButton } from '../../shared/controls.ts';
import { element } from '../../shared/element.ts';
import type { Theme } from '../../shared/theme.ts';
import { Chart } from '../charts/chart.ts';
import type { ChartCurve, Picture } from '../charts/picture.ts';
import type { Range } from '../charts/ranges.ts';
import { xRange, yRange } from '../charts/ranges.ts';
import { valueFormat } from '../charts/value-format.ts';
import { cardTable } from './card-table.ts';

export interface CardPlotServices {
  readonly theme: Theme;
  readonly numbers: NumberFormat;
  /** Another part of the axes is to be seen: curves of it are to be asked for. Once a frame is enough. */
  zoomed(): void;
  /** In CSS pixels of the plot; null: the pointer left. */
  point(at: { readonly x: number; readonly y: number } | null): void;
  plotRun(run: string): void;
  openOrigin(run: string): void;
}

/** What a plot shows. */
export interface PlotContent {
  readonly curves: readonly ChartCurve[];
  readonly preferences: DashboardPreferences;
  readonly tall: boolean;
  /** A run that has the tag and is not plotted, when none of those that are has it. */
  readonly onlyIn: { readonly id: string; readonly name: string } | null;
  /** Why a curve could not be read. */
  readonly failure: string | null;
}

/** A card's plot: its curves in a chart that can be zoomed, or as a table; words where there is nothing to see. */
export class CardPlot {
  readonly root = element('div', { class: 'plot', role: 'img', tabindex: '-1' });
  readonly #tag: string;
  readonly #services: CardPlotServices;
  readonly #message = element('div', { class: 'card-message' });
  #chart: Chart | null = null;
  /** The layout that the chart was made for. */
  #layout = '';
  #picture: Picture | null = null;
  #isTable = false;
  #zoomX: Range | null = null;
  #zoomY: Range | null = null;

  constructor(tag: string, services: CardPlotServices) {
    this.#tag = tag;
    this.#services = services;
    // Until there are values to tell.
    this.root.setAttribute('aria-label', tag);
  }

  /** null: there is none, or a table in its place. */
  get chart(): Chart | null {
    return this.#chart;
  }

  /** What was drawn last. */
  get picture(): Picture | null {
    return this.#picture;
  }

  /** The part of the x axis that was chosen; null: all of it. */
  get range(): Range | null {
    return this.#zoomX;
  }

  get isTable(): boolean {
    return this.#isTable;
  }

  /** {@link draw} is to follow. */
  toggleTable(): void {
    this.#isTable = !this.#isTable;
    this.clear();
    // An image has no table in it, as far as a screen reader is concerned.
    this.root.setAttribute('role', this.#isTable ? 'group' : 'img');
  }

  /** Around the middle. */
  zoomBy(factor: number): void {
    this.#chart?.zoomX(factor);
  }

  resetZoom(): void {
    this.#zoomX = this.#zoomY = null;
    this.#services.zoomed();
  }

  draw(content: PlotContent): void {
    const { curves, preferences } = content;
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
      format: valueFormat(this.#tag, newest, this.#services.numbers),
    };
    if (this.#isTable) {
      this.root.replaceChildren(cardTable(this.#tag, this.#picture, this.#services.numbers));
      return;
    }
    this.#paint(this.#picture, content);
    const nothingPositive = y === null && preferences.logY && windows.some(({ count }) => count > 0);
    this.#showMessage(content, nothingPositive);
  }

  /** Nothing is drawn any more; what was chosen of the axes stays. */
  clear(): void {
    this.#chart?.destroy();
    this.#chart = null;
    this.root.replaceChildren();
  }

  #paint(picture: Picture, { preferences, tall }: PlotContent): void {
    const layout = [preferences.axis, preferences.logY, tall].join();
    const { clientWidth, clientHeight } = this.root;
    if (this.#chart && layout === this.#layout) {
      this.#chart.resize(clientWidth, clientHeight);
      this.#chart.show(picture);
      return;
    }
    this.clear();
    this.#layout = layout;
    this.#chart = new Chart(
      this.root,
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
          this.#services.point(at);
        },
        openOrigin: run => {
          this.#services.openOrigin(run);
        },
      },
    );
  }

  #zoom(x: Range | null, y: Range | null): void {
    if (x) this.#zoomX = x;
    if (y) this.#zoomY = y;
    this.#services.zoomed();
  }

  /** Words in the chart's place where there is no curve to show. */
  #showMessage({ onlyIn, failure }: PlotContent, nothingPositive: boolean): void {
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
    if (words.length > 0) this.root.append(this.#message);
    else this.#message.remove();
  }
}
