/** Mappings for the editor's page: the one of the drawings, large ones, and those in which something is wrong. */

import type { StoredVariable } from '../../src/protocol/mapping.ts';
import type { ModelVariable } from '../../src/protocol/model-variable.ts';
import type { ValueStatistics } from '../../src/protocol/value-statistics.ts';
import type { MappingScene } from './mapping-host.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

function modelOf(shapes: Shapes): ModelVariable[] {
  return Object.entries(shapes).map(([name, shape]) => ({
    name,
    shape,
    dtype: 'float32',
    trainable: true,
    role: 'model',
    initializer: name.endsWith('biases') ? 'zeros' : 'xavier',
  }));
}

function storedOf(shapes: Shapes): StoredVariable[] {
  return Object.entries(shapes).map(([name, shape]) => ({
    name,
    shape,
    dtype: name === 'global_step' ? 'int64' : 'float32',
    nbytes: 4 * shape.reduce((product, size) => product * size, 1),
  }));
}

const layers: Shapes = {
  'conv1/conv1_1/weights': [3, 3, 3, 64],
  'conv1/conv1_1/biases': [64],
  'conv1/conv1_2/weights': [3, 3, 64, 64],
  'conv1/conv1_2/biases': [64],
  'conv2/conv2_1/weights': [3, 3, 64, 128],
  'conv2/conv2_1/biases': [128],
};

function counts(peak: number): number[] {
  return Array.from({ length: 48 }, (_, bin) => Math.round(peak * Math.exp(-(((bin - 23.5) / 9) ** 2))));
}

function summary(scale: number): ValueStatistics {
  return {
    count: 2560,
    zeros: 0,
    nans: 0,
    infinities: 0,
    finite: {
      min: -0.2087 * scale,
      max: 0.2113 * scale,
      mean: 0.0031,
      standardDeviation: 0.0612,
      norm: 3.098 * scale,
      bins: { from: -0.314, to: 0.3301, counts: counts(300 * scale) },
    },
  };
}

const vgg: MappingScene = {
  model: modelOf({
    ...layers,
    'fc6/weights': [2304, 256],
    'fc6/biases': [256],
    'fc7/weights': [256, 256],
    'fc7/biases': [256],
    'fc7_bn/gamma': [256],
    'fc7_bn/beta': [256],
    'fc8/weights': [256, 10],
    'fc8/biases': [10],
    class_embedding: [10, 256],
  }),
  stored: storedOf({
    ...Object.fromEntries(Object.entries(layers).map(([name, shape]) => [`vgg_16/${name}`, shape])),
    'vgg_16/fc_6/kernel': [2304, 256],
    'vgg_16/fc_6/bias': [256],
    'fc7/weights': [256, 256],
    'fc7/biases': [256],
    'vgg_16/fc8/weights': [256, 1001],
    'vgg_16/fc8/biases': [1001],
    'vgg_16/class_embedding': [1001, 256],
    'vgg_16/conv5_3/weights': [3, 3, 64, 64],
    'vgg_16/mean_rgb': [3],
    global_step: [],
  }),
  mapping: {
    checkpoint: 'vgg_16.ckpt',
    script: 'finetune.ts',
    exclude: ['fc8'],
    rename: [{ pattern: '^vgg_16/', replacement: '' }],
    variables: {
      'fc6/weights': { from: 'vgg_16/fc_6/kernel' },
      'fc6/biases': { from: 'vgg_16/fc_6/bias' },
      class_embedding: { action: 'partial' },
    },
  },
  values: { all: summary(1.5), rows: summary(1), isVerified: true },
};

/** A name of TensorFlow's cannot be this, but a file can hold it. */
export const HOSTILE_NAME = '<img src=x onerror="hacked=1">/" onfocus="hacked=1" __proto__';

export function manyVariables(count: number): MappingScene {
  const names = Array.from(
    { length: count },
    (_, index) =>
      `resnet/block${Math.floor(index / 150)}/unit_${Math.floor(index / 15) % 10}/bottleneck/conv${Math.floor(index / 5) % 3}/${['weights', 'gamma', 'beta', 'moving_mean', 'moving_variance'][index % 5] ?? ''}`,
  );
  const shapes = Object.fromEntries(names.map(name => [name, [64]]));
  return {
    model: modelOf(shapes),
    stored: storedOf(Object.fromEntries(names.map(name => [`model/${name}`, [64]]))),
    mapping: { rename: [{ pattern: '^model/', replacement: '' }] },
  };
}

const failure = `The model of finetune.ts cannot be inspected: RangeError: conv1: 3 axes where 4 are needed
    at buildModel (/home/ada/finetune.ts:12:7)
    at /home/ada/finetune.ts:31:3`;

export const mappingScenes = {
  vgg: () => vgg,
  conflicts: () => ({
    ...vgg,
    mapping: { exclude: ['fc9'], rename: [{ pattern: '^vgg_16/', replacement: '' }] },
  }),
  nothing: () => ({ ...vgg, mapping: { rename: [{ pattern: 'a(b', replacement: '' }], include: ['none'] } }),
  hostile: () => ({
    model: modelOf({ [HOSTILE_NAME]: [2], ['x'.repeat(300)]: [2] }),
    stored: storedOf({ [HOSTILE_NAME]: [2], [`s/${HOSTILE_NAME}`]: [3] }),
    mapping: { variables: { [HOSTILE_NAME]: { from: HOSTILE_NAME } } },
  }),
  many: () => manyVariables(5000),
  untrusted: () => ({ ...vgg, model: [], trusted: false, script: { state: 'missing' as const } }),
  failing: () => ({ ...vgg, model: [], script: { state: 'failed' as const, message: failure } }),
  gone: () => ({
    ...vgg,
    checkpoint: { state: 'failed' as const, message: 'There is no checkpoint /runs/vgg_16.ckpt.' },
  }),
  reading: () => ({ ...vgg, model: [], script: { state: 'reading' as const } }),
  empty: () => ({ ...vgg, stored: [] }),
} satisfies Readonly<Record<string, () => MappingScene>>;

export type MappingSceneName = keyof typeof mappingScenes;
