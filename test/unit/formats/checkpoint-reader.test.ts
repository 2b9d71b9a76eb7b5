import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/formats/checkpoint.ts';
import { openCheckpoint } from '../../../src/formats/checkpoint-reader.ts';
import { checkpoints, fixturePrefix, oracle, outcomesOf, sha256Of, shardedV1 } from './checkpoint-oracle.ts';

async function withCheckpoint<T>(prefix: string, use: (checkpoint: Checkpoint) => Promise<T>): Promise<T> {
  const checkpoint = await openCheckpoint(prefix);
  try {
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}

const byName = (a: { variable: string }, b: { variable: string }): number =>
  a.variable < b.variable ? -1 : 1;

describe.each(checkpoints)('%s', (name, tensors) => {
  it('lists what TensorFlow lists', async () => {
    const variables = await withCheckpoint(fixturePrefix(name), checkpoint =>
      Promise.resolve(checkpoint.variables),
    );
    const ours = [...variables].map(([variable, { dtype, shape }]) => ({ variable, dtype, shape }));
    const theirs = Object.entries(tensors).map(([variable, { dtype, shape }]) => ({
      variable,
      dtype,
      shape,
    }));
    expect(ours.sort(byName)).toEqual(theirs.sort(byName));
    for (const [variable, { dtype, nbytes }] of variables) {
      if (dtype !== 'string') expect(nbytes).toBe(tensors[variable]?.nbytes);
    }
  });

  it('holds the bytes that TensorFlow reads', async () => {
    await withCheckpoint(fixturePrefix(name), async checkpoint => {
      await checkpoint.verify();
      for (const [variable, expected] of Object.entries(tensors)) {
        const value = await checkpoint.read(variable);
        expect({ variable, sha256_le: sha256Of(value), shape: value.shape }).toEqual({
          variable,
          sha256_le: expected.sha256_le,
          shape: expected.shape,
        });
      }
    });
  });
});

const corrupt = Object.entries(oracle.corrupt).filter(
  ([, { load_and_read_all: outcome }]) => outcome !== undefined,
);

describe.each(corrupt)('corrupt/%s', name => {
  const prefix = fixturePrefix(join('corrupt', name));

  it('is refused where TensorFlow refuses it, and read where it reads it', async () => {
    const theirs = outcomesOf(name);
    if (theirs === undefined) {
      await expect(openCheckpoint(prefix)).rejects.toThrow(name);
      return;
    }
    const outcomes = Object.entries(theirs);
    const damaged = outcomes.filter(([, outcome]) => typeof outcome !== 'string');
    await withCheckpoint(prefix, async checkpoint => {
      for (const [variable, outcome] of outcomes) {
        if (typeof outcome === 'string') expect(sha256Of(await checkpoint.read(variable))).toBe(outcome);
        else await expect(checkpoint.read(variable)).rejects.toThrow(variable);
      }
      if (damaged.length > 0) await expect(checkpoint.verify()).rejects.toThrow(damaged[0]?.[0]);
      else await checkpoint.verify();
    });
  });
});

/** What TensorFlow's latest_checkpoint makes of a folder, load_checkpoint opens. It does not look for others. */
it.each(Object.entries(oracle.state_files))('state/%s is opened as TensorFlow does', async (name, state) => {
  const { latest_checkpoint: latest } = state;
  const opening = withCheckpoint(fixturePrefix(join('state', name)), ({ prefix }) => Promise.resolve(prefix));
  if (latest.ok && latest.value !== null) expect(await opening).toBe(fixturePrefix(latest.value as string));
  else if (name === 'stale') expect(await opening).toBe(fixturePrefix('state/stale/model.ckpt-3'));
  else await expect(opening).rejects.toThrow(join('state', name));
});

it.each(['nothing_here', 'state'])('%s is no checkpoint, as for TensorFlow', async name => {
  await expect(openCheckpoint(fixturePrefix(name))).rejects.toThrow(name);
});

describe('a checkpoint in a folder of its own', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'checkpoint-reader-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function copy(name: string): string {
    const prefix = join(folder, 'copy');
    for (const file of oracle.checkpoints[name]?.files ?? []) {
      copyFileSync(fixturePrefix(file), join(folder, file.replace(/^.*\//, '').replace(/^[^.]*/, 'copy')));
    }
    return prefix;
  }

  it('is refused or read unchanged, whichever byte of it is changed', async () => {
    const prefix = copy('corrupt/base');
    for (const file of [`${prefix}.index`, `${prefix}.data-00000-of-00001`]) {
      const sound = new Uint8Array(readFileSync(file));
      // Of the data file every seventh byte will do.
      for (let at = 0; at < sound.length; at += file.endsWith('.index') ? 1 : 7) {
        const damaged = sound.slice();
        damaged[at] = (damaged[at] ?? 0) ^ 0x41;
        writeFileSync(file, damaged);
        const outcome = await withCheckpoint(prefix, async checkpoint => {
          await checkpoint.verify();
          return Promise.all([...checkpoint.variables.keys()].map(name => checkpoint.read(name)));
        }).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome.name).toBe('FormatError');
        else if (Array.isArray(outcome)) {
          // Only the metaindex and its handle may change unnoticed: nobody reads them.
          expect(outcome.map(sha256Of).sort()).toEqual(
            Object.values(oracle.checkpoints['corrupt/base']?.tensors ?? {})
              .map(tensor => tensor.sha256_le)
              .sort(),
          );
        }
      }
      writeFileSync(file, sound);
    }
  });

  it('is read by what people click on: its index, its data file, its SavedModel', async () => {
    const names = (path: string) =>
      withCheckpoint(fixturePrefix(path), ({ variables }) => Promise.resolve([...variables.keys()]));
    const merged = await names('merged');
    expect(await names('merged.index')).toEqual(merged);
    const data = (oracle.checkpoints['merged']?.files ?? []).filter(file => file.includes('.data-'));
    expect(data.length).toBeGreaterThan(1);
    for (const file of data) expect(await names(file)).toEqual(merged);
    const { base, pattern, files } = shardedV1;
    expect(await names(base)).toEqual(await names(pattern));
    for (const file of files) expect((await names(file)).length).toBeLessThan((await names(base)).length);
    expect(await names('saved_model')).toEqual(await names('saved_model/variables/variables'));
    expect(await names('state/relative')).toEqual(await names('corrupt/base'));
  });

  it('lacks a V1 shard: that is said, and the others are read by their names', async () => {
    const { base, files } = shardedV1;
    const others = files.filter((_, index) => index !== 1);
    for (const file of others) copyFileSync(fixturePrefix(file), join(folder, file));
    await expect(openCheckpoint(join(folder, base))).rejects.toThrow(`lacks file 1 of ${files.length}`);
    const rest = await withCheckpoint(join(folder, others.at(-1) ?? ''), async checkpoint => {
      await checkpoint.verify();
      return checkpoint.variables.size;
    });
    expect(rest).toBeGreaterThan(0);
  });

  it('has readable names where it is an object graph', async () => {
    const readable = (path: string) =>
      withCheckpoint(fixturePrefix(path), checkpoint => checkpoint.readableNames());
    const VALUE = '/.ATTRIBUTES/VARIABLE_VALUE';
    const SLOT = /^(.*)\/\.OPTIMIZER_SLOT\/[^/]+\/([^/]+)$/;
    const keras = await readable('keras_object');
    const stored = [...keras.keys()]
      .filter(key => key.endsWith(VALUE))
      .map(key => key.slice(0, -VALUE.length));
    const nameOf = (path: string): string => keras.get(path + VALUE) ?? '';
    // Layers name their variables; what nobody named TensorFlow calls Variable, and here it has the name of its attribute.
    for (const path of stored) {
      expect(keras.get(path + VALUE)).not.toMatch(/\.ATTRIBUTES|layer_with_weights|^Variable/);
      const [, of, slot] = SLOT.exec(path) ?? [];
      if (of === undefined) expect(nameOf(path).split('/').at(-1)).toBe(path.split('/').at(-1));
      else expect(nameOf(path).replace(/^[^/]+\//, '')).toBe(`${nameOf(of)}/${slot}`);
    }
    expect(stored.some(path => SLOT.test(path))).toBe(true);
    expect(new Set(keras.values()).size).toBe(keras.size);
    const trained = await readable('keras_new_optimizer');
    const namesIn = (part: string): string[] =>
      [...trained].flatMap(([key, name]) => (key.includes(part) ? [name] : []));
    const layers = namesIn('layer_with_weights');
    expect(namesIn('/_variables/').length).toBeGreaterThan(0);
    for (const slot of namesIn('/_variables/')) {
      expect(layers.filter(layer => slot.endsWith(`/${layer}`))).not.toEqual([]);
    }
    const plain = await readable('v1_partitioned');
    expect([...plain.keys()]).toEqual([...plain.values()]);
    expect(plain.size).toBeGreaterThan(0);
  });

  it('names the variable that is not in it', async () => {
    await withCheckpoint(fixturePrefix('merged'), async checkpoint => {
      await expect(checkpoint.read('nope')).rejects.toThrow('has no variable nope');
    });
  });
});
