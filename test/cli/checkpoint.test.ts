import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixturePath } from '../fixture-files.ts';
import { checkpoints, fixturePrefix, oracle } from '../unit/formats/checkpoint-oracle.ts';
import { Workspace } from './slim-train.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await Workspace.create();
});
afterAll(async () => {
  await workspace.remove();
});

interface Listing {
  readonly path: string;
  readonly format: string | null;
  readonly error?: string;
  readonly variables: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly nbytes: number;
    readonly sha256?: string;
    readonly error?: string;
  }[];
}

test.each(checkpoints)('%s is listed as TensorFlow reads it', async (name, tensors) => {
  const { exitCode, stdout, stderr } = await workspace.run(
    'checkpoint',
    fixturePrefix(name),
    '--json',
    '--hash',
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const listing = JSON.parse(stdout) as Listing;
  const ours = listing.variables.map(({ name, dtype, shape, nbytes, sha256 }) => ({
    ...{ name, dtype, shape, nbytes, sha256 },
  }));
  const theirs = Object.entries(tensors).map(([name, { dtype, shape, nbytes, sha256_le: sha256 }]) => ({
    ...{ name, dtype, shape, nbytes, sha256 },
  }));
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  expect(ours.toSorted(byName)).toEqual(theirs.toSorted(byName));
  expect(listing.format).toMatch(/^v[12]$/);
});

describe('a damaged checkpoint', () => {
  test('is listed with what is sound, and the error where it is', async () => {
    const prefix = fixturePrefix('corrupt/flip_data_first_byte');
    const { exitCode, stdout, stderr } = await workspace.run('checkpoint', prefix, '--json', '--hash');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^slim-train: .*flip_data_first_byte\.data-00000-of-00001 is damaged: a \(.*\n$/);
    const { variables } = JSON.parse(stdout) as Listing;
    const sound = oracle.checkpoints['corrupt/base']?.tensors ?? {};
    for (const { name, sha256, error } of variables) {
      if (name === 'a') expect(error).toContain('fails its checksum');
      else expect({ sha256, error }).toEqual({ sha256: sound[name]?.sha256_le, error: undefined });
    }
    expect(variables).toHaveLength(4);
  });

  test.each(['corrupt/v1_flip', 'corrupt/empty_index', 'nothing_here', 'corrupt'])(
    '%s is one line on stderr',
    async name => {
      const { exitCode, stdout, stderr } = await workspace.run('checkpoint', fixturePrefix(name), '--json');
      expect(exitCode).toBe(1);
      expect(stderr.split('\n')).toHaveLength(2);
      expect(JSON.parse(stdout)).toMatchObject({ path: fixturePrefix(name), variables: [] });
    },
  );

  test('has no table on stdout when nothing of it can be read', async () => {
    const { exitCode, stdout } = await workspace.run('checkpoint', fixturePrefix('corrupt/v1_flip'));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  });
});

test('without --json there is a table with names for people', async () => {
  const { exitCode, stdout } = await workspace.run('checkpoint', fixturePath('checkpoints', 'keras_object'));
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^name +dtype +shape +bytes$/m);
  expect(stdout).toMatch(/^c1\/kernel +float32 +\[3, 3, 1, 4\] +144$/m);
  expect(stdout).toMatch(/keras_object \(v2\): 28 variables, [\d,]+ bytes\n$/);
});

test('a file of values is listed as a checkpoint is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cli-checkpoint-'));
  const path = join(folder, 'values.json');
  writeFileSync(path, '{"w": [[1, 2, 3]], "b": 1}');
  const { stdout } = await workspace.run('checkpoint', path, '--json');
  rmSync(folder, { recursive: true });
  expect(JSON.parse(stdout)).toEqual({
    path,
    format: 'json',
    variables: [
      { name: 'b', dtype: 'float64', shape: [], nbytes: 8 },
      { name: 'w', dtype: 'float64', shape: [1, 3], nbytes: 24 },
    ],
  });
});

test('wrong usage is told from a bad file', async () => {
  expect((await workspace.run('checkpoint')).exitCode).toBe(2);
  expect((await workspace.run('checkpoint', 'a', 'b')).exitCode).toBe(2);
  expect((await workspace.run('checkpoint', 'a', '--hsah')).stderr).toContain('no option --hsah');
});
