/** Optimizers against TensorFlow 1's: every case of slim-semantics/optimizers.json, dense and sparse. */

import { beforeAll, describe, expect, test } from 'vitest';
import { defineLoss } from '../../src/slim/define-loss.ts';
import { Graph } from '../../src/slim/scope/graph.ts';
import { createTrainOp, type CreateTrainOpOptions } from '../../src/slim/learning/create-train-op.ts';
import { readFixtureJson } from '../fixture-files.ts';
import { keywordIn } from './python-text.ts';
import {
  RecordedBatches,
  checkVariables,
  convolutionalLoss,
  embeddingLoss,
  replaySteps,
  type RecordedTraining,
} from './recorded-model.ts';
import { optimizerIn } from './recorded-optimizers.ts';
import { chooseBackend } from './tolerance.ts';

interface Recorded extends RecordedTraining {
  readonly what: string;
}

const { dense, sparse } = readFixtureJson('slim-semantics', 'optimizers.json') as {
  readonly dense: Readonly<Record<string, Recorded>>;
  readonly sparse: Readonly<Record<string, Recorded>>;
};

beforeAll(chooseBackend);

/** What else than the optimizer the sentence says. */
function trainOpOptions({ what }: Recorded): CreateTrainOpOptions {
  const clipped = /\bclip ([\d.e-]+)$/.exec(what)?.[1];
  const multipliers = keywordIn(what, 'gradient_multipliers');
  return {
    ...(clipped === undefined ? {} : { clipGradientNorm: Number(clipped) }),
    ...(multipliers === undefined ? {} : { gradientMultipliers: multipliers as Record<string, number> }),
  };
}

/** The optimizer of a case that tells only what is special of it is that of the case whose name its own begins with. */
function optimizerOf(
  name: string,
  cases: Readonly<Record<string, Recorded>>,
): ReturnType<typeof optimizerIn> {
  return optimizerIn(cases[name]?.what ?? '') ?? optimizerIn(cases[name.replace(/_.*$/, '')]?.what ?? '');
}

async function replay(
  lossFunction: typeof embeddingLoss,
  name: string,
  cases: Readonly<Record<string, Recorded>>,
): Promise<void> {
  const expected = cases[name];
  const optimizer = optimizerOf(name, cases);
  if (expected === undefined || optimizer === undefined)
    throw new Error(`${name} does not say which optimizer it is of.`);
  await new Graph().asDefault(async () => {
    const loss = await defineLoss(new RecordedBatches(), lossFunction);
    const trainOp = await createTrainOp(loss, optimizer, trainOpOptions(expected));
    await replaySteps(trainOp, expected);
    checkVariables(expected.final);
  });
}

test('there are cases of both', () => {
  expect(Object.keys(dense)).not.toEqual([]);
  expect(Object.keys(sparse)).not.toEqual([]);
});

describe('with dense gradients, the steps are those of TensorFlow', () => {
  test.each(Object.keys(dense))('%s', name => replay(batch => convolutionalLoss(batch), name, dense));
});

describe('with sparse gradients, the steps are those of TensorFlow', () => {
  test.each(Object.keys(sparse))('%s', name => replay(embeddingLoss, name, sparse));
});
