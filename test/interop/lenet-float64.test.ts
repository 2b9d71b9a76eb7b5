/**
 * Where a replay of recorded steps keeps a bound of its own on the embedded backend: that the algorithm amplifies rounding,
 * and not the backend. TensorFlow, in float64, goes on from the weights that the embedded backend has after 20 steps.
 * They are TensorFlow's but for rounding, and yet the run parts from the recorded one, as far as the backend's own.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureBackend } from '../../src/backends/ensure-backend.ts';
import * as slim from '../../src/slim/index.ts';
import { fixturePath } from '../fixture-files.ts';
import { PARTING, replayed, trainOpAtStart, type Replayed } from '../parity/recorded-lenet.ts';
import { expectClose } from '../parity/tolerance.ts';
import { pythonEnvironment, runPython } from './python-environment.ts';

const INSTALLING_MS = 15 * 60_000;
const TENSORFLOW_MS = 120_000;
const SCRIPT = readFileSync(join(import.meta.dirname, 'lenet_float64.py'), 'utf8');
/** Until then every run is as near as any: see tolerance.ts. */
const TOGETHER = 20;

interface Float64Run {
  readonly losses: number[];
  readonly variables: Readonly<Record<string, number[]>>;
}

type StartingVariables = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: number[] }>
>;

beforeAll(async () => {
  await pythonEnvironment();
  await ensureBackend({ searchFrom: [import.meta.dirname], tensorflow: tf, prefer: 'embedded' });
}, INSTALLING_MS);

async function inFloat64(
  { config }: Replayed,
  variables: string | StartingVariables,
  steps: readonly number[],
): Promise<Float64Run> {
  const data = fixturePath('slim-lenet', 'data');
  return (await runPython(SCRIPT, { config, data, variables, steps })) as Float64Run;
}

/** The recorded steps on the embedded backend, and its variables after some of them. */
async function embeddedRun(variant: Replayed): Promise<{ losses: number[]; variables: StartingVariables }> {
  return new slim.Graph().asDefault(async () => {
    const trainOp = await trainOpAtStart(variant);
    const losses: number[] = [];
    let variables: StartingVariables = {};
    for (let step = 0; step < variant.replay.losses.length; step++) {
      if (step === TOGETHER) {
        variables = Object.fromEntries(
          slim
            .getVariables()
            .map(({ name, shape, value }) => [name, { shape, values: [...value.dataSync()] }] as const),
        );
      }
      losses.push(await trainOp.run());
    }
    return { losses, variables };
  });
}

function farthest(losses: readonly number[], recorded: readonly number[]): number {
  return Math.max(...losses.map((loss, step) => Math.abs(loss / (recorded[step] ?? NaN) - 1)));
}

describe.each(replayed.filter(([name]) => PARTING[name] !== undefined))('%s', (_, variant) => {
  const steps = variant.replay.losses.map(([step]) => step);
  const recorded = variant.replay.losses.map(([, loss]) => loss);

  test(
    'in float64, rounding alone leads as far from the recorded run',
    { timeout: TENSORFLOW_MS },
    async () => {
      const start = fixturePath('slim-lenet', ...variant.replay.from.split('/'));
      const [together, whole, embedded] = await Promise.all([
        inFloat64(variant, start, steps.slice(0, TOGETHER)),
        inFloat64(variant, start, steps),
        embeddedRun(variant),
      ]);
      expectClose(whole.losses, recorded, { relative: 1e-5, absolute: 1e-6 }, 'losses in float64');
      for (const [name, { values }] of Object.entries(embedded.variables)) {
        if (name === 'global_step') continue;
        const exact = together.variables[name] ?? [];
        const largest = Math.max(...exact.map(Math.abs));
        expectClose(values, exact, { relative: 0, absolute: 1e-5 * largest }, `${name} at step ${TOGETHER}`);
      }
      const continued = await inFloat64(variant, embedded.variables, steps.slice(TOGETHER));
      expect(farthest(continued.losses, recorded.slice(TOGETHER))).toBeGreaterThan(1e-4);
      expectClose(
        embedded.losses.slice(TOGETHER),
        continued.losses,
        { relative: 1e-4, absolute: 1e-4 },
        'losses of the embedded backend, against float64 from its own variables',
      );
    },
  );
});
