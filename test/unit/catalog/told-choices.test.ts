import { beforeEach, describe, expect, it } from 'vitest';
import { ToldChoices } from '../../../src/catalog/told-choices.ts';
import type { ComparisonChoice } from '../../../src/protocol/checkpoint.ts';

const checkpoint = (step: number) => ({
  prefix: `/logs/model.ckpt-${step}`,
  step,
  bytes: 1,
  modified: step,
  best: false,
});
const run = (...steps: number[]) => ({ name: 'run', logdir: '/logs', checkpoints: steps.map(checkpoint) });

let found: ComparisonChoice[];
let finds: number;
let told: (readonly ComparisonChoice[])[];
let choices: ToldChoices;
beforeEach(() => {
  [found, finds, told] = [[], 0, []];
  choices = new ToldChoices({
    find: () => {
      finds++;
      return Promise.resolve([...found]);
    },
    tell: news => told.push(news),
  });
});

const choice = (step: number): ComparisonChoice => ({
  id: `checkpoint-${step}`,
  name: `model.ckpt-${step}`,
  run: 'run',
});

describe('choices of checkpoints', () => {
  it('are found when runs or their checkpoints changed, not with every point of a curve', async () => {
    found = [choice(1)];
    await choices.runsChanged([run(1)]);
    for (let point = 0; point < 50; point++) await choices.runsChanged([run(1)]);
    expect([finds, told]).toEqual([1, [[choice(1)]]]);
    found = [choice(2), choice(1)];
    await choices.runsChanged([run(2, 1)]);
    expect(finds).toBe(2);
    expect(told.at(-1)).toEqual([choice(2), choice(1)]);
    await choices.runsChanged([{ ...run(2, 1), name: 'renamed' }]);
    expect(finds).toBe(3);
  });

  it('are told when they are others than before', async () => {
    found = [choice(1)];
    await choices.tell();
    await choices.tell();
    expect(told).toHaveLength(1);
    found = [choice(2)];
    await choices.tell();
    expect(told).toEqual([[choice(1)], [choice(2)]]);
  });

  it('are told again to one who knows none', async () => {
    found = [choice(1)];
    await choices.tell();
    await choices.tellAnew();
    expect(told).toEqual([[choice(1)], [choice(1)]]);
  });
});
