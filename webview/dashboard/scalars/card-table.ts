import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import { element } from '../../shared/element.ts';
import { wallClock } from '../charts/axis-labels.ts';
import type { Picture } from '../charts/picture.ts';

const MAX_ROWS_PER_RUN = 200;

/** A card's curves as a table, newest first: for screen readers, and for reading off values. */
export function cardTable(tag: string, picture: Picture, numbers: NumberFormat): HTMLElement {
  const rows: HTMLElement[] = [];
  let total = 0;
  for (const { name, window } of picture.curves) {
    const { points } = window;
    total += window.count;
    const oldest = Math.max(0, points.x.length - MAX_ROWS_PER_RUN);
    for (let i = points.x.length - 1; i >= oldest; i--) {
      const cells = [
        name,
        numbers.count(points.step[i] ?? NaN),
        picture.format.precise(points.raw[i] ?? NaN),
        picture.format.precise(points.smoothed[i] ?? NaN),
        wallClock(points.wallTime[i] ?? 0),
      ];
      rows.push(element('tr', {}, ...cells.map(cell => element('td', {}, cell))));
    }
  }
  const head = ['Run', 'Step', 'Value', 'Smoothed', 'Time'].map(words =>
    element('th', { scope: 'col' }, words),
  );
  const left = `${numbers.count(rows.length)} of ${numbers.count(total)} points. Export CSV has all of them.`;
  return element(
    'div',
    { class: 'card-table', tabindex: '0', role: 'region', 'aria-label': `${tag} as a table` },
    element(
      'table',
      {},
      ...(rows.length < total ? [element('caption', {}, left)] : []),
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...rows),
    ),
  );
}
