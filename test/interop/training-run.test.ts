/** A log folder that `slim.learning.train` wrote, read by TensorFlow and TensorBoard. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as slim from '../../src/slim/index.ts';
import { chooseBackend } from '../parity/tolerance.ts';
import { makeSmall } from '../unit/slim/small-training.ts';
import { pythonEnvironment, runPython } from './python-environment.ts';

const INSTALLING_MS = 15 * 60_000;
const TENSORFLOW_MS = 120_000;
const STEPS = 25;

let logdir: string;
const losses: number[] = [];
/** Variables by name, as training left them. */
const variables: Record<
  string,
  { readonly dtype: string; readonly shape: readonly number[]; readonly values: number[] }
> = {};

beforeAll(async () => {
  await pythonEnvironment();
  await chooseBackend();
  vi.spyOn(console, 'log').mockReturnValue(undefined);
  logdir = mkdtempSync(join(tmpdir(), 'interop-training-'));
  await new slim.Graph().asDefault(async () => {
    slim.hparams({ learningRate: 0.02, optimizer: 'adam', dropout: true });
    const { trainOp, metrics } = await makeSmall();
    await slim.learning.train(trainOp, logdir, {
      numberOfSteps: STEPS,
      saveSummariesSecs: 1e-6,
      evaluate: { metrics, everyNSteps: 10 },
      hooks: {
        onStep: ({ loss }) => {
          losses.push(loss);
        },
      },
    });
    for (const { name, dtype, shape, value } of slim.getVariables()) {
      variables[name] = { dtype, shape, values: [...value.dataSync()] };
    }
  });
}, INSTALLING_MS);
afterAll(() => {
  rmSync(logdir, { recursive: true, force: true });
});

test(
  'tf.train.load_checkpoint reads every variable, equal to the last bit',
  { timeout: TENSORFLOW_MS },
  async () => {
    const theirs = (await runPython(
      `
import tensorflow as tf
reader = tf.train.load_checkpoint(input)
dtypes = reader.get_variable_to_dtype_map()
result = {name: {'dtype': dtypes[name].name, 'shape': shape, 'values': reader.get_tensor(name).ravel().tolist()}
          for name, shape in reader.get_variable_to_shape_map().items()}
`,
      logdir,
    )) as typeof variables;
    const beside = Object.keys(theirs).filter(name => name.startsWith('slim_data/'));
    expect(beside.length).toBeGreaterThan(0);
    expect(Object.fromEntries(Object.entries(theirs).filter(([name]) => !beside.includes(name)))).toEqual(
      variables,
    );
    expect(theirs['global_step']).toEqual({ dtype: 'int64', shape: [], values: [STEPS] });
    expect(Object.keys(theirs)).toEqual(
      expect.arrayContaining(['fc1/weights/Adam', 'fc1/weights/Adam_1', 'beta1_power']),
    );
  },
);

test(
  'TensorBoard reads every scalar, the histograms and the hyperparameters',
  { timeout: TENSORFLOW_MS },
  async () => {
    const theirs = (await runPython(
      `
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
from google.protobuf.json_format import MessageToDict
accumulator = EventAccumulator(input, size_guidance={'scalars': 0, 'histograms': 0})
accumulator.Reload()
tags = accumulator.Tags()
content = accumulator.SummaryMetadata('_hparams_/session_start_info').plugin_data.content
result = {
    'scalars': {tag: [[e.step, e.value] for e in accumulator.Scalars(tag)] for tag in tags['scalars']},
    'histograms': {tag: [[e.step, e.histogram_value.num] for e in accumulator.Histograms(tag)] for tag in tags['histograms']},
    'hparams': MessageToDict(plugin_data_pb2.HParamsPluginData.FromString(content))['sessionStartInfo']['hparams'],
}
`,
      logdir,
    )) as {
      scalars: Record<string, [number, number][]>;
      histograms: Record<string, [number, number][]>;
      hparams: object;
    };
    expect(theirs.scalars['total_loss']).toEqual(losses.map((loss, step) => [step, loss]));
    expect(theirs.scalars['eval/accuracy']?.map(([step]) => step)).toEqual([10, 20, 25]);
    expect(theirs.histograms['fc1/weights']).toEqual(losses.map((_, step) => [step, 4 * 8]));
    expect(theirs.hparams).toEqual({ learningRate: 0.02, optimizer: 'adam', dropout: true });
  },
);
