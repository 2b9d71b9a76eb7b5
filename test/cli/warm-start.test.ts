/** What the extension does between a checkpoint and a run that starts from it, with real files and the real trainer. */

import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseRestoreFile } from '../../src/restore/restore-file.ts';
import { InspectedModels } from '../../src/runs/launchers/inspected-models.ts';
import { draftMapping, prepareWarmStart, scriptOfMapping } from '../../src/catalog/mapping-files.ts';
import { lineScript } from './line-script.ts';
import { trainer, Workspace } from './slim-train.ts';

let trained: Workspace;
let workspace: Workspace;
let script: string;
let checkpoint: string;

beforeAll(async () => {
  trained = await Workspace.create();
  await trained.write('train.ts', lineScript());
  expect((await trained.run('run', 'train.ts')).exitCode).toBe(0);
});

afterAll(() => trained.remove());

/** A trained line, and a script whose line has another name and which trains into `logs/tuned`. */
beforeEach(async () => {
  workspace = await Workspace.create();
  await cp(join(trained.folder, 'logs'), join(workspace.folder, 'logs'), { recursive: true });
  checkpoint = join(workspace.folder, 'logs/line/model.ckpt-40');
  const tuned = lineScript().replaceAll("'line'", "'tuned'").replace('logs/line', 'logs/tuned');
  script = await workspace.write('tuned.ts', tuned);
});

afterEach(() => workspace.remove());

const WARM = {
  schemaVersion: 1,
  checkpoint: 'logs/line/model.ckpt-40',
  script: 'tuned.ts',
  rename: [{ pattern: '^line/', replacement: 'tuned/' }],
};

const write = (mapping: object): Promise<string> =>
  workspace.write('warm.restore.json', JSON.stringify(mapping));

const never = new AbortController().signal;
const question = () => ({
  models: new InspectedModels(),
  request: { cwd: workspace.folder, script, trainer },
  signal: never,
});
const draft = (from = checkpoint): Promise<string> => draftMapping(from, question());
const nobody: (logdir: string) => boolean = () => false;
const prepare = (mapping: string, isTaken = nobody): Promise<string | undefined> =>
  prepareWarmStart(mapping, question(), isTaken);

describe('draftMapping', () => {
  test('writes a mapping beside the script, filled by names and shapes, with relative paths', async () => {
    const path = await draft(`${checkpoint}.index`);
    expect(path).toBe(join(workspace.folder, 'line-40.restore.json'));
    const { mapping, problems } = parseRestoreFile(await readFile(path, 'utf8'));
    expect(problems).toEqual([]);
    expect(mapping).toMatchObject({
      checkpoint: 'logs/line/model.ckpt-40',
      script: 'tuned.ts',
      rename: [{ pattern: '^line/', replacement: 'tuned/' }],
    });
    expect(await scriptOfMapping(path)).toBe(script);
  });

  test('never writes over another', async () => {
    const mine = await workspace.write('line-40.restore.json', 'mine');
    expect(await draft()).toBe(join(workspace.folder, 'line-40-2.restore.json'));
    expect(await readFile(mine, 'utf8')).toBe('mine');
  });

  test.each([
    [
      'a model that cannot be inspected',
      "throw new Error('no digits here');",
      /tuned\.ts cannot be inspected/,
    ],
    ['a script that does not train', "console.log('hello');", /tuned\.ts ended without training/],
  ])('of %s writes nothing', async (_, text, message) => {
    await writeFile(script, text);
    await expect(draft()).rejects.toThrow(message);
    await expect(readFile(join(workspace.folder, 'line-40.restore.json'))).rejects.toThrow('ENOENT');
  });

  test('of a checkpoint that is gone, or is none, says so', async () => {
    await expect(draft(join(workspace.folder, 'gone.index'))).rejects.toThrow(/no checkpoint .*gone/);
    await writeFile(`${checkpoint}.index`, 'not a table');
    await expect(draft()).rejects.toThrow(/model\.ckpt-40\.index/);
  });
});

describe('prepareWarmStart', () => {
  test("takes the script's own log folder, but not where it has checkpoints or another run", async () => {
    const tuned = join(workspace.folder, 'logs/tuned');
    expect(await prepare(await write(WARM))).toBeUndefined();
    expect(await prepare(await write(WARM), logdir => logdir === tuned)).toBe(`${tuned}-2`);
    await rename(join(workspace.folder, 'logs/line'), tuned);
    const moved = await write({ ...WARM, checkpoint: 'logs/tuned' });
    expect(await prepare(moved, logdir => logdir === `${tuned}-2`)).toBe(`${tuned}-3`);
  });

  test('of a mapping that names what is not there is one message', async () => {
    const mapping = await write({ ...WARM, variables: { 'tuned/weigths': {} } });
    await expect(prepare(mapping)).rejects.toThrow(
      /warm\.restore\.json: .*the model has no variable tuned\/weigths \(it has tuned\/weights/,
    );
  });

  test('of a mapping that is no JSON says where', async () => {
    const mapping = await workspace.write('warm.restore.json', '{ "schemaVersion": 1, }');
    await expect(prepare(mapping)).rejects.toThrow(/warm\.restore\.json:1:\d+: This is not JSON/);
  });

  test('of a checkpoint that was deleted meanwhile names it', async () => {
    await rm(join(workspace.folder, 'logs'), { recursive: true });
    await expect(prepare(await write(WARM))).rejects.toThrow(`There is no checkpoint ${checkpoint}`);
  });

  test('of a mapping that is gone names it', async () => {
    await expect(prepare(join(workspace.folder, 'gone.restore.json'))).rejects.toThrow(
      /The restore mapping .*gone\.restore\.json cannot be read/,
    );
  });
});
