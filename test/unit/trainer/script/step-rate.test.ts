import { expect, test } from 'vitest';
import { StepRate } from '../../../../src/trainer/script/step-rate.ts';

test('there is no rate before the second step', () => {
  const rate = new StepRate();
  expect(rate.stepsPerSec).toBe(null);
  rate.add(0, 0);
  expect(rate.stepsPerSec).toBe(null);
  rate.add(1, 500);
  expect(rate.stepsPerSec).toBe(2);
});

test('only the last ten seconds count', () => {
  const rate = new StepRate();
  for (let second = 0; second <= 20; second++) rate.add(second, second * 1000);
  expect(rate.stepsPerSec).toBe(1);
  for (let tenth = 1; tenth <= 100; tenth++) rate.add(20 + tenth, 20_000 + tenth * 100);
  expect(rate.stepsPerSec).toBeCloseTo(10, 5);
});

test('a step that takes longer than that has a rate all the same', () => {
  const rate = new StepRate();
  rate.add(0, 0);
  rate.add(1, 40_000);
  expect(rate.stepsPerSec).toBe(1 / 40);
  rate.add(2, 80_000);
  expect(rate.stepsPerSec).toBe(1 / 40);
});

test('steps of a microsecond are all counted', () => {
  const rate = new StepRate();
  for (let step = 0; step <= 1_000_000; step++) rate.add(step, step / 1000);
  expect(rate.stepsPerSec).toBeCloseTo(1_000_000, 0);
});

test('a pause does not count', () => {
  const rate = new StepRate();
  rate.add(0, 0);
  rate.add(10, 1000);
  rate.restart();
  expect(rate.stepsPerSec).toBe(null);
  rate.add(10, 3_600_000);
  rate.add(20, 3_601_000);
  expect(rate.stepsPerSec).toBe(10);
});

test('what slow steps at the beginning took is soon forgotten', () => {
  const rate = new StepRate();
  let now = 0;
  for (let step = 1; step <= 5; step++) rate.add(step, (now += 200));
  for (let step = 6; step <= 505; step++) rate.add(step, ++now);
  expect(now).toBe(1500);
  expect(rate.stepsPerSec).toBeCloseTo(1000, 0);
});
