import { expect, it } from 'vitest';
import { ReadingOrder } from '../../../../src/monitor/checkpoints/reading-order.ts';

function all(order: ReadingOrder): number[] {
  const read: number[] = [];
  for (let next = order.next(); next !== undefined; next = order.next()) read.push(next);
  return read;
}

it('reads what is looked at first, then the others, each once', () => {
  const order = new ReadingOrder(5, true);
  order.want([3, 1]);
  expect(order.next()).toBe(3);
  order.want([4]);
  expect(all(order)).toEqual([4, 0, 1, 2]);
});

it('reads nothing that nobody looks at, until all are wanted', () => {
  const order = new ReadingOrder(4, false);
  order.want([2]);
  expect(all(order)).toEqual([2]);
  order.wantAll();
  expect(all(order)).toEqual([0, 1, 3]);
});

it('reads again what is added, before the others', () => {
  const order = new ReadingOrder(3, true);
  expect(order.next()).toBe(0);
  order.add(0);
  expect(all(order)).toEqual([0, 1, 2]);
});
