/** A small histogram: bars of what is copied, a line for the whole variable where that is more. */

import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { ValueStatistics } from '../../src/protocol/value-statistics.ts';
import { svgElement } from '../shared/element.ts';

const WIDTH = 248;
const HEIGHT = 74;
const BOTTOM = HEIGHT - 14;

export function valueChart(
  copied: ValueStatistics,
  all: ValueStatistics | null,
  numbers: NumberFormat,
): SVGElement | null {
  if (copied.finite === null) return null;
  const { from, to, counts } = copied.finite.bins;
  const width = WIDTH / counts.length;
  const peak = Math.max(1, ...counts);
  const bars = counts.flatMap((count, bin) => {
    const height = (count / peak) * (BOTTOM - 4);
    return count === 0
      ? []
      : [
          `M${bin * width + 0.5} ${BOTTOM}v${-Math.max(1, height)}h${Math.max(1, width - 1)}v${Math.max(1, height)}z`,
        ];
  });
  const label = `Histogram from ${numbers.precise(from)} to ${numbers.precise(to)}`;
  return svgElement(
    'svg',
    { class: 'value-chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    svgElement('path', { class: 'bars series-1', d: bars.join('') }),
    ...lineOf(all?.finite?.bins.counts),
    svgElement('path', { class: 'axis', d: `M0 ${BOTTOM + 0.5}h${WIDTH}` }),
    text(numbers.brief(from), 0, 'start'),
    ...(from < 0 && to > 0
      ? [text('0', Math.min(WIDTH - 60, Math.max(60, (-from / (to - from)) * WIDTH)), 'middle')]
      : []),
    text(numbers.brief(to), WIDTH, 'end'),
  );
}

/** Its own peak is as high: it is the form that is compared. */
function lineOf(counts: readonly number[] | undefined): SVGElement[] {
  if (counts === undefined) return [];
  const width = WIDTH / counts.length;
  const peak = Math.max(1, ...counts);
  const points = counts.map(
    (count, bin) =>
      `${((bin + 0.5) * width).toFixed(1)} ${(BOTTOM - (count / peak) * (BOTTOM - 4)).toFixed(1)}`,
  );
  return [svgElement('path', { class: 'line series-3', d: `M${points.join('L')}` })];
}

function text(words: string, x: number, anchor: string): SVGElement {
  const node = svgElement('text', { x: String(x), y: String(HEIGHT - 2), 'text-anchor': anchor });
  node.textContent = words;
  return node;
}
