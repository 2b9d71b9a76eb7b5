import { mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeCheckpoint } from '../../../src/formats/checkpoint-writer.ts';
import { float32Tensor } from '../../../src/formats/tensor-value.ts';
import { watchCheckpoints, type CheckpointFile } from '../../../src/monitor/checkpoint-watch.ts';
import { TemporaryLogdir } from './temporary-logdir.ts';

let logdir: TemporaryLogdir;
let watching: ReturnType<typeof watchCheckpoints>;
let told: (readonly CheckpointFile[])[];
beforeEach(() => {
  logdir = new TemporaryLogdir();
  told = [];
});
afterEach(() => {
  watching.dispose();
  logdir.remove();
});

const follow = (folder: string): void => {
  watching = watchCheckpoints(folder, newestFirst => told.push(newestFirst));
};
const save = (folder: string, step: number): Promise<void> =>
  writeCheckpoint(join(folder, `model.ckpt-${step}`), [['w', float32Tensor([8], new Float32Array(8))]]);
const steps = (): number[] | undefined => told.at(-1)?.map(({ step }) => step);

it('tells what is there, what comes and what goes, newest first', async () => {
  await save(logdir.path, 2);
  await save(logdir.path, 10);
  follow(logdir.path);
  await expect.poll(steps).toEqual([10, 2]);
  await save(logdir.path, 100);
  await expect.poll(steps).toEqual([100, 10, 2]);
  unlinkSync(join(logdir.path, 'model.ckpt-2.index'));
  await expect.poll(steps).toEqual([100, 10]);
  expect(told.at(-1)?.[0]).toMatchObject({ prefix: join(logdir.path, 'model.ckpt-100'), step: 100 });
  expect(told.at(-1)?.[0]?.bytes).toBeGreaterThan(32);
});

it('knows the best one, also when another becomes it', async () => {
  const keep = (...names: string[]): void => {
    const checkpoints = names.map(name => ({ name, step: 0, value: 1 }));
    const content = { metric: 'accuracy', mode: 'max', checkpoints };
    writeFileSync(join(logdir.path, 'best_checkpoints.json'), JSON.stringify(content));
  };
  const best = (): number[] | undefined => told.at(-1)?.flatMap(each => (each.best ? each.step : []));
  await save(logdir.path, 1);
  await save(logdir.path, 2);
  keep('model.ckpt-1', 'model.ckpt-2');
  follow(logdir.path);
  await expect.poll(best).toEqual([1]);
  keep('model.ckpt-2', 'model.ckpt-1');
  await expect.poll(best).toEqual([2]);
  writeFileSync(join(logdir.path, 'best_checkpoints.json'), '{"checkpoints": [null]');
  await expect.poll(best).toEqual([]);
});

it('does not take data without an index, or other files, for checkpoints', async () => {
  writeFileSync(join(logdir.path, 'model.ckpt-5.data-00000-of-00001'), 'x');
  writeFileSync(join(logdir.path, 'model.ckpt.index'), 'no step');
  follow(logdir.path);
  await expect.poll(() => told).toEqual([[]]);
});

it('waits for a folder that is not there yet, and goes on when it was made anew', async () => {
  const later = join(logdir.path, 'runs', 'later');
  mkdirSync(join(logdir.path, 'runs'));
  follow(later);
  await expect.poll(steps).toEqual([]);
  await save(later, 1);
  await expect.poll(steps).toEqual([1]);
  rmSync(later, { recursive: true });
  await expect.poll(steps).toEqual([]);
});
