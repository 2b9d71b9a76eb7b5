import { originWords } from '../../../src/protocol/run-origin.ts';
import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import type { XAxis } from '../../../src/protocol/series.ts';
import { Paced } from '../../shared/paced.ts';
import { wallClock } from '../charts/axis-labels.ts';
import type { Chart } from '../charts/chart.ts';
import type { Crosshair } from '../charts/crosshair.ts';
import { nearestIndex } from '../charts/nearest-point.ts';
import type { Picture } from '../charts/picture.ts';
import type { Reading, TooltipSort } from './readings.ts';
import { nearestReading, readingsAt, sortReadings } from './readings.ts';
import type { Tooltip } from '../charts/tooltip.ts';

export interface CrosshairServices {
  readonly crosshair: Crosshair;
  readonly tooltip: Tooltip;
  readonly numbers: NumberFormat;
  say(words: string): void;
}

/** What the crosshair meets: the card's chart as it is now. */
export interface CrosshairTarget {
  readonly chart: Chart;
  readonly picture: Picture;
  readonly axis: XAxis;
  readonly sort: TooltipSort;
  firstWallTime(run: string): number | null;
}

/** Between two readings aloud, in milliseconds. */
const SPEAK_EVERY = 500;

/** The shared crosshair in one card: the pointer or the keys move it, the tooltip says what it meets. */
export class CardCrosshair {
  readonly #services: CrosshairServices;
  readonly #target: () => CrosshairTarget | null;
  readonly #speak = new Paced(SPEAK_EVERY, () => {
    this.#sayReadings();
  });
  /** In CSS pixels of the plot; null: the pointer is elsewhere. */
  #pointer: { readonly x: number; readonly y: number } | null = null;
  #entered = false;

  constructor(services: CrosshairServices, target: () => CrosshairTarget | null) {
    this.#services = services;
    this.#target = target;
  }

  /** The keys move the crosshair. */
  get entered(): boolean {
    return this.#entered;
  }

  point(at: { readonly x: number; readonly y: number } | null): void {
    const { crosshair, tooltip } = this.#services;
    const target = this.#target();
    this.#pointer = at;
    if (!at || !target) {
      tooltip.hide();
      crosshair.x = null;
      return;
    }
    const { chart, picture } = target;
    const readings = readingsAt(picture.curves, chart.xAt(at.x));
    const nearest = nearestReading(readings, at.y, y => chart.yPosition(y));
    // On a point of the nearest curve, so that the values are values of its points.
    crosshair.x = nearest && !nearest.outside ? nearest.x : chart.xAt(at.x);
    this.show();
  }

  /** Draws it in this card; the tooltip too, if it belongs to this card. */
  show(): void {
    const target = this.#target();
    if (!target) return;
    const { chart, picture } = target;
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
    if (nearest) this.#showTooltip(target, x, readings, nearest);
    else this.#services.tooltip.hide();
  }

  #showTooltip(target: CrosshairTarget, x: number, readings: readonly Reading[], nearest: Reading): void {
    const { tooltip, numbers } = this.#services;
    const { chart, picture, axis, sort } = target;
    const plot = chart.plotRect;
    tooltip.show(
      {
        title: titleOf(x, axis, numbers),
        clock: axis === 'wall' ? '' : wallClock(nearest.wallTime),
        smoothed: picture.smoothed,
        rows: sortReadings(readings, sort).map(reading => ({
          name: reading.curve.name,
          series: reading.curve.series,
          smoothed: picture.format.precise(reading.smoothed),
          value: picture.format.precise(reading.value),
          step: reading.step,
          seconds: secondsInto(reading, target),
          nearest: reading === nearest,
          dim: reading.outside,
        })),
        notes: [...notesOn(nearest, numbers), ...(readings.length > 1 ? [`${sort} first`] : [])],
      },
      { x: plot.left + chart.xPosition(x), plot },
    );
  }

  // ---- by keys ----

  enter(): void {
    const xs = this.#target()?.picture.curves[0]?.window.points.x;
    const last = xs?.[xs.length - 1];
    if (last === undefined) return;
    this.#entered = true;
    this.#moveTo(this.#services.crosshair.x ?? last);
    this.show();
  }

  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    this.#services.crosshair.x = null;
    this.#services.tooltip.hide();
  }

  /** A key while the keys move the crosshair; the answer says whether it was for it. */
  key({ key, shiftKey }: KeyboardEvent): boolean {
    switch (key) {
      case 'Escape':
        this.leave();
        return true;
      case 'ArrowLeft':
        this.#moveBy(shiftKey ? -10 : -1);
        return true;
      case 'ArrowRight':
        this.#moveBy(shiftKey ? 10 : 1);
        return true;
      case 'Home':
        this.#moveBy(-Infinity);
        return true;
      case 'End':
        this.#moveBy(Infinity);
        return true;
      case '[':
        this.#toMark(-1);
        return true;
      case ']':
        this.#toMark(1);
        return true;
      // They do not leave the card while it is entered.
      case 'ArrowUp':
      case 'ArrowDown':
        return true;
      default:
        return false;
    }
  }

  /** By points of the curve in front. */
  #moveBy(points: number): void {
    const xs = this.#target()?.picture.curves[0]?.window.points.x;
    const { x } = this.#services.crosshair;
    if (!xs || xs.length === 0 || x === null) return;
    const at = nearestIndex(xs, x);
    this.#moveTo(xs[Math.min(xs.length - 1, Math.max(0, at + points))] ?? x);
  }

  /** To the next place, or the one before, where an attempt began or a value was not a number. */
  #toMark(direction: 1 | -1): void {
    const { x } = this.#services.crosshair;
    const curves = this.#target()?.picture.curves ?? [];
    if (x === null) return;
    const [mark] = curves
      .flatMap(({ window: { attempts, nonFinite } }) => [...attempts, ...nonFinite].map(each => each.x))
      .filter(each => (direction > 0 ? each > x : each < x))
      .sort((a, b) => direction * (a - b));
    if (mark !== undefined) this.#moveTo(mark);
  }

  #moveTo(x: number): void {
    this.#services.crosshair.x = x;
    this.#speak.request();
  }

  #sayReadings(): void {
    const { crosshair, numbers } = this.#services;
    const target = this.#target();
    if (crosshair.x === null || !target || !this.#entered) return;
    const { picture, sort } = target;
    const words = sortReadings(readingsAt(picture.curves, crosshair.x), sort).map(
      ({ curve, smoothed, step }) =>
        `${curve.name} ${picture.format.precise(smoothed)} at step ${numbers.count(step)}`,
    );
    this.#services.say(words.join(', '));
  }
}

function titleOf(x: number, axis: XAxis, numbers: NumberFormat): string {
  switch (axis) {
    case 'step':
      return `Step ${numbers.count(x)}`;
    case 'relative':
      return numbers.duration(x);
    case 'wall':
      return wallClock(x);
  }
}

function secondsInto(reading: Reading, target: CrosshairTarget): number | null {
  const first = target.firstWallTime(reading.curve.run);
  return first === null ? null : reading.wallTime - first;
}

/** What there is to know of a run at a reading, beside its values. */
function notesOn({ curve, x }: Reading, numbers: NumberFormat): string[] {
  const { attempts, nonFinite } = curve.window;
  const notes: string[] = [];
  if (curve.origin !== null) notes.push(`warm start from ${originWords(curve.origin, numbers)}`);
  const begun = attempts.filter(attempt => attempt.x <= x);
  const attempt = begun[begun.length - 1];
  if (attempt) notes.push(`attempt ${begun.length + 1} since step ${numbers.count(attempt.step)}`);
  const [first] = nonFinite;
  if (first)
    notes.push(`${numbers.count(nonFinite.length)} not finite, first at step ${numbers.count(first.step)}`);
  return notes;
}
