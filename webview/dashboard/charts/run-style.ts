import { svgElement } from '../../shared/element.ts';

/** How a run looks everywhere: colour, shape and dash, so that it is never told by colour alone. */
export interface RunStyle {
  /** Index of the series colour, 0 to 7. */
  readonly colour: number;
  readonly shape: Shape;
  readonly hollow: boolean;
  /** Dash of the curve in CSS pixels; empty: solid. */
  readonly dash: readonly number[];
}

export type Shape = 'circle' | 'square' | 'triangle' | 'diamond';

const SHAPES: readonly Shape[] = ['circle', 'square', 'triangle', 'diamond'];
const COLOURS = 8;

/** In high contrast each series has a dash of its own. */
const CONTRAST_DASHES: readonly (readonly number[])[] = [
  [],
  [10, 5],
  [3, 4],
  [10, 4, 3, 4],
  [6, 3],
  [2, 2],
  [14, 4],
  [6, 3, 2, 3, 2, 3],
];

/** From the ninth run on colours come again, with this dash. */
const REPEATED_DASH: readonly number[] = [6, 4];

/** @param series as in `DashboardRun`: stays with the run. */
export function runStyle(series: number, highContrast: boolean): RunStyle {
  const colour = series % COLOURS;
  return {
    colour,
    shape: SHAPES[colour % SHAPES.length] ?? 'circle',
    hollow: colour >= SHAPES.length,
    dash: series >= COLOURS ? REPEATED_DASH : highContrast ? (CONTRAST_DASHES[colour] ?? []) : [],
  };
}

/** The class that gives an element, and what is in it, the run's colour as `--series`. */
export function seriesClass(series: number): string {
  return `series-${(series % COLOURS) + 1}`;
}

/** A small picture of the run's shape in its colour. */
export function swatch(series: number): SVGElement {
  const { shape, hollow } = runStyle(series, false);
  const node = svgElement(
    'svg',
    {
      class: `swatch ${seriesClass(series)}${hollow ? ' hollow' : ''}`,
      viewBox: '0 0 10 10',
      'aria-hidden': 'true',
    },
    swatchShape(shape),
  );
  return node;
}

function swatchShape(shape: Shape): SVGElement {
  switch (shape) {
    case 'circle':
      return svgElement('circle', { cx: '5', cy: '5', r: '4' });
    case 'square':
      return svgElement('rect', { x: '1.2', y: '1.2', width: '7.6', height: '7.6', rx: '0.6' });
    case 'triangle':
      return svgElement('path', { d: 'M5 1 9.2 8.8H.8Z' });
    case 'diamond':
      return svgElement('path', { d: 'M5 .6 9.4 5 5 9.4.6 5Z' });
  }
}
