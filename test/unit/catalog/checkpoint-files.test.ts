import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkpointName,
  checkpointPath,
  fileOfCheckpoint,
  isTextFile,
  stateOfCheckpoint,
} from '../../../src/catalog/checkpoint-files.ts';

describe('the files of a checkpoint', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'checkpoint-files-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function written(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  it.each([
    ['/a/model.ckpt-1.index', '/a/model.ckpt-1'],
    ['/a/model.ckpt-1.data-00003-of-00010', '/a/model.ckpt-1'],
    ['/a/inception_v1.ckpt', '/a/inception_v1.ckpt'],
    ['/a/v1-00000-of-00003', '/a/v1-00000-of-00003'],
  ])('%s is read as %s', (file, path) => {
    expect(checkpointPath(file)).toBe(path);
  });

  it('calls the variables of a SavedModel as the model', () => {
    expect(checkpointName('/models/flowers/variables/variables')).toBe('flowers');
    expect(checkpointName('/runs/a/model.ckpt-4')).toBe('model.ckpt-4');
  });

  it('opens the index where there is one, otherwise the file', async () => {
    const index = await written('m.index', 'x');
    expect(await fileOfCheckpoint(join(folder, 'm'))).toBe(index);
    expect(await fileOfCheckpoint(join(folder, 'n'))).toBe(join(folder, 'n'));
  });

  it('counts the bytes of all files of it, of no others, and sees when one is written', async () => {
    const index = await written('m.ckpt-1.index', '12345');
    const data = await written('m.ckpt-1.data-00000-of-00001', '1234567');
    await written('m.ckpt-10.index', 'another');
    await written('m.ckpt-1.meta', 'a graph');
    const before = await stateOfCheckpoint(index);
    expect(before?.bytes).toBe(12);
    expect((await stateOfCheckpoint(data))?.signature).toBe(before?.signature);
    await utimes(data, new Date(), new Date(Date.now() + 5000));
    expect((await stateOfCheckpoint(index))?.signature).not.toBe(before?.signature);
    await rm(index);
    expect(await stateOfCheckpoint(index)).toBeUndefined();
  });

  it('takes the shards of a V1 checkpoint for one', async () => {
    const first = await written('v1-00000-of-00002', '123');
    await written('v1-00001-of-00002', '45');
    expect((await stateOfCheckpoint(first))?.bytes).toBe(5);
  });

  it.each([
    ['words', 'words\twith\nlines', true],
    ['umlauts', 'größer', true],
    ['nothing', '', false],
    ['a zero', Uint8Array.of(0x61, 0, 0x62), false],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe, 0x61), false],
    ['a letter of two bytes where reading ends', `${'a'.repeat(4095)}ü`, true],
  ])('tells text from a checkpoint: %s', async (_, content, isText) => {
    expect(await isTextFile(await written('x.index', content))).toBe(isText);
  });

  it('takes what is not there for no text', async () => {
    expect(await isTextFile(join(folder, 'nothing'))).toBe(false);
  });
});
