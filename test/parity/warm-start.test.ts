/** A LeNet that tf_slim trained, restored into ours by a restore mapping, has the logits that tf_slim recorded. */

import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import type { RestoreMapping } from '../../src/restore/restore-mapping.ts';
import * as slim from '../../src/slim/index.ts';
import { numbersOf } from '../../src/formats/tensor-numbers.ts';
import { fixturePath, readFixtureJson } from '../fixture-files.ts';
import { chooseBackend, expectClose } from './tolerance.ts';

const CHECKPOINT = fixturePath('slim-lenet', 'lenet-momentum', 'model.ckpt-200');
const { variants } = readFixtureJson('slim-lenet', 'oracle.json') as {
  readonly variants: {
    readonly 'lenet-momentum': {
      readonly checkpoints: Readonly<
        Record<string, { readonly inference_logits_16: readonly (readonly number[])[] }>
      >;
    };
  };
};
const recorded =
  variants['lenet-momentum'].checkpoints['lenet-momentum/model.ckpt-200']?.inference_logits_16 ?? [];
const WITHIN = { relative: 1e-5, absolute: 1e-5 };

let folder: string;

beforeAll(chooseBackend);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-warm-start-'));
  vi.spyOn(console, 'log').mockReturnValue(undefined);
});
afterEach(() => rm(folder, { recursive: true }));

interface Scopes {
  readonly top: string;
  readonly layers: readonly [string, string, string, string];
}

const AS_RECORDED: Scopes = { top: 'LeNet', layers: ['conv1', 'conv2', 'fc3', 'fc4'] };

/** Of 16 recorded images: what the last layer gets, and what it makes of it. */
function lenet(scopes: Scopes, classes: number): { features: tf.Tensor2D; logits: tf.Tensor2D } {
  const pixels = readFileSync(fixturePath('slim-lenet', 'data', 'test-images.u8')).subarray(0, 16 * 64);
  const images = tf.tensor4d(
    Float32Array.from(pixels, value => value / 16 - 0.5),
    [16, 8, 8, 1],
  );
  const [conv1, conv2, fc3, fc4] = scopes.layers;
  const layers = (): { features: tf.Tensor2D; logits: tf.Tensor2D } => {
    let net = slim.conv2d(images, 32, [5, 5], { scope: conv1 });
    net = slim.maxPool2d(net, [2, 2]);
    net = slim.conv2d(net, 64, [5, 5], { scope: conv2 });
    net = slim.maxPool2d(net, [2, 2]);
    const features = slim.fullyConnected(slim.flatten(net), 128, { scope: fc3 });
    return { features, logits: slim.fullyConnected(features, classes, { activationFn: null, scope: fc4 }) };
  };
  return slim.variableScope(scopes.top, scopes.top, layers, { reuse: 'auto' });
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
      lenet(AS_RECORDED, 10);
      const report = await warmStart({});
      expect(new Set(Object.values(outcomesOf(report)))).toEqual(new Set(['restored']));
      expectClose(lenet(AS_RECORDED, 10).logits.dataSync(), recorded.flat(), WITHIN, 'logits');
    }));

  test('by rename rules, into other scopes', () =>
    new slim.Graph().asDefault(async () => {
      const scopes: Scopes = { top: 'digits/net', layers: ['c_1', 'c_2', 'dense_3', 'dense_4'] };
      lenet(scopes, 10);
      const report = await warmStart({
        rename: [
          { pattern: '^LeNet/', replacement: 'digits/net/' },
          { pattern: 'conv(\\d)', replacement: 'c_\\1' },
          { pattern: 'fc(?P<layer>\\d)', replacement: 'dense_\\g<layer>' },
        ],
      });
      expect(Object.keys(outcomesOf(report))).toHaveLength(8);
      expect(new Set(Object.values(outcomesOf(report)))).toEqual(new Set(['restored']));
      expectClose(lenet(scopes, 10).logits.dataSync(), recorded.flat(), WITHIN, 'logits');
    }));

  test('without its last layer, for another number of classes', () =>
    new slim.Graph().asDefault(async () => {
      lenet(AS_RECORDED, 5);
      const before = [...slim.getUniqueVariable('LeNet/fc4/weights').value.dataSync()];
      const report = await warmStart({ exclude: ['LeNet/fc4'] });
      expect(outcomesOf(report)).toMatchObject({
        'LeNet/fc3/weights': 'restored',
        'LeNet/fc4/weights': 'skipped',
        'LeNet/fc4/biases': 'skipped',
      });
      expect([...slim.getUniqueVariable('LeNet/fc4/weights').value.dataSync()]).toEqual(before);
      const checkpoint = await openCheckpoint(CHECKPOINT);
      const weights = tf.tensor2d(
        Float32Array.from(numbersOf(await checkpoint.read('LeNet/fc4/weights'))),
        [128, 10],
      );
      const biases = tf.tensor1d(Float32Array.from(numbersOf(await checkpoint.read('LeNet/fc4/biases'))));
      await checkpoint.close();
      const logits = lenet(AS_RECORDED, 5).features.matMul(weights).add(biases);
      expectClose(logits.dataSync(), recorded.flat(), WITHIN, 'logits by the recorded last layer');
    }));

  test('with two classes more: the ten that both have, in part', () =>
    new slim.Graph().asDefault(async () => {
      lenet(AS_RECORDED, 12);
      const report = await warmStart({
        variables: { 'LeNet/fc4/weights': { action: 'partial' }, 'LeNet/fc4/biases': { action: 'partial' } },
      });
      expect(outcomesOf(report)).toMatchObject({
        'LeNet/fc4/weights': 'partial',
        'LeNet/fc4/biases': 'partial',
      });
      const logits = lenet(AS_RECORDED, 12).logits.slice([0, 0], [16, 10]);
      expectClose(logits.dataSync(), recorded.flat(), WITHIN, 'logits');
    }));

  test('with some of the classes, in another order', () =>
    new slim.Graph().asDefault(async () => {
      lenet(AS_RECORDED, 4);
      const rows = [
        { from: 7, into: 0, count: 2 },
        { from: 2, into: 3, count: 1 },
      ];
      await warmStart({
        variables: {
          'LeNet/fc4/weights': { action: 'partial', rows },
          'LeNet/fc4/biases': { action: 'partial', rows },
        },
      });
      const logits = lenet(AS_RECORDED, 4).logits.arraySync();
      const taken = logits.map(row => [row[0], row[1], row[3]]).flat() as number[];
      expectClose(
        taken,
        recorded.flatMap(row => [row[7] ?? 0, row[8] ?? 0, row[2] ?? 0]),
        WITHIN,
        'logits',
      );
    }));
});
