import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import type { OriginName } from '../../../src/protocol/run-origin.ts';
import type { SeriesWindow, XAxis } from '../../../src/protocol/series.ts';
import type { Palette } from '../../shared/theme.ts';
import type { Range } from './ranges.ts';
import type { RunStyle } from './run-style.ts';
import type { ValueFormat } from './value-format.ts';

/** One run's curve in a card. */
export interface ChartCurve {
  readonly run: string;
  readonly name: string;
  /** As in `DashboardRun`. */
  readonly series: number;
  readonly style: RunStyle;
  readonly window: SeriesWindow;
  /** The run failed: its curve ends in a cross. */
  readonly failed: boolean;
  /** null: the run was not warm-started. */
  readonly origin: OriginName | null;
  /** Where the run began is in the window. */
  readonly fromItsFirstPoint: boolean;
  /** Where its checkpoints are on the x axis. */
  readonly checkpoints: readonly { readonly x: number; readonly best: boolean }[];
}

/** All that a chart shows at one time. */
export interface Picture {
  /** The first is in front. */
  readonly curves: readonly ChartCurve[];
  readonly x: Range;
  readonly y: Range;
  /** Draw the raw curve faintly behind the smoothed one. */
  readonly smoothed: boolean;
  readonly format: ValueFormat;
}

/** What cannot change in the life of a chart: a card makes a new one for another layout. */
export interface ChartLayout {
  readonly axis: XAxis;
  readonly logarithmic: boolean;
  /** Tall charts have words beside their marks and checkpoint ticks below the axis. */
  readonly tall: boolean;
  readonly palette: Palette;
  readonly numbers: NumberFormat;
}
