import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeCheckpointState } from '../../../src/formats/checkpoint-state.ts';
import { damageReadOnce, newestSoundCheckpoint } from '../../../src/formats/newest-checkpoint.ts';
import { writeCheckpoint } from '../../../src/formats/checkpoint-writer.ts';
import { float32Tensor } from '../../../src/formats/tensor-value.ts';
import { fixturePrefix, oracle } from './checkpoint-oracle.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'newest-checkpoint-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe.each(Object.entries(oracle.state_files))('state/%s', (name, { latest_checkpoint: latest }) => {
  it('leads to the checkpoint that TensorFlow takes, if it takes one', async () => {
    const { newest } = await newestSoundCheckpoint(fixturePrefix(join('state', name)));
    if (latest.ok && latest.value !== null) {
      const expected = latest.value as string;
      expect(newest?.prefix).toBe(fixturePrefix(expected));
      expect(newest?.step).toBe(/-\d+$/.test(expected) ? Number(expected.split('-').at(-1)) : undefined);
    }
  });
});

describe('newestSoundCheckpoint', () => {
  const prefix = (step: number): string => join(folder, `model.ckpt-${step}`);
  const data = (step: number): string => `${prefix(step)}.data-00000-of-00001`;

  async function save(step: number, modified = 1_600_000_000 + step): Promise<void> {
    await writeCheckpoint(prefix(step), [['w', float32Tensor([4], new Float32Array(4).fill(step))]]);
    utimesSync(`${prefix(step)}.index`, modified, modified);
  }

  async function writeState(steps: number[], modified: number): Promise<void> {
    const all = steps.map(prefix);
    await writeCheckpointState(folder, { model: all.at(-1) ?? '', all, timestamps: [] });
    utimesSync(join(folder, 'checkpoint'), modified, modified);
  }

  it('of a folder that is not there is none', async () => {
    expect(await newestSoundCheckpoint(join(folder, 'nothing'))).toEqual({ newest: undefined, damaged: [] });
  });

  it('is what the checkpoint file says, even when others have higher steps', async () => {
    for (const step of [1, 2, 3]) await save(step);
    await writeState([1, 2], 1_600_000_100);
    expect((await newestSoundCheckpoint(folder)).newest).toEqual({ prefix: prefix(2), step: 2 });
  });

  it('is the one that was committed just before its writer was killed', async () => {
    for (const step of [1, 2]) await save(step);
    await writeState([1, 2], 1_600_000_003);
    await save(3, 1_600_000_004);
    expect((await newestSoundCheckpoint(folder)).newest).toEqual({ prefix: prefix(3), step: 3 });
  });

  it('falls back past damaged ones, and says why', async () => {
    for (const step of [1, 2, 3]) await save(step);
    await writeState([1, 2, 3], 1_600_000_100);
    truncateSync(data(3), 10);
    rmSync(data(2));
    const { newest, damaged } = await newestSoundCheckpoint(folder);
    expect(newest).toEqual({ prefix: prefix(1), step: 1 });
    expect(damaged).toEqual([
      { prefix: prefix(3), reason: `${data(3)} is cut off: w ends at offset 16, the file at 10.` },
      { prefix: prefix(2), reason: expect.stringContaining('no such file') as string },
    ]);
  });

  it('names the checkpoint that the file lists but nobody has', async () => {
    await save(3);
    await writeState([3, 99], 1_600_000_100);
    const { newest, damaged } = await newestSoundCheckpoint(folder);
    expect(newest).toEqual({ prefix: prefix(3), step: 3 });
    expect(damaged.map(({ prefix: passedOver }) => passedOver)).toEqual([prefix(99)]);
  });

  it('is found without a checkpoint file, or with a broken one', async () => {
    for (const step of [9, 10]) await save(step);
    expect((await newestSoundCheckpoint(folder)).newest?.step).toBe(10);
    writeFileSync(join(folder, 'checkpoint'), 'this is not a proto {{{\n');
    const { newest, damaged } = await newestSoundCheckpoint(folder);
    expect(newest?.step).toBe(10);
    expect(damaged).toEqual([
      {
        prefix: join(folder, 'checkpoint'),
        reason: expect.stringContaining('line 1 has no colon after this') as string,
      },
    ]);
  });

  it('is found in a folder that was copied from elsewhere with absolute paths', async () => {
    await save(40);
    await writeState([40], 1_600_000_100);
    const text = readFileSync(join(folder, 'checkpoint'), 'utf8');
    writeFileSync(join(folder, 'checkpoint'), text.replaceAll('"model', '"/data/runs/model'));
    expect(existsSync('/data/runs')).toBe(false);
    expect(await newestSoundCheckpoint(folder)).toEqual({
      newest: { prefix: prefix(40), step: 40 },
      damaged: [],
    });
  });

  it('is read once by those who look again, until its index is another', async () => {
    await save(2);
    const damageOf = damageReadOnce();
    expect((await newestSoundCheckpoint(folder, damageOf)).newest?.step).toBe(2);
    truncateSync(data(2), 10);
    expect((await newestSoundCheckpoint(folder, damageOf)).newest?.step).toBe(2);
    utimesSync(`${prefix(2)}.index`, 1_600_000_050, 1_600_000_050);
    expect((await newestSoundCheckpoint(folder, damageOf)).damaged).toHaveLength(1);
  });
});
