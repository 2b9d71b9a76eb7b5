import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InspectRequest } from '../../../../src/runs/launchers/inspect-model.ts';
import { InspectedModels } from '../../../../src/runs/launchers/inspected-models.ts';

describe('InspectedModels', () => {
  let folder: string;
  let script: string;
  let part: string;
  let asked: InspectRequest[];
  let models: InspectedModels;
  let whileAsked: () => Promise<unknown>;

  /** As a file that was saved an hour ago. */
  async function write(file: string, text: string): Promise<void> {
    await writeFile(file, text);
    const then = new Date(Date.now() - 3_600_000);
    await utimes(file, then, then);
  }

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'inspected-models-'));
    [script, part] = [path.join(folder, 'train.ts'), path.join(folder, 'model.ts')];
    await write(script, 'train');
    await write(part, 'model');
    asked = [];
    whileAsked = () => Promise.resolve();
    models = new InspectedModels(async request => {
      asked.push(request);
      await whileAsked();
      return { variables: [], logdir: `log ${asked.length}`, files: [script, part] };
    });
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const logdir = async (request: Partial<InspectRequest> = {}): Promise<string | null> =>
    (await models.get({ cwd: folder, script, trainer: 'trainer', ...request })).logdir;

  it('asks a script once while nothing has changed', async () => {
    expect([await logdir(), await logdir()]).toEqual(['log 1', 'log 1']);
  });

  it('asks again when the script, or a module that it loads, is another, as long or as old as it may be', async () => {
    await logdir();
    await writeFile(part, 'MODEL');
    expect(await logdir()).toBe('log 2');
    await write(part, 'MODEL!');
    expect(await logdir()).toBe('log 3');
    await write(script, 'train!');
    expect(await logdir()).toBe('log 4');
  });

  it('asks again when a module is gone, and when something else is asked', async () => {
    await logdir();
    expect(await logdir({ backend: 'embedded' })).toBe('log 2');
    await rm(part);
    expect(await logdir()).toBe('log 3');
    expect(await logdir()).toBe('log 4');
  });

  it('keeps nothing of a file that was saved while the script ran', async () => {
    whileAsked = () => writeFile(part, 'MODEL');
    await logdir();
    whileAsked = () => Promise.resolve();
    expect(await logdir()).toBe('log 2');
  });

  it('keeps nothing of a script that failed, and asks when it is told to', async () => {
    await logdir();
    whileAsked = () => Promise.reject(new Error('no model'));
    const request = { cwd: folder, script, trainer: 'trainer' };
    await expect(models.ask(request)).rejects.toThrow('no model');
    whileAsked = () => Promise.resolve();
    expect(await logdir()).toBe('log 3');
  });
});
