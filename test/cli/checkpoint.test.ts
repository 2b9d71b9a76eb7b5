import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import {
  checkpoints,
  damagedIn,
  fixturePrefix,
  oracle,
  outcomesOf,
} from '../unit/formats/checkpoint-oracle.ts';
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
  const all = Object.keys(oracle.corrupt).filter(
    name => oracle.corrupt[name]?.load_and_read_all !== undefined,
  );

  test.each(all)('corrupt/%s is listed with what is sound, and the error where it is', async name => {
    const prefix = fixturePrefix(`corrupt/${name}`);
    const { exitCode, stdout, stderr } = await workspace.run('checkpoint', prefix, '--json', '--hash');
    const { variables, error } = JSON.parse(stdout) as Listing;
    const outcomes = outcomesOf(name);
    const isSound =
      outcomes !== undefined && Object.values(outcomes).every(outcome => typeof outcome === 'string');
    expect(exitCode).toBe(isSound ? 0 : 1);
    expect(stderr).toMatch(isSound ? /^$/ : new RegExp(`^slim-train: .*${name}.*\\n$`));
    if (outcomes === undefined) {
      expect({ variables, isRefused: error !== undefined }).toEqual({ variables: [], isRefused: true });
      return;
    }
    const ours = variables.map(each => [each.name, each.error === undefined ? each.sha256 : 'refused']);
    const theirs = Object.entries(outcomes).map(([each, outcome]) => [
      each,
      typeof outcome === 'string' ? outcome : 'refused',
    ]);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
  });

  test('says which bytes of which variable fail their checksum', async () => {
    const prefix = fixturePrefix('corrupt/flip_data_first_byte');
    const [damaged = ''] = damagedIn('flip_data_first_byte');
    const { stdout, stderr } = await workspace.run('checkpoint', prefix, '--json', '--hash');
    expect(stderr).toContain(`flip_data_first_byte.data-00000-of-00001 is damaged: ${damaged} (`);
    const { variables } = JSON.parse(stdout) as Listing;
    expect(variables.find(({ name }) => name === damaged)?.error).toContain('fails its checksum');
  });

  test.each(['corrupt/v1_flip', 'corrupt/empty_index', 'nothing_here', 'state'])(
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
  const prefix = fixturePrefix('keras_object');
  const { exitCode, stdout } = await workspace.run('checkpoint', prefix);
  const tensors = oracle.checkpoints['keras_object']?.tensors ?? {};
  const checkpoint = await openCheckpoint(prefix);
  const readable = await checkpoint.readableNames();
  await checkpoint.close();
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^name +dtype +shape +bytes$/m);
  const rows = new Set(stdout.split('\n').map(line => line.replaceAll(/ {2,}/g, '  ').trim()));
  for (const [key, { dtype, shape, nbytes }] of Object.entries(tensors)) {
    if (dtype === 'string') continue;
    const bytes = nbytes.toLocaleString('en-US');
    expect(rows).toContain(`${readable.get(key) ?? key}  ${dtype}  [${shape.join(', ')}]  ${bytes}`);
  }
  const count = Object.keys(tensors).length;
  expect(stdout).toMatch(new RegExp(`keras_object \\(v2\\): ${count} variables, [\\d,]+ bytes\\n$`));
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
