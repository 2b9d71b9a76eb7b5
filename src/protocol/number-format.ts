/** Numbers as people read them in cards, tooltips, the run view and the status bar: one wording everywhere. */

const MINUS = '\u2212';

/** Below this, and from {@link LARGE} on, a value is written with an exponent. */
const SMALL = 0.001;
const LARGE = 1e6;

export class NumberFormat {
  readonly #locale: string | undefined;
  readonly #formats = new Map<string, Intl.NumberFormat>();

  /** @param locale a BCP 47 tag; by default the system's. */
  constructor(locale?: string) {
    this.#locale = locale;
  }

  /** Three significant digits: `0.183`, `8.1e-4`, `−12.5`. For cards, trees and the status bar. */
  brief(value: number): string {
    return this.#value(value, 3);
  }

  /** Four significant digits. For tooltips and tables. */
  precise(value: number): string {
    return this.#value(value, 4);
  }

  /** A fraction as a percentage: `94.3%` (brief), `94.31%` (precise). */
  percent(fraction: number, precision: 'brief' | 'precise'): string {
    if (!Number.isFinite(fraction)) return this.#value(fraction, 3);
    const digits = precision === 'brief' ? 3 : 4;
    return this.#written(fraction, {
      style: 'percent',
      minimumSignificantDigits: digits,
      maximumSignificantDigits: digits,
    });
  }

  /** A whole number with its thousands apart: `4,210`. */
  count(value: number): string {
    return this.#written(value, { maximumFractionDigits: 0 });
  }

  /** Steps per second: `48.2`, `0.35`, `1,204`. */
  rate(perSecond: number): string {
    return perSecond >= 100
      ? this.count(perSecond)
      : this.#written(perSecond, { maximumSignificantDigits: 3 });
  }

  /** How much is in a file: `128 bytes`, `10.2 MB`. */
  fileSize(bytes: number): string {
    const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
    const power = Math.min(bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3), units.length - 1);
    const value = bytes / 1000 ** power;
    return `${power === 0 ? this.count(value) : this.brief(value)} ${units[power] ?? ''}`;
  }

  /** A length of time in its two largest units: `45s`, `2m 04s`, `1h 03m`, `2d 04h`. */
  duration(seconds: number): string {
    if (!Number.isFinite(seconds)) return '\u2014';
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 60) return `${whole}s`;
    if (whole < 3600) return `${Math.floor(whole / 60)}m ${twoDigits(whole % 60)}s`;
    const minutes = Math.round(whole / 60);
    if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
    const hours = Math.round(minutes / 60);
    return `${Math.floor(hours / 24)}d ${twoDigits(hours % 24)}h`;
  }

  /** A step on an axis: `500`, `1.5k`, `20k`, `3M`. */
  compact(value: number): string {
    const size = Math.abs(value);
    if (size >= LARGE) return `${this.#written(value / LARGE, { maximumFractionDigits: 3 })}M`;
    if (size >= 1000) return `${this.#written(value / 1000, { maximumFractionDigits: 3 })}k`;
    return this.#written(value, { maximumFractionDigits: 3 });
  }

  /** A value on an axis whose ticks are `increment` apart: no more digits than tell them apart. */
  tick(value: number, increment: number): string {
    if (value === 0) return '0';
    const size = Math.abs(value);
    if (size >= LARGE || increment < SMALL / 10) return this.#exponential(value, 3);
    const decimals = Math.max(0, -Math.floor(Math.log10(increment) + 1e-9) + (increment < 1 ? 1 : 0));
    return this.#written(value, { maximumFractionDigits: Math.min(decimals, 6) });
  }

  #value(value: number, digits: number): string {
    if (Number.isNaN(value)) return 'NaN';
    if (!Number.isFinite(value)) return value > 0 ? '\u221e' : `${MINUS}\u221e`;
    if (value === 0) return '0';
    const rounded = Math.abs(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(digits)));
    if (rounded < SMALL || rounded >= LARGE) return this.#exponential(value, digits);
    if (rounded >= 1000) return this.count(value);
    return this.#written(value, { minimumSignificantDigits: digits, maximumSignificantDigits: digits });
  }

  #exponential(value: number, digits: number): string {
    const [mantissa = '0', exponent = '0'] = value.toExponential(digits - 1).split('e');
    return `${this.#written(Number(mantissa), { maximumFractionDigits: digits - 1 })}e${Number(exponent)}`;
  }

  #written(value: number, options: Intl.NumberFormatOptions): string {
    const key = JSON.stringify(options);
    let format = this.#formats.get(key);
    if (!format) {
      format = new Intl.NumberFormat(this.#locale, options);
      this.#formats.set(key, format);
    }
    // Intl writes a hyphen for minus in most locales; -0 is 0 to a reader.
    return format.format(value === 0 ? 0 : value).replace('-', MINUS);
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
