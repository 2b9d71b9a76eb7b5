/** Every file of examples/tutorial, run as its reader runs it, on both backends: what its section promises is in its checkpoints. */

import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import { Workspace } from './slim-train.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples');

test('the tutorial has nine sections', async () => {
  const sections = (await readdir(join(EXAMPLES, 'tutorial'))).filter(name => /^\d-.*\.ts$/.test(name));
  expect(sections.map(name => name[0])).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

describe.each(['native', 'embedded'] as const)('on the %s backend', backend => {
  let workspace: Workspace;

  beforeAll(async () => {
    workspace = await Workspace.create();
    for (const example of ['digits', 'tutorial']) {
      await cp(join(EXAMPLES, example), join(workspace.folder, example), { recursive: true });
    }
  });

  afterAll(() => workspace.remove());

  /** Runs a section to its end. Returns its losses by step, as the last training in it logged them. */
  async function run(section: string, ...more: string[]): Promise<Map<number, number>> {
    const script = `tutorial/${section}.ts`;
    const { exitCode, stdout, stderr } = await workspace.run('run', script, '--backend', backend, ...more);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toContain(`Backend: ${backend}`);
    expect(stdout + stderr).not.toContain('WARNING: each step leaves');
    const lines = stdout.matchAll(/^global step (\d+): loss = (\S+) \(/gm);
    return new Map(Array.from(lines, ([, step, loss]) => [Number(step), Number(loss)]));
  }

  /** The numbers of a variable that a section's training saved at a step. */
  async function saved(logdir: string, step: number, variable: string): Promise<number[]> {
    const prefix = join(workspace.folder, 'logs/tutorial', logdir, `model.ckpt-${step}`);
    const checkpoint = await openCheckpoint(prefix);
    try {
      const { dtype, bytes } = await checkpoint.read(variable);
      const { buffer } = bytes.slice();
      return [...(dtype === 'int32' ? new Int32Array(buffer) : new Float32Array(buffer))];
    } finally {
      await checkpoint.close();
    }
  }

  test('1: the training loop takes its steps, and saves at its beginning and end', async () => {
    const losses = await run('1-training-loop');
    expect([...losses.keys()]).toEqual([20, 40, 60, 80, 100, 120, 140, 160, 180, 200]);
    expect(losses.get(200)).toBeLessThan(0.8);
    expect(await workspace.checkpoints('logs/tutorial/1-training-loop')).toEqual([0, 200]);
  });

  test('2: the simple working script learns, and takes its flags from the command line', async () => {
    const losses = await run('2-simple-working-script', '--hparam', 'steps=120', '--hparam=momentum=0.8');
    expect([...losses.keys()].at(-1)).toBe(120);
    expect(losses.get(120)).toBeLessThan(losses.get(20) ?? 0);
    expect((await workspace.records()).at(-1)?.hparams).toMatchObject({ steps: 120, momentum: 0.8 });
  });

  test('3: the train op multiplies gradients by name, and clips each of them', async () => {
    const first = '3-clip-gradients';
    const change = async (logdir: string, variable: string): Promise<number[]> => {
      const before = await saved(logdir, 0, variable);
      return (await saved(logdir, 1, variable)).map((value, at) => value - (before[at] ?? NaN));
    };
    // Gradients of the first step have norms below 4: both trainings differ by the multipliers alone.
    await run('3-train-op', '--steps=1');
    for (const [variable, multiplier] of [
      ['conv0/weights', 1.2],
      ['fc8/weights', 3.4],
      ['conv0/biases', 1],
    ] as const) {
      const plain = await change(first, variable);
      const multiplied = await change('3-gradient-multipliers', variable);
      const ratio = norm(multiplied) / norm(plain);
      expect(ratio, variable).toBeCloseTo(multiplier, 2);
      expect(norm(plain), variable).toBeGreaterThan(0);
    }
    await run('3-train-op', '--steps=2', '--hparam', 'clipGradientNorm=0.01');
    const before = await saved(first, 1, 'fc8/weights');
    const clipped = (await saved(first, 2, 'fc8/weights')).map((value, at) => value - (before[at] ?? NaN));
    expect(norm(clipped)).toBeCloseTo(0.05 * 0.01, 5);
  });

  test('4: update ops run as they are asked for', async () => {
    await run('4-additional-updates');
    const movingMean = async (logdir: string): Promise<number> =>
      norm(await saved(logdir, 20, 'conv0/BatchNorm/moving_mean'));
    expect(await movingMean('4-collected')).toBeGreaterThan(0);
    expect(await movingMean('4-none')).toBe(0);
    expect(await movingMean('4-others')).toBe(0);
    expect(await saved('4-others', 20, 'others')).toEqual([20]);
    for (const logdir of ['4-added', '4-added-by-hand']) {
      expect(await movingMean(logdir)).toBeGreaterThan(0);
      expect(await saved(logdir, 20, 'added0')).toEqual([20]);
      expect(await saved(logdir, 20, 'added1')).toEqual([20]);
    }
  });

  test.each([
    ['5-from-a-checkpoint', 'conv0', 'fc8'],
    ['6-names-that-do-not-match', 'strokes', 'digits'],
  ])('%s: all variables begin by those of the checkpoint', async (section, conv, fc) => {
    await run(section);
    for (const kind of ['weights', 'biases']) {
      expect(await saved(section, 0, `${conv}/${kind}`)).toEqual(
        await saved('old-model', 60, `conv0/${kind}`),
      );
      expect(await saved(section, 0, `${fc}/${kind}`)).toEqual(await saved('old-model', 60, `fc8/${kind}`));
      expect(await saved(section, 50, `${fc}/${kind}`)).not.toEqual(await saved(section, 0, `${fc}/${kind}`));
    }
  });

  test('7: what is fine-tuned begins by the checkpoint, the rest anew', async () => {
    const losses = await run('7-fine-tuning');
    expect(await saved('7-fine-tuning', 0, 'conv0/weights')).toEqual(
      await saved('old-model', 60, 'conv0/weights'),
    );
    expect(await saved('7-fine-tuning', 0, 'fc8/weights')).toHaveLength(16 * 16 * 16);
    expect(await saved('7-fine-tuning', 0, 'fc9/biases')).toEqual([0, 0]);
    expect(losses.get(100)).toBeLessThan(0.5);
  });

  test('8: variables begin by values in memory', async () => {
    const losses = await run('8-from-values-in-memory');
    const biases = await saved('8-from-values-in-memory', 0, 'fc/biases');
    expect(biases).toHaveLength(10);
    expect(Math.max(...biases)).toBeLessThan(-1);
    // Chance is ln 10 = 2.3.
    expect(losses.get(10)).toBeLessThan(1.5);
  });

  test('9: the full example learns', async () => {
    const losses = await run('9-full-example');
    expect(losses.get(300)).toBeLessThan(0.6);
    expect(await workspace.checkpoints('logs/tutorial/9-full-example')).toEqual([0, 300]);
  });
});

function norm(values: readonly number[]): number {
  return Math.hypot(...values);
}
