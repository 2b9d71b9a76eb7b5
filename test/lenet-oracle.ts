/** What fixtures/slim-lenet's oracle says of the LeNets that tf_slim trained, and the images that they were trained on. */

import { readFileSync } from 'node:fs';
import { fixturePath, readFixtureJson } from './fixture-files.ts';

interface LenetCheckpoint {
  readonly variables: Readonly<Record<string, { readonly shape: readonly number[] }>>;
  readonly inference_logits_16: readonly (readonly number[])[];
}

/** One training: its settings, and what its checkpoints hold, by their names (`lenet-adam/model.ckpt-40`). */
export interface LenetVariant {
  readonly config: {
    readonly batch_norm: boolean;
    readonly optimizer: 'momentum' | 'adam';
    readonly learning_rate: number;
    readonly momentum: number | null;
    readonly batch: number;
    /** In words: see {@link inputOf}. */
    readonly input: string;
    readonly l2: number;
    readonly bn_decay: number | null;
    readonly bn_scale: boolean | null;
    readonly scope: string;
  };
  readonly latest_checkpoint: string;
  readonly replay?: {
    readonly from: string;
    readonly losses: readonly (readonly [step: number, loss: number, lossBefore: number])[];
  };
  readonly checkpoints: Readonly<Record<string, LenetCheckpoint>>;
}

export const { variants: lenetVariants } = readFixtureJson('slim-lenet', 'oracle.json') as {
  readonly variants: Readonly<Record<string, LenetVariant>>;
};

export function lenetVariant(name: string): LenetVariant {
  const variant = lenetVariants[name];
  if (variant === undefined) throw new Error(`The oracle of slim-lenet has no ${name}.`);
  return variant;
}

/** Path prefix of a checkpoint that the oracle names, wherever it was written. */
export function lenetCheckpoint(name: string): string {
  return fixturePath('slim-lenet', ...name.split('/').slice(-2));
}

/** A checkpoint of a training: its path prefix, the step in its name, and what the oracle says of it. */
export interface RecordedCheckpoint {
  readonly path: string;
  readonly step: number;
  readonly recorded: LenetCheckpoint;
}

export function newestOf(variant: LenetVariant): RecordedCheckpoint {
  return checkpointOf(variant, variant.latest_checkpoint);
}

/** The one that a training's recorded steps begin at. */
export function oldestOf(variant: LenetVariant): RecordedCheckpoint {
  if (variant.replay === undefined)
    throw new Error('The oracle of slim-lenet has no steps of this training.');
  return checkpointOf(variant, variant.replay.from);
}

function checkpointOf({ checkpoints }: LenetVariant, name: string): RecordedCheckpoint {
  const path = lenetCheckpoint(name);
  const [, recorded] = Object.entries(checkpoints).find(([each]) => lenetCheckpoint(each) === path) ?? [];
  if (recorded === undefined) throw new Error(`The oracle of slim-lenet does not say what ${name} holds.`);
  return { path, step: Number(path.split('-').at(-1)), recorded };
}

/** The layers that have weights, in the order of their names, which is first to last: names in their scope, shapes of weights. */
export function layersOf(
  variant: LenetVariant,
): readonly { readonly name: string; readonly weights: readonly number[] }[] {
  const begin = `${variant.config.scope}/`;
  return Object.entries(newestOf(variant).recorded.variables)
    .filter(([name]) => name.startsWith(begin) && name.endsWith('/weights'))
    .map(([name, { shape }]) => ({ name: name.slice(begin.length, -'/weights'.length), weights: shape }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How the images become a tensor, and how many of them are gone through: `config.input`, which is for people, says both. */
export interface LenetInput {
  readonly divisor: number;
  readonly offset: number;
  /** Of one image. */
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly rows: number;
}

/** Of `x = u8/16 - 0.5, shape [B,8,8,1]; batch at global_step g uses rows (g*B + [0..B-1]) mod 512 of ...`. */
export function inputOf({ config: { input } }: LenetVariant): LenetInput {
  const found = /^x = u8\/(\S+) - (\S+), shape \[B,(\d+),(\d+),(\d+)\];.* mod (\d+) of/.exec(input);
  if (found === null)
    throw new Error(`The oracle of slim-lenet has an input that nobody understands: ${input}`);
  const [divisor = 0, offset = 0, height = 0, width = 0, channels = 0, rows = 0] = found.slice(1).map(Number);
  return { divisor, offset, shape: [height, width, channels], rows };
}

/** Images as the network gets them. */
export function pixelsOf(
  variant: LenetVariant,
  set: 'train' | 'test',
  rows: readonly number[],
): Float32Array {
  const { divisor, offset, shape } = inputOf(variant);
  const size = shape.reduce((product, length) => product * length, 1);
  const bytes = readFileSync(fixturePath('slim-lenet', 'data', `${set}-images.u8`));
  return Float32Array.from(
    rows.flatMap(row => [...bytes.subarray(row * size, (row + 1) * size)]),
    value => value / divisor - offset,
  );
}

export function labelsOf(set: 'train' | 'test', rows: readonly number[]): number[] {
  const bytes = readFileSync(fixturePath('slim-lenet', 'data', `${set}-labels.u8`));
  return rows.map(row => bytes[row] ?? NaN);
}

/** The images whose logits the oracle has. */
export const LOGIT_ROWS: readonly number[] = Array.from({ length: 16 }, (_, row) => row);
