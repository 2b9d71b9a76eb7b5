import type { SeriesWindow } from '../../src/protocol/series.ts';

/** From an axis's values to canvas pixels. */
export interface PixelScale {
  readonly min: number;
  readonly max: number;
  /** Pixel of `min` and pixel of `max`. */
  readonly from: number;
  readonly to: number;
  readonly logarithmic: boolean;
}

/** Far outside of any canvas, but not so far that a canvas loses precision. */
const FAR = 1e5;

export function toPixel(scale: PixelScale, value: number): number {
  const { min, max, from, to, logarithmic } = scale;
  const part = logarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  return Math.min(FAR, Math.max(-FAR, from + part * (to - from)));
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
