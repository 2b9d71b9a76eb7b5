/**
 * LeNet as tf_slim trained it: every variable restored from its first checkpoint, then step by step on the recorded
 * batches. Losses and final variables are those of slim-lenet's oracle.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import { numbersOf } from '../../src/formats/tensor-numbers.ts';
import * as slim from '../../src/slim/index.ts';
import { lenetCheckpoint } from '../lenet-oracle.ts';
import { replayed, toTheEnd, trainOpAtStart } from './recorded-lenet.ts';
import { replaySteps } from './replay-steps.ts';
import { chooseBackend, expectClose, tolerance } from './tolerance.ts';

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
        const { trainOp, data } = await trainOpAtStart(variant);
        const recorded = variant.replay.losses.map(([, loss]) => loss);
        expect(recorded.length).toBeGreaterThan(0);
        expect(trainOp.currentStep()).toBe(data.step);
        const end = await valuesIn(variant.latest_checkpoint);
        const losses = await replaySteps(trainOp, data, variant, end);
        expectClose(losses.slice(0, 20), recorded.slice(0, 20), tolerance(), 'losses of the first 20 steps');
        expectClose(losses, recorded, toTheEnd(variant), 'losses');
        expect(new Set(slim.getVariables().map(({ name }) => name))).toEqual(new Set(end.keys()));
        for (const [name, values] of end) {
          expectClose(slim.getUniqueVariable(name).value.dataSync(), values, toTheEnd(variant), name);
        }
      });
    },
  );
});

async function valuesIn(checkpointName: string): Promise<Map<string, number[]>> {
  const checkpoint = await openCheckpoint(lenetCheckpoint(checkpointName));
  const values = new Map<string, number[]>();
  for (const name of checkpoint.variables.keys()) {
    values.set(name, [...numbersOf(await checkpoint.read(name))]);
  }
  await checkpoint.close();
  return values;
}
