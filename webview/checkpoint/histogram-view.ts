import type { ValueBins } from '../../src/protocol/value-statistics.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import { element, setText } from '../shared/element.ts';
import type { Theme } from '../shared/theme.ts';
import { paintBins, readableBins } from './bins-painter.ts';
import { sharpContext } from './sharp-canvas.ts';

const HEIGHT = 92;

/** The distribution of a variable's values, and over it that in the other checkpoint. */
export class HistogramView {
  readonly root: HTMLElement;
  readonly #numbers: NumberFormat;
  readonly #theme: Theme;
  readonly #title = element('span', { class: 'dim' });
  readonly #canvas = element('canvas', { class: 'histogram', role: 'img' });
  readonly #ends = [element('span', {}), element('span', {}), element('span', {})] as const;
  readonly #legend = element('div', { class: 'histogram-legend' });
  #bins: { readonly own: ValueBins; readonly other: ValueBins | undefined } | undefined;

  constructor(numbers: NumberFormat, theme: Theme) {
    this.#numbers = numbers;
    this.#theme = theme;
    this.root = element(
      'section',
      { class: 'pane-part' },
      element('h3', {}, element('b', {}, 'Values'), ' ', this.#title),
      this.#canvas,
      element('div', { class: 'scale-ends dim', 'aria-hidden': 'true' }, ...this.#ends),
      this.#legend,
    );
    theme.onChange(() => {
      this.#paint();
    });
    new ResizeObserver(() => {
      this.#paint();
    }).observe(this.#canvas);
  }

  /** @param names of both checkpoints, to tell the bars from the line. */
  show(own: ValueBins | undefined, other: ValueBins | undefined, names: readonly [string, string]): void {
    this.#bins = own && { own, other };
    this.root.hidden = own === undefined;
    if (own === undefined) return;
    const numbers = this.#numbers;
    const total = own.counts.reduce((sum, count) => sum + count, 0);
    setText(this.#title, `${numbers.count(total)} in ${readableBins(own).counts.length} bins`);
    const from = numbers.brief(own.from);
    const to = numbers.brief(own.to);
    const zero = -own.from / (own.to - own.from);
    // Not where it would lie over the label of an end.
    const hasZero = zero > 0.2 && zero < 0.8;
    setText(this.#ends[0], from);
    setText(this.#ends[1], hasZero ? '0' : '');
    setText(this.#ends[2], to);
    this.#ends[1].style.left = `${100 * zero}%`;
    const highest = own.counts.indexOf(Math.max(...own.counts));
    const middle = own.from + ((highest + 0.5) * (own.to - own.from)) / own.counts.length;
    this.#canvas.ariaLabel = `Histogram from ${from} to ${to}, most values near ${numbers.brief(middle)}`;
    this.#legend.replaceChildren(
      ...(other === undefined
        ? []
        : [
            element('span', { class: 'series-1' }, element('i', { class: 'legend-bar' }), names[0]),
            element('span', { class: 'series-2' }, element('i', { class: 'legend-line' }), names[1]),
          ]),
    );
    this.#paint();
  }

  #paint(): void {
    const width = this.#canvas.clientWidth;
    const context = sharpContext(this.#canvas, width, HEIGHT);
    if (context === undefined || this.#bins === undefined) return;
    const { palette } = this.#theme;
    context.fillStyle = palette.grid;
    for (let line = 1; line < 4; line++) context.fillRect(0, Math.round((HEIGHT * line) / 4), width, 1);
    const { own, other } = this.#bins;
    context.globalAlpha = 0.7;
    paintBins(context, { width, height: HEIGHT }, own, other, {
      bars: palette.series[0] ?? palette.foreground,
      line: palette.series[1] ?? palette.foreground,
    });
    context.globalAlpha = 1;
    context.fillStyle = palette.axis;
    context.fillRect(0, HEIGHT - 1, width, 1);
  }
}
