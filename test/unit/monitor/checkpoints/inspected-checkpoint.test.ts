import { copyFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../../src/formats/checkpoint.ts';
import { openCheckpoint } from '../../../../src/formats/checkpoint-reader.ts';
import { InspectedCheckpoint } from '../../../../src/monitor/checkpoints/inspected-checkpoint.ts';
import type { VariableReport } from '../../../../src/protocol/checkpoint.ts';
import { lenetCheckpoint, lenetVariant } from '../../../lenet-oracle.ts';
import {
  checkpoints,
  damagedIn,
  fixturePrefix,
  sha256Of,
  shardedV1,
} from '../../formats/checkpoint-oracle.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const checkpoint of opened.splice(0)) await checkpoint.close();
});

async function inspect(path: string): Promise<InspectedCheckpoint> {
  const checkpoint = await InspectedCheckpoint.open(path);
  opened.push(checkpoint);
  return checkpoint;
}

async function open(path: string): Promise<Checkpoint> {
  const checkpoint = await openCheckpoint(path);
  opened.push(checkpoint);
  return checkpoint;
}

async function reportsOf(checkpoint: InspectedCheckpoint): Promise<Record<string, VariableReport>> {
  const entries = await Promise.all(
    checkpoint.listing.variables.map(async ({ name }, id) => [name, await checkpoint.report(id)] as const),
  );
  return Object.fromEntries(entries);
}

function idOf(checkpoint: InspectedCheckpoint, name: string): number {
  return checkpoint.listing.variables.findIndex(variable => variable.path === name);
}

describe.each(checkpoints)('the checkpoint %s', (name, tensors) => {
  it('is listed as TensorFlow lists it, and all of it can be read', async () => {
    const checkpoint = await inspect(fixturePrefix(name));
    const { variables } = checkpoint.listing;
    expect(
      Object.fromEntries(variables.map(({ name: key, dtype, shape }) => [key, { dtype, shape }])),
    ).toEqual(
      Object.fromEntries(Object.entries(tensors).map(([key, { dtype, shape }]) => [key, { dtype, shape }])),
    );
    const kinds = Object.values(await reportsOf(checkpoint)).map(({ kind }) => kind);
    expect(kinds.filter(kind => kind === 'damaged' || kind === 'large')).toEqual([]);
  });
});

describe('a damaged checkpoint', () => {
  it('shows what can still be read, and names what cannot', async () => {
    const checkpoint = await inspect(fixturePrefix('corrupt/flip_data_middle_of_d'));
    const reports = await reportsOf(checkpoint);
    const damaged = Object.entries(reports).filter(([, { kind }]) => kind === 'damaged');
    expect(damaged.map(([name]) => name).sort()).toEqual(damagedIn('flip_data_middle_of_d').sort());
    for (const [name, report] of damaged) {
      const message = report.kind === 'damaged' ? report.message : '';
      expect(message).toContain('flip_data_middle_of_d.data');
      expect(message).toContain(` ${name} `);
    }
  });

  it.each(['missing_data', 'empty_data'])('names the file and every variable: %s', async name => {
    const checkpoint = await inspect(fixturePrefix(`corrupt/${name}`));
    const reports = Object.values(await reportsOf(checkpoint));
    const withBytes = checkpoint.listing.variables.filter(({ bytes }) => bytes > 0);
    expect(reports.filter(({ kind }) => kind === 'damaged')).toHaveLength(withBytes.length);
    for (const report of reports) {
      if (report.kind === 'damaged') expect(report.message).toContain(`${name}.data-00000-of-00001`);
    }
  });

  it.each(['empty_index', 'index_random', 'truncated_index_half', 'index_zeros'])(
    'whose index is no index is refused, naming it: %s',
    async name => {
      await expect(inspect(fixturePrefix(`corrupt/${name}`))).rejects.toThrow(`${name}.index`);
    },
  );
});

describe('InspectedCheckpoint', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inspected-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('tells what changed, what is new, and what is gone', async () => {
    const { replay, latest_checkpoint: latest } = lenetVariant('lenet-adam');
    if (replay === undefined) throw new Error('Nobody recorded the steps of lenet-adam.');
    const [oldest, newest] = [lenetCheckpoint(replay.from), lenetCheckpoint(latest)];
    const checkpoint = await inspect(newest);
    expect(await checkpoint.compareWith(oldest)).toEqual([]);
    const step = idOf(checkpoint, 'global_step');
    expect(await checkpoint.change(step)).toMatchObject({ kind: 'values', largest: replay.losses.length });
    await checkpoint.compareWith(newest);
    expect(await checkpoint.change(step)).toMatchObject({ kind: 'values', relative: 0 });
    const removed = await checkpoint.compareWith(fixturePrefix('merged_slices'));
    expect(removed.map(({ name }) => name)).toEqual(
      Object.keys(Object.fromEntries(checkpoints)['merged_slices'] ?? {}),
    );
    expect(removed).not.toEqual([]);
    expect(await checkpoint.change(step)).toEqual({ kind: 'added' });
  });

  it('does not compare what has another shape', async () => {
    const [own, other] = [join(folder, 'a.json'), join(folder, 'b.json')];
    await writeFile(own, '{"w": [1, 2, 3]}');
    await writeFile(other, '{"w": [[1, 2], [3, 4]]}');
    const checkpoint = await inspect(own);
    await checkpoint.compareWith(other);
    expect(await checkpoint.change(0)).toEqual({ kind: 'shape', dtype: 'float64', shape: [2, 2] });
  });

  it('takes one file of a sharded V1 checkpoint for the whole, and alone where the others are missing', async () => {
    const [, shard = ''] = shardedV1.files;
    const whole = await inspect(fixturePrefix(shard));
    expect(whole.listing.problems).toEqual([]);
    await copyFile(fixturePrefix(shard), join(folder, shard));
    const alone = await inspect(join(folder, shard));
    expect(alone.listing.variables.length).toBeLessThan(whole.listing.variables.length);
    expect(alone.listing.problems.join()).toContain(`lacks file 0 of ${shardedV1.files.length}`);
  });

  it('does not read a large variable before that is asked for', async () => {
    // A hole in the file: it takes no room on the disk.
    const header = Buffer.from(
      JSON.stringify({ big: { dtype: 'F32', shape: [75e6], data_offsets: [0, 300e6] } }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const file = join(folder, 'big.safetensors');
    await writeFile(file, Buffer.concat([length, header]));
    await truncate(file, 8 + header.length + 300e6);
    const checkpoint = await inspect(file);
    expect(await checkpoint.report(0)).toEqual({ kind: 'large' });
    await expect(checkpoint.window(0, [0, 1], [0, 1])).rejects.toThrow('big is large');
    checkpoint.allow(0);
    expect([...(await checkpoint.window(0, [0, 1], [0, 1])).values]).toEqual([0]);
  });

  it('exports one variable, and all of them, as they are', async () => {
    const checkpoint = await inspect(fixturePrefix('all_dtypes'));
    const original = await open(fixturePrefix('all_dtypes'));
    const archive = join(folder, 'all.npz');
    const leftOut = await checkpoint.export(null, archive);
    expect(leftOut.every(name => original.variables.get(name)?.dtype === 'string')).toBe(true);
    const written = await open(archive);
    expect(written.problems).toEqual([]);
    expect([...written.variables.keys(), ...leftOut].sort()).toEqual([...original.variables.keys()].sort());
    for (const [name, { dtype }] of original.variables) {
      if (written.variables.get(name)?.dtype !== dtype) continue;
      expect(sha256Of(await written.read(name))).toBe(sha256Of(await original.read(name)));
    }
    const array = join(folder, 'one.npy');
    const [complex = ''] = [...original.variables].find(([, { dtype }]) => dtype === 'complex64') ?? [];
    await checkpoint.export(idOf(checkpoint, complex), array);
    const one = await open(array);
    expect(sha256Of(await one.read('one'))).toBe(sha256Of(await original.read(complex)));
    expect((await readFile(array)).subarray(0, 6).toString('latin1')).toBe('\x93NUMPY');
  });

  it('leaves no file behind when a variable that is exported is damaged', async () => {
    const checkpoint = await inspect(fixturePrefix('corrupt/flip_data_middle_of_d'));
    const archive = join(folder, 'all.npz');
    await expect(checkpoint.export(null, archive)).rejects.toThrow(
      ` ${damagedIn('flip_data_middle_of_d')[0]} `,
    );
    expect(await readdir(folder)).toEqual([]);
  });
});
