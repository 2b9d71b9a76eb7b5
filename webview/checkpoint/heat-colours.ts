import type { Palette } from '../shared/theme.ts';

type Rgb = readonly [red: number, green: number, blue: number];

/** Orange - ground - blue: how values around 0 are coloured. */
export class HeatColours {
  readonly #negative: Rgb;
  readonly #zero: Rgb;
  readonly #positive: Rgb;
  readonly #foreground: Rgb;

  constructor({ series, background, foreground }: Palette) {
    this.#negative = rgbOf(series[1] ?? foreground);
    this.#positive = rgbOf(series[0] ?? foreground);
    this.#foreground = rgbOf(foreground);
    // A little off the ground, so that the edge of what is drawn is seen.
    this.#zero = mixed(rgbOf(background), this.#foreground, 0.05);
  }

  /** @param share of the largest value there is, -1 to 1. What is no number is neither colour: the text's. */
  of(share: number): Rgb {
    if (Number.isNaN(share)) return this.#foreground;
    return mixed(this.#zero, share < 0 ? this.#negative : this.#positive, Math.min(1, Math.abs(share)));
  }

  css(share: number): string {
    return `rgb(${this.of(share).map(Math.round).join(', ')})`;
  }
}

function mixed(from: Rgb, to: Rgb, part: number): Rgb {
  const at = (channel: 0 | 1 | 2): number => from[channel] + (to[channel] - from[channel]) * part;
  return [at(0), at(1), at(2)];
}

/** Of what getComputedStyle writes: `rgb(1, 2, 3)`, `rgba(...)`, and of mixed colours `color(srgb 0.1 0.2 0.3)`. */
function rgbOf(colour: string): Rgb {
  const [red = 0, green = 0, blue = 0] = Array.from(colour.matchAll(/[\d.]+(?:e-?\d+)?/g), Number);
  return colour.startsWith('color(') ? [red * 255, green * 255, blue * 255] : [red, green, blue];
}
