import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBestCheckpoints } from '../../../src/formats/best-checkpoints-file.ts';
import { readCheckpointState, writeCheckpointState } from '../../../src/formats/checkpoint-state.ts';
import { fixturePrefix, oracle } from './checkpoint-oracle.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-state-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe.each(Object.entries(oracle.state_files))(
  'state/%s',
  (name, { text, get_checkpoint_state: theirs }) => {
    const dir = fixturePrefix(join('state', name));
    /** TensorFlow only warns of text that it cannot parse, and goes on as if there were no file; we say what is wrong. */
    const cannotBeParsed = text !== null && theirs.ok && theirs.value === null;

    it('says what TensorFlow reads in it', async () => {
      if (!theirs.ok || cannotBeParsed) {
        await expect(readCheckpointState(dir)).rejects.toThrow(join(dir, 'checkpoint'));
        return;
      }
      const state = await readCheckpointState(dir);
      const located = (path: string): string => (isAbsolute(path) ? path : normalize(fixturePrefix(path)));
      const expected = theirs.value as { model_checkpoint_path: string; all: string[] } | null;
      if (expected === null) expect(state).toBeUndefined();
      else {
        expect(state?.model).toBe(located(expected.model_checkpoint_path));
        expect(state?.all).toEqual(expected.all.map(located));
      }
    });
  },
);

describe('state/comment', () => {
  it('has its timestamps', async () => {
    const { text } = oracle.state_files['comment'] ?? { text: null };
    const numbersOf = (name: string): number[] =>
      [...(text ?? '').matchAll(new RegExp(`^${name} *: *(\\S+)`, 'gm'))].map(([, value]) => Number(value));
    const timestamps = numbersOf('all_model_checkpoint_timestamps');
    const [lastPreserved] = numbersOf('last_preserved_timestamp');
    expect(timestamps.length).toBeGreaterThan(0);
    expect(await readCheckpointState(fixturePrefix('state/comment'))).toMatchObject({
      timestamps,
      lastPreserved,
    });
  });
});

describe('readCheckpointState', () => {
  it('reads lists, and text in pieces, as protobuf does', async () => {
    const text =
      'model_checkpoint_path: "b" ".2"; all_model_checkpoint_paths: ["a.1", \'b.\' "2"], all_model_checkpoint_paths: []';
    writeFileSync(join(folder, 'checkpoint'), text);
    expect(await readCheckpointState(folder)).toMatchObject({
      model: join(folder, 'b.2'),
      all: [join(folder, 'a.1'), join(folder, 'b.2')],
    });
  });

  it('refuses what has a field that CheckpointState has not, as TensorFlow does', async () => {
    writeFileSync(join(folder, 'checkpoint'), 'model_checkpoint_path: "b"\nsomething_new: 4\n');
    await expect(readCheckpointState(folder)).rejects.toThrow(
      `${join(folder, 'checkpoint')} is not a CheckpointState: that has no field something_new.`,
    );
  });
});

describe('writeCheckpointState', () => {
  it('comes back as it was, relative to the folder, quotes and umlauts too', async () => {
    const model = join(folder, 'mödel "x" \\.ckpt-2');
    const state = {
      model,
      all: ['/elsewhere/model.ckpt-1', model],
      timestamps: [1.25, 1795405787.842451],
      lastPreserved: 2.5,
    };
    await writeCheckpointState(folder, state);
    expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toContain(
      'model_checkpoint_path: "m\\303\\266del \\"x\\" \\\\.ckpt-2"\nall_model_checkpoint_paths: "/elsewhere/model.ckpt-1"',
    );
    expect(await readCheckpointState(folder)).toEqual(state);
  });
});

describe.runIf(process.platform !== 'win32')('a file of that name that is none', () => {
  it('is refused at once', async () => {
    symlinkSync('/dev/zero', join(folder, 'checkpoint'));
    symlinkSync('/dev/zero', join(folder, 'best_checkpoints.json'));
    await expect(readCheckpointState(folder)).rejects.toThrow(
      `${join(folder, 'checkpoint')} cannot be read: it is a folder or a device`,
    );
    expect(await readBestCheckpoints(folder)).toBe(undefined);
  });

  it('is read where it leads to a file', async () => {
    const elsewhere = join(folder, 'elsewhere');
    writeFileSync(elsewhere, 'model_checkpoint_path: "model.ckpt-7"');
    symlinkSync(elsewhere, join(folder, 'checkpoint'));
    expect((await readCheckpointState(folder))?.model).toBe(join(folder, 'model.ckpt-7'));
  });
});
