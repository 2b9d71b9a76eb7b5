import uPlot from 'uplot';
import { originWords } from '../../../src/protocol/run-origin.ts';
import { element, icon } from '../../shared/element.ts';
import type { LogTick } from './axis-labels.ts';
import { DURATION_INCREMENTS, logTicks, STEP_INCREMENTS, xLabels } from './axis-labels.ts';
import { paintPicture } from './chart-painter.ts';
import type { ChartCurve, ChartLayout, Picture } from './picture.ts';
import type { Range } from './ranges.ts';
import { zoomed } from './ranges.ts';
import { paintMarker } from './run-marker.ts';
import type { RunStyle } from './run-style.ts';

export interface ChartEvents {
  /** The part of the plot that was chosen; null: that axis stays as it is. */
  zoom(x: Range | null, y: Range | null): void;
  reset(): void;
  /** In CSS pixels of the plot; null: the pointer left. */
  point(at: { readonly x: number; readonly y: number } | null): void;
  /** The mark of a warm start was clicked. */
  openOrigin(run: string): void;
}

/** Where the crosshair meets a curve. */
export interface CrosshairPoint {
  readonly style: RunStyle;
  readonly x: number;
  readonly y: number;
}

const WHEEL_FACTOR = 1.002;

/** One plot: axes, scales and selection by uPlot; the curves, each with an x axis of its own, by the painter. */
export class Chart {
  readonly #plot: uPlot;
  readonly #layout: ChartLayout;
  readonly #events: ChartEvents;
  readonly #marks = element('div', { class: 'marks' });
  readonly #overlay = element('canvas', { class: 'crosshair' });
  #picture: Picture;

  constructor(container: HTMLElement, layout: ChartLayout, picture: Picture, events: ChartEvents) {
    this.#layout = layout;
    this.#events = events;
    this.#picture = picture;
    this.#plot = new uPlot(this.#options(container), [[picture.x[0], picture.x[1]]], container);
    this.#plot.root.append(this.#overlay, this.#marks);
    this.#listen();
    this.show(picture);
  }

  /** The plot in CSS pixels of the page. */
  get plotRect(): DOMRect {
    return this.#plot.over.getBoundingClientRect();
  }

  show(picture: Picture): void {
    this.#picture = picture;
    this.#plot.batch(() => {
      this.#plot.setData([[picture.x[0], picture.x[1]]], false);
      this.#plot.setScale('x', { min: picture.x[0], max: picture.x[1] });
      this.#plot.setScale('y', { min: picture.y[0], max: picture.y[1] });
    });
  }

  resize(width: number, height: number): void {
    if (width === this.#plot.width && height === this.#plot.height) return;
    this.#plot.setSize({ width, height });
  }

  /** Position in CSS pixels of the plot. */
  xPosition(x: number): number {
    return this.#plot.valToPos(x, 'x');
  }

  yPosition(y: number): number {
    return this.#plot.valToPos(y, 'y');
  }

  xAt(position: number): number {
    return this.#plot.posToVal(position, 'x');
  }

  /** Draws the crosshair at `x` with the runs' shapes on it; null: none. */
  crosshair(x: number | null, points: readonly CrosshairPoint[]): void {
    const { width, height } = this.#plot.ctx.canvas;
    const canvas = this.#overlay;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, width, height);
    const shown = x !== null && x >= this.#picture.x[0] && x <= this.#picture.x[1];
    if (!shown) return;
    const { palette } = this.#layout;
    const { bbox } = this.#plot;
    const at = this.#plot.valToPos(x, 'x', true);
    context.fillStyle = palette.crosshair;
    context.fillRect(Math.round(at - uPlot.pxRatio / 2), bbox.top, uPlot.pxRatio, bbox.height);
    for (const point of points) {
      const y = this.#plot.valToPos(point.y, 'y', true);
      if (!(y >= bbox.top && y <= bbox.top + bbox.height)) continue;
      paintMarker(context, point.style, this.#plot.valToPos(point.x, 'x', true), y, uPlot.pxRatio, palette);
    }
  }

  /** Zooms around a position in the plot; the middle by default. */
  zoomX(factor: number, position = this.#plot.bbox.width / uPlot.pxRatio / 2): void {
    this.#events.zoom(zoomed(this.#picture.x, this.xAt(position), factor), null);
  }

  #zoomY(factor: number, position: number): void {
    const centre = this.#plot.posToVal(position, 'y');
    this.#events.zoom(null, zoomed(this.#picture.y, centre, factor, this.#layout.logarithmic));
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #options(container: HTMLElement): uPlot.Options {
    const { axis, logarithmic, tall, palette, numbers } = this.#layout;
    const font = `11px ${palette.fontFamily}`;
    const grid = { stroke: palette.grid, width: 1 };
    return {
      width: container.clientWidth,
      height: container.clientHeight,
      // Room at the right for the marker of a curve's end; at the top for the marks' words or icons.
      padding: [tall ? 16 : 10, 12, 2, 0],
      legend: { show: false },
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: true, y: true, setScale: false, dist: 4, uni: 24 },
        bind: { dblclick: () => null },
      },
      scales: {
        x: { time: axis === 'wall', auto: false },
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot's enums are in its types only
        y: { auto: false, distr: logarithmic ? 3 : 1 },
      },
      axes: [
        {
          stroke: palette.axis,
          font,
          grid,
          ticks: { show: false },
          size: tall ? 28 : 22,
          gap: tall ? 9 : 2,
          space: axis === 'wall' ? 90 : tall ? 80 : axis === 'step' ? 50 : 62,
          ...(axis === 'step' ? { incrs: STEP_INCREMENTS } : {}),
          ...(axis === 'relative' ? { incrs: DURATION_INCREMENTS } : {}),
          values: (_plot, ticks, _axis, _space, increment) => xLabels(ticks, increment, axis, numbers),
        },
        {
          stroke: palette.axis,
          font,
          grid,
          ticks: { show: false },
          size: (_plot, labels) => yAxisWidth(labels, tall ? 42 : 38),
          gap: 4,
          space: tall ? 34 : 21,
          ...(logarithmic ? this.#logarithmicAxis(tall ? 34 : 26) : this.#linearAxis()),
        },
      ],
      series: [{}],
      hooks: {
        setSelect: [
          plot => {
            this.#selected(plot);
          },
        ],
        draw: [
          plot => {
            this.#paint(plot);
          },
        ],
      },
    };
  }

  #linearAxis(): uPlot.Axis {
    return {
      values: (_plot, ticks, _axis, _space, increment) =>
        ticks.map(tick => this.#picture.format.tick(tick, increment)),
    };
  }

  /** @param space that a label takes, in CSS pixels */
  #logarithmicAxis(space: number): uPlot.Axis {
    const ticksOf = (plot: uPlot, min: number, max: number): readonly LogTick[] =>
      logTicks(min, max, Math.max(2, Math.floor(plot.bbox.height / uPlot.pxRatio / space)));
    return {
      splits: (plot, _axis, min, max) => ticksOf(plot, min, max).map(({ value }) => value),
      filter: (_plot, ticks) => ticks,
      values: (plot, ticks) => {
        const labelled = new Set(
          ticksOf(plot, plot.scales['y']?.min ?? 1, plot.scales['y']?.max ?? 1).flatMap(tick =>
            tick.labelled ? [tick.value] : [],
          ),
        );
        return ticks.map(tick => (labelled.has(tick) ? this.#picture.format.tick(tick, tick) : null));
      },
    };
  }

  #selected(plot: uPlot): void {
    const { left, top, width, height } = plot.select;
    if (width <= 0 && height <= 0) return;
    const plotWidth = plot.bbox.width / uPlot.pxRatio;
    const plotHeight = plot.bbox.height / uPlot.pxRatio;
    const x: Range = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
    const y: Range = [plot.posToVal(top + height, 'y'), plot.posToVal(top, 'y')];
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.#events.zoom(width < plotWidth ? x : null, height < plotHeight ? y : null);
  }

  #listen(): void {
    const { over } = this.#plot;
    over.addEventListener('dblclick', () => {
      this.#events.reset();
    });
    over.addEventListener('mousemove', event => {
      const rect = this.plotRect;
      const dragging = event.buttons !== 0;
      this.#events.point(dragging ? null : { x: event.clientX - rect.left, y: event.clientY - rect.top });
    });
    over.addEventListener('mouseleave', () => {
      this.#events.point(null);
    });
    over.addEventListener(
      'wheel',
      event => {
        if (!event.shiftKey && !event.ctrlKey) return;
        event.preventDefault();
        const rect = this.plotRect;
        // With Shift some systems turn the wheel sideways.
        const factor = WHEEL_FACTOR ** (event.deltaY || event.deltaX);
        if (event.shiftKey) this.zoomX(factor, event.clientX - rect.left);
        else this.#zoomY(factor, event.clientY - rect.top);
      },
      { passive: false },
    );
  }

  #paint(plot: uPlot): void {
    paintPicture(plot, this.#picture, this.#layout);
    this.#placeMarks(plot);
  }

  /** Where an attempt began: an icon at the top of its line, with words where there is room. */
  #placeMarks(plot: uPlot): void {
    const { tall, palette } = this.#layout;
    const top = plot.bbox.top / uPlot.pxRatio;
    const left = plot.bbox.left / uPlot.pxRatio;
    const nodes: HTMLElement[] = [];
    let free = -Infinity;
    const attempts = this.#picture.curves.flatMap(({ window, style }) =>
      window.attempts.map(({ x }, index) => ({ x, style, number: index + 2 })),
    );
    for (const { x, style, number } of attempts.sort((a, b) => a.x - b.x)) {
      if (x < this.#picture.x[0] || x > this.#picture.x[1]) continue;
      const position = left + plot.valToPos(x, 'x');
      const words = tall && position - left > LABEL_WIDTH && position - LABEL_WIDTH > free;
      const mark = element('span', { class: words ? 'mark labelled' : 'mark' }, icon('debug-restart'));
      if (words) {
        mark.append(`attempt ${number}`);
        free = position;
      }
      mark.style.left = `${position}px`;
      mark.style.top = `${words ? top - 2 : top - 8}px`;
      mark.style.color = palette.series[style.colour] ?? palette.foreground;
      nodes.push(mark);
    }
    this.#marks.replaceChildren(...nodes, ...this.#originMarks(plot));
  }

  /** A hollow diamond where a warm-started run began, and what it began with in tall charts; a click leads there. */
  #originMarks(plot: uPlot): HTMLElement[] {
    const left = plot.bbox.left / uPlot.pxRatio;
    const right = left + plot.bbox.width / uPlot.pxRatio;
    const top = plot.bbox.top / uPlot.pxRatio;
    const bottom = top + plot.bbox.height / uPlot.pxRatio;
    const labels: HTMLElement[] = [];
    const diamonds = this.#picture.curves.flatMap(curve => {
      const at = this.#beginning(curve);
      if (curve.origin === null || at === null) return [];
      const words = `warm start: ${originWords(curve.origin, this.#layout.numbers)}`;
      const diamond = this.#originMark(curve, words);
      diamond.style.left = `${left + plot.valToPos(at.x, 'x')}px`;
      diamond.style.top = `${top + plot.valToPos(at.y, 'y')}px`;
      if (!this.#layout.tall || right - left < ROOM_FOR_WORDS) return [diamond];
      const label = this.#originMark(curve, words);
      label.classList.add('in-words');
      label.append(words);
      labels.push(label);
      label.style.left = `${left + 2}px`;
      label.style.top = `${bottom - LABEL_HEIGHT * labels.length}px`;
      return [diamond];
    });
    return [...diamonds, ...labels];
  }

  /** For the pointer: the plot is one picture to a screen reader, and the run view has the command for the keyboard. */
  #originMark({ name, run, style }: ChartCurve, words: string): HTMLElement {
    const mark = element(
      'span',
      { class: 'mark origin', title: `${name}, ${words}` },
      element('span', { class: 'diamond' }),
    );
    mark.addEventListener('click', () => {
      this.#events.openOrigin(run);
    });
    mark.style.color = this.#layout.palette.series[style.colour] ?? this.#layout.palette.foreground;
    return mark;
  }

  /** The run's first point; null where it is not in the picture. */
  #beginning({ window: { points }, fromItsFirstPoint }: ChartCurve): { x: number; y: number } | null {
    const x = points.x[0] ?? NaN;
    const y = (this.#picture.smoothed ? points.smoothed : points.raw)[0] ?? NaN;
    const isShown = fromItsFirstPoint && isWithin(x, this.#picture.x) && isWithin(y, this.#picture.y);
    return isShown ? { x, y } : null;
  }
}

function isWithin(value: number, [least, most]: Range): boolean {
  return value >= least && value <= most;
}

/** Room that `attempt 12` takes, in CSS pixels. */
const LABEL_WIDTH = 76;
/** A narrower plot has none to spare for the words of a warm start, in CSS pixels. */
const ROOM_FOR_WORDS = 400;
/** Of a line of words, in CSS pixels. */
const LABEL_HEIGHT = 15;

/** As wide as the longest label, in steps of 4 so that it does not change with every point. */
function yAxisWidth(labels: readonly (string | null)[] | null, least: number): number {
  const longest = Math.max(0, ...(labels ?? []).map(label => label?.length ?? 0));
  return Math.max(least, Math.ceil((longest * 6.4 + 10) / 4) * 4);
}
