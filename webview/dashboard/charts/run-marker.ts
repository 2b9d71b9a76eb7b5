import type { Palette } from '../../shared/theme.ts';
import type { RunStyle, Shape } from './run-style.ts';

/** The shape of a run on a halo of the background. Position in canvas pixels, of which `ratio` are a CSS pixel. */
export function paintMarker(
  context: CanvasRenderingContext2D,
  style: RunStyle,
  x: number,
  y: number,
  ratio: number,
  palette: Palette,
): void {
  const colour = palette.series[style.colour] ?? palette.foreground;
  context.fillStyle = palette.background;
  traceShape(context, style.shape, x, y, 5 * ratio);
  context.fill();
  traceShape(context, style.shape, x, y, (style.hollow ? 2.8 : 3.4) * ratio);
  if (style.hollow) {
    context.strokeStyle = colour;
    context.lineWidth = 1.6 * ratio;
    context.setLineDash([]);
    context.stroke();
  } else {
    context.fillStyle = colour;
    context.fill();
  }
}

/** Adds the outline of a shape of "radius" `r` around (x, y) to the canvas's path. */
function traceShape(context: CanvasRenderingContext2D, shape: Shape, x: number, y: number, r: number): void {
  context.beginPath();
  switch (shape) {
    case 'circle':
      context.arc(x, y, r, 0, 2 * Math.PI);
      break;
    case 'square':
      context.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
      break;
    case 'triangle':
      context.moveTo(x, y - 1.1 * r);
      context.lineTo(x + 1.1 * r, y + 0.9 * r);
      context.lineTo(x - 1.1 * r, y + 0.9 * r);
      context.closePath();
      break;
    case 'diamond':
      context.moveTo(x, y - 1.2 * r);
      context.lineTo(x + 1.2 * r, y);
      context.lineTo(x, y + 1.2 * r);
      context.lineTo(x - 1.2 * r, y);
      context.closePath();
      break;
  }
}
