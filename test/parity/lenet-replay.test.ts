/**
 * LeNet as tf_slim trained it: every variable restored from its first checkpoint, then step by step on the recorded
 * batches. Losses and final variables are those of slim-lenet's oracle.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import { numbersOf } from '../../src/formats/tensor-numbers.ts';
import * as slim from '../../src/slim/index.ts';
import { lenetCheckpoint } from '../lenet-oracle.ts';
import { AFTER_TIE, meetsTie, replayed, toTheEnd, trainOpAtStart } from './recorded-lenet.ts';
import { chooseBackend, expectClose, tolerance, type Tolerance } from './tolerance.ts';

beforeAll(chooseBackend);

test('there are recorded steps', () => {
  expect(replayed).not.toEqual([]);
});

describe.each(replayed)('%s', (_, variant) => {
  test(
    'the recorded steps have the recorded losses and lead to the recorded variables',
    { timeout: 120_000 },
    async () => {
      await new slim.Graph().asDefault(async () => {
        const trainOp = await trainOpAtStart(variant);
        expect(variant.replay.losses.length).toBeGreaterThan(0);
        const losses: number[] = [];
        for (const [step] of variant.replay.losses) {
          expect(trainOp.currentStep()).toBe(step);
          losses.push(await trainOp.run());
        }
        const recorded = variant.replay.losses.map(([, loss]) => loss);
        const [first, end] = [tolerance(), meetsTie(variant) ? AFTER_TIE : toTheEnd(variant)];
        expectClose(losses.slice(0, 20), recorded.slice(0, 20), first, 'losses of the first 20 steps');
        expectClose(losses, recorded, end, 'losses');
        if (!meetsTie(variant)) await expectVariablesOf(variant.latest_checkpoint, end);
      });
    },
  );
});

async function expectVariablesOf(checkpointName: string, within: Tolerance): Promise<void> {
  const checkpoint = await openCheckpoint(lenetCheckpoint(checkpointName));
  const names = [...checkpoint.variables.keys()];
  expect(new Set(slim.getVariables().map(({ name }) => name))).toEqual(new Set(names));
  for (const name of names) {
    const expected = numbersOf(await checkpoint.read(name));
    expectClose(slim.getUniqueVariable(name).value.dataSync(), [...expected], within, name);
  }
  await checkpoint.close();
}
