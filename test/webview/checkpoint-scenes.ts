/** Checkpoints for the inspector's page: made-up values, summed up and drawn by the code that does so in the product. */

import type { TensorValue } from '../../src/formats/tensor-value.ts';
import { stringElements, stringTensor } from '../../src/formats/tensor-value.ts';
import { valueStatistics } from '../../src/formats/value-statistics.ts';
import { slotsOf } from '../../src/monitor/checkpoints/slot-names.ts';
import { changeOf } from '../../src/monitor/checkpoints/value-pair.ts';
import { textOf } from '../../src/monitor/checkpoints/value-picture.ts';
import type {
  CheckpointHeader,
  ListedVariable,
  VariableChange,
  VariableReport,
} from '../../src/protocol/checkpoint.ts';
import { noiseOf } from './synthetic-curves.ts';

interface SceneVariable {
  readonly value: TensorValue;
  readonly other: TensorValue | undefined;
  readonly report: VariableReport;
  readonly change: VariableChange;
}

export interface CheckpointScene {
  readonly header: CheckpointHeader;
  readonly variables: readonly ListedVariable[];
  readonly values: readonly SceneVariable[];
  readonly problems: readonly string[];
  readonly hasChecksums: boolean;
  /** Instead of all that: it cannot be opened. */
  readonly failure: string | null;
}

const HEADER: CheckpointHeader = {
  name: 'model.ckpt-4000',
  run: 'lenet-warm',
  best: true,
  step: 4000,
  saved: Date.UTC(2025, 1, 3, 14, 6, 58),
  bytes: 10_235_760,
};

interface Made {
  readonly path: string;
  readonly value: TensorValue;
  readonly other?: TensorValue | undefined;
  /** Instead of what its values say. */
  readonly report?: VariableReport;
  readonly bytes?: number;
}

function floats(shape: readonly number[], value: (index: number) => number): TensorValue {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Float32Array.from({ length: count }, (_, index) => value(index));
  return { dtype: 'float32', shape, bytes: new Uint8Array(values.buffer) };
}

function integers(shape: readonly number[], ...values: readonly number[]): TensorValue {
  return { dtype: 'int64', shape, bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) };
}

/** Filters that look like filters: waves of all directions, and noise. */
function kernels(shape: readonly [number, number, number, number], seed: number, size: number): TensorValue {
  const noise = noiseOf(seed);
  const [, width, channels, count] = shape;
  const waves = Array.from({ length: count }, (_, kernel) => ({
    angle: noise() * Math.PI,
    frequency: 0.5 + Math.abs(noise()) * 0.5,
    phase: kernel * 1.7,
    size: size * (1.05 - (0.9 * kernel) / count),
  }));
  return floats(shape, index => {
    const wave = waves[index % count];
    const pixel = Math.floor(index / (channels * count));
    const [x, y] = [(pixel % width) - 2, Math.floor(pixel / width) - 2];
    if (wave === undefined) return 0;
    const along = x * Math.cos(wave.angle) + y * Math.sin(wave.angle);
    return wave.size * (0.8 * Math.sin(wave.frequency * along * 1.4 + wave.phase) + noise() * 0.12);
  });
}

function normal(shape: readonly number[], seed: number, size: number): TensorValue {
  const noise = noiseOf(seed);
  return floats(shape, () => noise() * size);
}

function moved(value: TensorValue, seed: number, size: number): TensorValue {
  const noise = noiseOf(seed);
  const values = new Float32Array(value.bytes.slice().buffer);
  const spread = Math.sqrt(values.reduce((sum, each) => sum + each * each, 0) / values.length);
  return floats(value.shape, index => (values[index] ?? 0) * 0.96 + noise() * spread * size);
}

function scene(made: readonly Made[], changes: Partial<CheckpointScene> = {}): CheckpointScene {
  const slots = slotsOf(made.map(({ path, value: { shape } }) => ({ path, shape })));
  return {
    header: HEADER,
    variables: made.map(({ path, value, bytes }, index) => ({
      name: path,
      path,
      dtype: value.dtype,
      shape: value.shape,
      bytes: bytes ?? value.bytes.length,
      slot: slots[index] ?? null,
    })),
    values: made.map(({ value, other, report }) => ({
      value,
      other,
      report: report ?? reportOf(value),
      change: other === undefined ? { kind: 'added' } : changeBetween(value, other),
    })),
    problems: [],
    hasChecksums: true,
    failure: null,
    ...changes,
  };
}

function reportOf(value: TensorValue): VariableReport {
  if (value.dtype !== 'string') return { kind: 'statistics', statistics: valueStatistics(value) };
  const elements = stringElements(value);
  return { kind: 'text', count: elements.length, first: textOf(elements[0] ?? new Uint8Array(0)) };
}

function changeBetween(value: TensorValue, other: TensorValue): VariableChange {
  if (value.shape.join() !== other.shape.join())
    return { kind: 'shape', dtype: other.dtype, shape: other.shape };
  if (value.dtype === 'string') return { kind: 'text', same: true };
  return changeOf(value, other, valueStatistics(value));
}

function lenet(): Made[] {
  const layers: Made[] = [
    { path: 'conv1/weights', value: kernels([5, 5, 1, 32], 1, 0.5) },
    { path: 'conv1/biases', value: normal([32], 2, 0.048) },
    { path: 'conv2/weights', value: kernels([5, 5, 32, 64], 3, 0.2) },
    { path: 'conv2/biases', value: normal([64], 4, 0.031) },
    { path: 'fc3/weights', value: normal([3136, 390], 5, 0.031) },
    { path: 'fc3/biases', value: normal([390], 6, 0.022) },
    { path: 'logits/weights', value: normal([390, 10], 7, 0.094) },
    { path: 'logits/biases', value: normal([10], 8, 0.041) },
  ];
  const slots = layers.map(({ path, value: { shape } }, index) => ({
    path: `${path}/Momentum`,
    value: normal(shape, 20 + index, 0.004),
  }));
  return [
    ...[...layers, ...slots].map((made, index) => ({
      ...made,
      other: moved(made.value, 40 + index, index < layers.length ? 0.05 + 0.03 * (index % 4) : 0.6),
    })),
    { path: 'global_step', value: integers([], 4000), other: integers([], 3000) },
  ];
}

function damagedLenet(): CheckpointScene {
  const message =
    '/runs/lenet-warm/model.ckpt-4000.data-00000-of-00001 is damaged: the checksum of conv2/weights (204800 bytes at offset 3456) is wrong.';
  return scene(
    lenet().map(made =>
      made.path === 'conv2/weights' ? { ...made, report: { kind: 'damaged', message } } : made,
    ),
  );
}

/** Whatever a variable can be. */
function kinds(): Made[] {
  const odd = floats([4, 6], index => [NaN, Infinity, -Infinity][index] ?? index / 10);
  return [
    { path: 'complex', value: { ...normal([3, 8], 1, 1), dtype: 'complex64', shape: [3, 4] } },
    { path: 'empty', value: floats([0, 3], () => 0) },
    { path: 'huge', value: floats([2], () => 0), report: { kind: 'large' }, bytes: 300e6 },
    { path: 'constant', value: floats([40], () => 0.25) },
    { path: 'names', value: stringTensor([3], ['<img src=x onerror="window.hacked=1">', 'two\nlines', 'ü']) },
    { path: 'nothing/finite', value: floats([3], () => NaN) },
    { path: 'odd', value: odd, other: floats([4, 7], index => index) },
    {
      path: 'opaque',
      value: { dtype: 'variant', shape: [], bytes: new Uint8Array(8) },
      report: { kind: 'opaque' },
    },
    { path: 'large/step', value: integers([], Number.MAX_SAFE_INTEGER) },
    { path: 'wide', value: floats([3, 5, 100], index => index) },
  ];
}

/** 5,000 variables in 500 scopes. */
function many(): CheckpointScene {
  return scene(
    Array.from({ length: 5000 }, (_, index) => ({
      path: `block${Math.floor(index / 100)}/unit${Math.floor(index / 10) % 10}/variable${index % 10}`,
      value: normal([8, 8], index, 0.1 + index / 5000),
    })),
  );
}

export const checkpointScenes = {
  lenet: () => scene(lenet()),
  damaged: damagedLenet,
  kinds: () =>
    scene(kinds(), {
      hasChecksums: false,
      problems: ['/data/kinds.npz/broken.npy ends at offset 12, within its header'],
    }),
  many,
  failed: () =>
    scene([], {
      failure: '/runs/lenet-warm/model.ckpt-4000.index is damaged at offset 120: its footer is no table.',
    }),
  empty: () => scene([]),
} satisfies Record<string, () => CheckpointScene>;

export type CheckpointSceneName = keyof typeof checkpointScenes;
