import type { SeriesWindow } from '../../../src/protocol/series.ts';
import type { Range } from './ranges.ts';

/** From an axis's values to canvas pixels. */
export interface PixelScale {
  readonly min: number;
  /** Pixel of `min`. */
  readonly from: number;
  /** Pixels for a unit of the value, or of its natural logarithm. */
  readonly factor: number;
  readonly logarithmic: boolean;
}

/** @param range on the axis; for a logarithmic one above 0. `from` and `to` are the pixels of its ends. */
export function pixelScale([min, max]: Range, from: number, to: number, logarithmic: boolean): PixelScale {
  const width = logarithmic ? Math.log(max / min) : max - min;
  return { min, from, factor: (to - from) / width, logarithmic };
}

/** Far outside of any canvas, but not so far that a canvas loses precision. */
const FAR = 1e5;

export function toPixel(scale: PixelScale, value: number): number {
  const distance = scale.logarithmic ? Math.log(value / scale.min) : value - scale.min;
  const pixel = scale.from + distance * scale.factor;
  return pixel > FAR ? FAR : pixel < -FAR ? -FAR : pixel;
}

/**
 * The line through the points, broken at values that cannot be drawn: NaN, infinite, and on a logarithmic axis what is
 * not above 0. A point alone between two breaks becomes a dot.
 */
export function curvePath(
  xs: Float64Array,
  ys: Float64Array,
  nonFinite: SeriesWindow['nonFinite'],
  xScale: PixelScale,
  yScale: PixelScale,
): Path2D {
  const path = new Path2D();
  let open = false;
  let alone = false;
  let lastX = 0;
  let lastY = 0;
  let nextBreak = 0;
  const dot = (): void => {
    if (alone) path.lineTo(lastX + 0.01, lastY);
  };
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i] ?? NaN;
    const y = ys[i] ?? NaN;
    while (nextBreak < nonFinite.length && (nonFinite[nextBreak]?.x ?? Infinity) <= x) {
      nextBreak++;
      dot();
      open = alone = false;
    }
    if (!Number.isFinite(y) || (yScale.logarithmic && y <= 0)) {
      dot();
      open = alone = false;
      continue;
    }
    lastX = toPixel(xScale, x);
    lastY = toPixel(yScale, y);
    if (open) {
      path.lineTo(lastX, lastY);
      alone = false;
    } else {
      path.moveTo(lastX, lastY);
      open = alone = true;
    }
  }
  dot();
  return path;
}
