import uPlot from 'uplot';
import type { PixelScale } from './curve-path.ts';
import { curvePath, pixelScale, toPixel } from './curve-path.ts';
import type { ChartCurve, ChartLayout, Picture } from './picture.ts';
import { paintMarker } from './run-marker.ts';

/** Part of its strength at which the raw curve stays behind the smoothed one. */
const RAW_ALPHA = { normal: 0.26, highContrast: 0.34 };
/** From this distance on a NaN's triangle is drawn beside the last one, in CSS pixels. */
const TRIANGLE_SPACE = 7;

/** Everything of a chart that uPlot does not draw. All positions in canvas pixels. */
export function paintPicture(plot: uPlot, picture: Picture, layout: ChartLayout): void {
  const painter = new Painter(plot, picture, layout);
  painter.paint();
}

class Painter {
  readonly #context: CanvasRenderingContext2D;
  readonly #picture: Picture;
  readonly #layout: ChartLayout;
  readonly #ratio = uPlot.pxRatio;
  readonly #box: uPlot.BBox;
  readonly #x: PixelScale;
  readonly #y: PixelScale;

  constructor(plot: uPlot, picture: Picture, layout: ChartLayout) {
    const { left, top, width, height } = plot.bbox;
    this.#context = plot.ctx;
    this.#picture = picture;
    this.#layout = layout;
    this.#box = plot.bbox;
    this.#x = pixelScale(picture.x, left, left + width, false);
    this.#y = pixelScale(picture.y, top + height, top, layout.logarithmic);
  }

  paint(): void {
    const { curves } = this.#picture;
    const backToFront = [...curves].reverse();
    this.#context.save();
    this.#insidePlot(() => {
      for (const curve of backToFront) this.#attempts(curve);
      for (const curve of backToFront) this.#curve(curve);
    });
    for (const curve of backToFront) this.#nonFinite(curve);
    for (const curve of backToFront) this.#end(curve);
    if (this.#layout.tall) for (const curve of backToFront) this.#checkpoints(curve);
    this.#onlyPoint();
    this.#context.restore();
  }

  #colour(curve: ChartCurve): string {
    return this.#layout.palette.series[curve.style.colour] ?? this.#layout.palette.foreground;
  }

  #insidePlot(draw: () => void): void {
    const { left, top, width, height } = this.#box;
    const context = this.#context;
    const edge = this.#ratio;
    context.save();
    context.beginPath();
    context.rect(left, top - edge, width + edge, height + 2 * edge);
    context.clip();
    draw();
    context.restore();
  }

  #curve(curve: ChartCurve): void {
    const { points, lost, nonFinite } = curve.window;
    const { smoothed } = this.#picture;
    const { highContrast } = this.#layout.palette;
    const context = this.#context;
    const isDense = points.x.length > this.#box.width;
    const line = (values: Float64Array): Path2D => curvePath(points.x, values, nonFinite, this.#x, this.#y);
    context.strokeStyle = this.#colour(curve);
    // Round ends would fill the gaps of a dash.
    context.lineCap = curve.style.dash.length > 0 ? 'butt' : 'round';
    context.lineJoin = isDense ? 'bevel' : 'round';
    if (smoothed) {
      context.globalAlpha = highContrast ? RAW_ALPHA.highContrast : RAW_ALPHA.normal;
      // A dense line fills its area, however thin: one device pixel is drawn many times faster.
      this.#stroke(line(points.raw), isDense ? 1 / this.#ratio : 1, []);
      context.globalAlpha = 1;
    }
    for (const tail of lost) {
      const values = smoothed ? tail.smoothed : tail.raw;
      this.#stroke(curvePath(tail.x, values, nonFinite, this.#x, this.#y), 1.4, [2, 2]);
    }
    const path = line(smoothed ? points.smoothed : points.raw);
    const width = highContrast ? 2 : 1.6;
    if (isDense) this.#strokeDense(path, width, curve.style.dash);
    else this.#stroke(path, width, curve.style.dash);
  }

  /**
   * A thick line out of lines of one device pixel, side by side. With more than a point for each pixel it looks the
   * same, and takes a fifth of the time: thick joins are what is slow.
   */
  #strokeDense(path: Path2D, width: number, dash: readonly number[]): void {
    const context = this.#context;
    const reach = (width * this.#ratio - 1) / 2;
    const beside = [
      [0, 0],
      [0, -reach],
      [0, reach],
      [-reach, 0],
      [reach, 0],
    ] as const;
    for (const [x, y] of beside) {
      context.save();
      context.translate(x, y);
      this.#stroke(path, 1 / this.#ratio, dash);
      context.restore();
    }
  }

  #stroke(path: Path2D, width: number, dash: readonly number[]): void {
    this.#context.lineWidth = width * this.#ratio;
    this.#context.setLineDash(dash.map(length => length * this.#ratio));
    this.#context.stroke(path);
  }

  /** Dashed lines where a later attempt began. */
  #attempts(curve: ChartCurve): void {
    const context = this.#context;
    const { top, height } = this.#box;
    context.strokeStyle = this.#colour(curve);
    context.globalAlpha = this.#layout.palette.highContrast ? 1 : 0.6;
    for (const attempt of curve.window.attempts) {
      const path = new Path2D();
      const x = Math.round(toPixel(this.#x, attempt.x)) + 0.5;
      path.moveTo(x, top);
      path.lineTo(x, top + height);
      this.#stroke(path, 1, [4, 3]);
    }
    context.globalAlpha = 1;
  }

  /** Triangles on the edge at which the value would leave the plot: NaN and infinite values are never joined. */
  #nonFinite(curve: ChartCurve): void {
    const { top, height } = this.#box;
    const size = 3.5 * this.#ratio;
    this.#context.fillStyle = this.#layout.palette.failed;
    const [first] = curve.window.nonFinite;
    let last = -Infinity;
    for (const { x, value } of curve.window.nonFinite) {
      const at = toPixel(this.#x, x);
      if (!this.#isInside(at) || at - last < TRIANGLE_SPACE * this.#ratio) continue;
      last = at;
      const below = value === '-Infinity';
      const tip = below ? top + height : top;
      const base = below ? tip - 2 * size : tip + 2 * size;
      this.#context.beginPath();
      this.#context.moveTo(at, tip);
      this.#context.lineTo(at + size, base);
      this.#context.lineTo(at - size, base);
      this.#context.fill();
    }
    if (first && last > -Infinity) {
      const words = `${first.value} at step ${this.#layout.numbers.count(first.step)}`;
      this.#words(words, last + 2 * size, top, 'left');
    }
  }

  /** Small words, if there is room for them in the plot. */
  #words(words: string, x: number, y: number, align: 'left' | 'center'): void {
    const context = this.#context;
    context.font = `${11 * this.#ratio}px ${this.#layout.palette.fontFamily}`;
    context.textBaseline = 'top';
    context.textAlign = 'left';
    const { left, width } = this.#box;
    const length = context.measureText(words).width;
    const start = align === 'left' ? x : Math.max(left, Math.min(left + width - length, x - length / 2));
    if (start + length <= left + width + 1) context.fillText(words, start, y);
  }

  #isInside(x: number): boolean {
    const { left, width } = this.#box;
    return x >= left - 1 && x <= left + width + 1;
  }

  /** The run's shape where its curve ends now; a cross where a failed run's curve ended. */
  #end(curve: ChartCurve): void {
    const { points } = curve.window;
    const values = this.#picture.smoothed ? points.smoothed : points.raw;
    let last = values.length - 1;
    while (last >= 0 && !this.#canBeDrawn(values[last])) last--;
    if (last < 0) return;
    // The window of a zoomed chart may end before the curve does.
    const { xExtent, newest } = curve.window;
    const isEnd =
      xExtent === null || this.#picture.x[1] >= xExtent[1] || (points.step[last] ?? 0) >= (newest?.step ?? 0);
    const x = toPixel(this.#x, points.x[last] ?? NaN);
    const { top, height } = this.#box;
    const y = Math.min(top + height, Math.max(top, toPixel(this.#y, values[last] ?? NaN)));
    if (!isEnd || !this.#isInside(x)) return;
    if (curve.failed) this.#cross(x, y);
    else paintMarker(this.#context, curve.style, x, y, this.#ratio, this.#layout.palette);
  }

  #canBeDrawn(value: number | undefined): boolean {
    return value !== undefined && Number.isFinite(value) && (!this.#layout.logarithmic || value > 0);
  }

  #cross(x: number, y: number): void {
    const arm = 4 * this.#ratio;
    const path = new Path2D();
    path.moveTo(x - arm, y - arm);
    path.lineTo(x + arm, y + arm);
    path.moveTo(x + arm, y - arm);
    path.lineTo(x - arm, y + arm);
    this.#context.strokeStyle = this.#layout.palette.failed;
    this.#stroke(path, 2, []);
  }

  /** Ticks below the axis; a star for the best. */
  #checkpoints(curve: ChartCurve): void {
    const context = this.#context;
    const ratio = this.#ratio;
    const y = this.#box.top + this.#box.height + ratio;
    context.fillStyle = this.#colour(curve);
    for (const { x: value, best } of curve.checkpoints) {
      const x = toPixel(this.#x, value);
      if (!this.#isInside(x)) continue;
      if (best) this.#star(x, y + 4 * ratio);
      else context.fillRect(x - 0.75 * ratio, y, 1.5 * ratio, 5 * ratio);
    }
  }

  #star(x: number, y: number): void {
    const context = this.#context;
    context.beginPath();
    for (let corner = 0; corner < 10; corner++) {
      const angle = -Math.PI / 2 + (corner * Math.PI) / 5;
      const radius = (corner % 2 === 0 ? 4.6 : 2) * this.#ratio;
      context.lineTo(x + Math.cos(angle) * radius, y + Math.sin(angle) * radius);
    }
    context.fill();
  }

  /** A curve of one point is easily overlooked: it gets its value beside it. */
  #onlyPoint(): void {
    const [curve] = this.#picture.curves;
    if (!curve || this.#picture.curves.length > 1 || curve.window.count !== 1) return;
    const x = curve.window.points.x[0];
    const value = curve.window.points.raw[0];
    if (x === undefined || value === undefined || !this.#canBeDrawn(value)) return;
    const { palette, numbers } = this.#layout;
    const step = curve.window.points.step[0] ?? 0;
    this.#context.fillStyle = palette.foreground;
    const words = `${this.#picture.format.brief(value)} at step ${numbers.count(step)}`;
    this.#words(words, toPixel(this.#x, x), toPixel(this.#y, value) + 10 * this.#ratio, 'center');
  }
}
