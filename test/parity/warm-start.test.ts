/** A LeNet that tf_slim trained, restored into ours by a restore mapping, has the logits that tf_slim recorded. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import type { RestoreMapping } from '../../src/restore/restore-mapping.ts';
import * as slim from '../../src/slim/index.ts';
import { numbersOf } from '../../src/formats/tensor-numbers.ts';
import { lenetVariant, newestOf } from '../lenet-oracle.ts';
import { classesOf, imagesOf, lenet, namesOf, type LenetNames } from './recorded-lenet.ts';
import { chooseBackend, expectClose } from './tolerance.ts';

const variant = lenetVariant('lenet-momentum');
const { path: CHECKPOINT, recorded: newest } = newestOf(variant);
const recorded = newest.inference_logits_16;
const AS_RECORDED = namesOf(variant);
const CLASSES = classesOf(variant);
const [WEIGHTS, BIASES] = ['weights', 'biases'].map(
  name => `${AS_RECORDED.top}/${AS_RECORDED.layers.at(-1)}/${name}`,
) as [string, string];
const WITHIN = { relative: 1e-5, absolute: 1e-5 };

let folder: string;

beforeAll(chooseBackend);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-warm-start-'));
  vi.spyOn(console, 'log').mockReturnValue(undefined);
});
afterEach(() => rm(folder, { recursive: true }));

/** Of the images whose logits were recorded: what the last layer gets, and what it makes of it. */
function network(names = AS_RECORDED, classes = CLASSES): { features: tf.Tensor2D; logits: tf.Tensor2D } {
  return lenet(imagesOf(variant, 'test'), variant, names, classes);
}

async function warmStart(mapping: Partial<RestoreMapping>): Promise<slim.RestoreReport> {
  const path = join(folder, 'warm.restore.json');
  await writeFile(path, JSON.stringify({ schemaVersion: 1, checkpoint: CHECKPOINT, ...mapping }));
  const initFn = await slim.assignFromMapping(path);
  await initFn();
  return initFn.report;
}

function outcomesOf({ entries }: slim.RestoreReport): Readonly<Record<string, slim.RestoreOutcome>> {
  return Object.fromEntries(
    entries.flatMap(({ variable, outcome }) => (variable === null ? [] : [[variable, outcome]])),
  );
}

describe('a LeNet trained by tf_slim', () => {
  test('by equal names', () =>
    new slim.Graph().asDefault(async () => {
      network();
      const report = await warmStart({});
      expect(new Set(Object.values(outcomesOf(report)))).toEqual(new Set(['restored']));
      expectClose(network().logits.dataSync(), recorded.flat(), WITHIN, 'logits');
    }));

  test('by rename rules, into other scopes', () =>
    new slim.Graph().asDefault(async () => {
      const { top, layers } = AS_RECORDED;
      const [first, ...others] = layers;
      const renamed: LenetNames = { top: 'other/net', layers: layers.map(name => `renamed_${name}`) };
      network(renamed);
      const report = await warmStart({
        rename: [
          { pattern: `^${top}/`, replacement: 'other/net/' },
          { pattern: `/(${first})/`, replacement: '/renamed_\\1/' },
          { pattern: `/(?P<layer>${others.join('|')})/`, replacement: '/renamed_\\g<layer>/' },
        ],
      });
      expect(Object.keys(outcomesOf(report))).toHaveLength(2 * layers.length);
      expect(new Set(Object.values(outcomesOf(report)))).toEqual(new Set(['restored']));
      expectClose(network(renamed).logits.dataSync(), recorded.flat(), WITHIN, 'logits');
    }));

  test('without its last layer, for another number of classes', () =>
    new slim.Graph().asDefault(async () => {
      const fewer = CLASSES - 2;
      network(AS_RECORDED, fewer);
      const before = [...slim.getUniqueVariable(WEIGHTS).value.dataSync()];
      const report = await warmStart({ exclude: [WEIGHTS.replace(/\/weights$/, '')] });
      const outcomes = outcomesOf(report);
      for (const [name, outcome] of Object.entries(outcomes)) {
        expect([name, outcome]).toEqual([name, name === WEIGHTS || name === BIASES ? 'skipped' : 'restored']);
      }
      expect(Object.keys(outcomes)).toEqual(expect.arrayContaining([WEIGHTS, BIASES]));
      expect([...slim.getUniqueVariable(WEIGHTS).value.dataSync()]).toEqual(before);
      const checkpoint = await openCheckpoint(CHECKPOINT);
      const numbers = async (name: string): Promise<Float32Array> =>
        Float32Array.from(numbersOf(await checkpoint.read(name)));
      const [weights, biases] = [await numbers(WEIGHTS), await numbers(BIASES)];
      await checkpoint.close();
      const { features } = network(AS_RECORDED, fewer);
      const logits = features.matMul(tf.tensor2d(weights, [weights.length / CLASSES, CLASSES])).add(biases);
      expectClose(logits.dataSync(), recorded.flat(), WITHIN, 'logits by the recorded last layer');
    }));

  test('with two classes more: those that both have, in part', () =>
    new slim.Graph().asDefault(async () => {
      network(AS_RECORDED, CLASSES + 2);
      const report = await warmStart({
        variables: { [WEIGHTS]: { action: 'partial' }, [BIASES]: { action: 'partial' } },
      });
      expect(outcomesOf(report)).toMatchObject({ [WEIGHTS]: 'partial', [BIASES]: 'partial' });
      const logits = network(AS_RECORDED, CLASSES + 2).logits.slice([0, 0], [recorded.length, CLASSES]);
      expectClose(logits.dataSync(), recorded.flat(), WITHIN, 'logits');
    }));

  test('with some of the classes, in another order', () =>
    new slim.Graph().asDefault(async () => {
      const last = CLASSES - 1;
      network(AS_RECORDED, 4);
      const rows = [
        { from: last - 1, into: 0, count: 2 },
        { from: 1, into: 3, count: 1 },
      ];
      await warmStart({
        variables: {
          [WEIGHTS]: { action: 'partial', rows },
          [BIASES]: { action: 'partial', rows },
        },
      });
      const logits = network(AS_RECORDED, 4).logits.arraySync();
      const taken = logits.map(row => [row[0], row[1], row[3]]).flat() as number[];
      expectClose(
        taken,
        recorded.flatMap(row => [row[last - 1] ?? 0, row[last] ?? 0, row[1] ?? 0]),
        WITHIN,
        'logits',
      );
    }));
});
