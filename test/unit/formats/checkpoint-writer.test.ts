import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeBundleEntry } from '../../../src/formats/bundle-entry.ts';
import { openCheckpoint } from '../../../src/formats/checkpoint-reader.ts';
import { writeCheckpoint } from '../../../src/formats/checkpoint-writer.ts';
import { TableReader } from '../../../src/formats/table-reader.ts';
import { WireReader } from '../../../src/formats/wire-format.ts';
import { float32Tensor, int64Tensor, type TensorValue } from '../../../src/formats/tensor-value.ts';
import { checkpoints, fixturePrefix } from './checkpoint-oracle.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-writer-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const DATA = '.data-00000-of-00001';

/** Written by TensorFlow's BundleWriter in one shard. */
const reproducible = [
  'corrupt/base',
  'big_index',
  'keras_weights',
  'manager/ck-9',
  'saved_model_v1/variables/variables',
];

describe.each(checkpoints.filter(([name]) => reproducible.includes(name)))('%s', name => {
  it('is written byte for byte as TensorFlow wrote it', async () => {
    const theirs = await openCheckpoint(fixturePrefix(name));
    const tensors: [string, TensorValue][] = [];
    for (const variable of await namesByOffset(`${fixturePrefix(name)}.index`)) {
      tensors.push([variable, await theirs.read(variable)]);
    }
    await theirs.close();
    const prefix = join(folder, 'written');
    await writeCheckpoint(prefix, tensors);
    expect(readFileSync(`${prefix}.index`).equals(readFileSync(`${fixturePrefix(name)}.index`))).toBe(true);
    expect(readFileSync(prefix + DATA).equals(readFileSync(fixturePrefix(name) + DATA))).toBe(true);
  });
});

/** Whoever called BundleWriter chose the order of the data: the index tells it. */
async function namesByOffset(indexPath: string): Promise<string[]> {
  const file = await open(indexPath);
  const table = await TableReader.open(file, indexPath);
  const placed: { name: string; offset: number; size: number }[] = [];
  await table.forEach(({ key, value }) => {
    if (key.length > 0)
      placed.push({ name: Buffer.from(key).toString(), ...decodeBundleEntry(new WireReader(value)) });
  });
  await file.close();
  return placed.sort((a, b) => a.offset - b.offset || a.size - b.size).map(({ name }) => name);
}

describe('writeCheckpoint', () => {
  const weights = float32Tensor([2, 2], Float32Array.of(1, 2, 3, 4));

  it('makes the folder, and leaves nothing but the checkpoint in it', async () => {
    await writeCheckpoint(join(folder, 'new', 'model.ckpt-1'), [['w', weights]]);
    expect(readdirSync(join(folder, 'new'))).toEqual([`model.ckpt-1${DATA}`, 'model.ckpt-1.index']);
  });

  it('leaves what was there when a tensor cannot be had', async () => {
    const prefix = join(folder, 'model.ckpt-1');
    await writeCheckpoint(prefix, [['w', weights]]);
    const before = readFileSync(`${prefix}.index`);
    function* failing(): Generator<[string, TensorValue]> {
      yield ['w', float32Tensor([1], Float32Array.of(7))];
      throw new Error('the GPU fell off the bus');
    }
    await expect(writeCheckpoint(prefix, failing())).rejects.toThrow(
      `${prefix} could not be saved: the GPU fell off the bus`,
    );
    expect(readFileSync(`${prefix}.index`)).toEqual(before);
    expect(readdirSync(folder)).toEqual([`model.ckpt-1${DATA}`, 'model.ckpt-1.index']);
  });

  it('replaces a checkpoint of the same prefix', async () => {
    const prefix = join(folder, 'model.ckpt-1');
    await writeCheckpoint(prefix, [['w', weights]]);
    await writeCheckpoint(prefix, [['global_step', int64Tensor([], BigInt64Array.of(5n))]]);
    const checkpoint = await openCheckpoint(prefix);
    expect([...checkpoint.variables.keys()]).toEqual(['global_step']);
    await checkpoint.close();
  });

  it('refuses bytes that do not fit the shape, and two tensors of one name', async () => {
    const prefix = join(folder, 'model.ckpt-1');
    const wrong: TensorValue = { dtype: 'float32', shape: [3], bytes: new Uint8Array(8) };
    await expect(writeCheckpoint(prefix, [['w', wrong]])).rejects.toThrow(
      'w has 8 bytes; float32 [3] takes 12.',
    );
    const twice: [string, TensorValue][] = [
      ['w', weights],
      ['w', weights],
    ];
    await expect(writeCheckpoint(prefix, twice)).rejects.toThrow(RangeError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says which checkpoint could not be saved when the folder cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    const prefix = join(folder, 'file', 'model.ckpt-1');
    await expect(writeCheckpoint(prefix, [])).rejects.toThrow(
      `The checkpoint ${prefix} could not be saved: `,
    );
  });

  it('sweeps what a killed process left, but not the files of one that lives', async () => {
    const temporary = (pid: number): string => `model.ckpt-0.index.tempstate-${hostname()}-${pid}-0123abcd`;
    // Above the largest pid that Linux, macOS and Windows give out by default.
    writeFileSync(join(folder, temporary(2 ** 30)), '');
    writeFileSync(join(folder, temporary(process.pid)), '');
    mkdirSync(join(folder, 'model.ckpt-0_temp'));
    await writeCheckpoint(join(folder, 'model.ckpt-1'), [['w', weights]]);
    expect(readdirSync(folder)).toEqual([
      temporary(process.pid),
      'model.ckpt-0_temp',
      `model.ckpt-1${DATA}`,
      'model.ckpt-1.index',
    ]);
  });
});
