/**
 * LeNet as tf_slim trained it: every variable restored from its first checkpoint, then step by step on the recorded
 * batches. Losses and final variables are those of slim-lenet's oracle.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import { numbersOf } from '../../src/formats/tensor-numbers.ts';
import * as slim from '../../src/slim/index.ts';
import { fixturePath } from '../fixture-files.ts';
import { replayed, toTheEnd, trainOpAtStart } from './recorded-lenet.ts';
import { chooseBackend, expectClose, tolerance, type Tolerance } from './tolerance.ts';

beforeAll(chooseBackend);

describe.each(replayed)('%s', (_, variant) => {
  test(
    'the recorded steps have the recorded losses and lead to the recorded variables',
    { timeout: 120_000 },
    async () => {
      await new slim.Graph().asDefault(async () => {
        const trainOp = await trainOpAtStart(variant);
        const losses: number[] = [];
        for (const [step] of variant.replay.losses) {
          expect(trainOp.currentStep()).toBe(step);
          losses.push(await trainOp.run());
        }
        const recorded = variant.replay.losses.map(([, loss]) => loss);
        expectClose(losses.slice(0, 20), recorded.slice(0, 20), tolerance(), 'losses of the first 20 steps');
        expectClose(losses, recorded, toTheEnd(), 'losses');
        await expectVariablesOf(variant.latest_checkpoint, toTheEnd());
      });
    },
  );
});

async function expectVariablesOf(checkpointName: string, within: Tolerance): Promise<void> {
  const checkpoint = await openCheckpoint(fixturePath('slim-lenet', ...checkpointName.split('/').slice(-2)));
  const names = [...checkpoint.variables.keys()];
  expect(new Set(slim.getVariables().map(({ name }) => name))).toEqual(new Set(names));
  for (const name of names) {
    const expected = numbersOf(await checkpoint.read(name));
    expectClose(slim.getUniqueVariable(name).value.dataSync(), [...expected], within, name);
  }
  await checkpoint.close();
}
