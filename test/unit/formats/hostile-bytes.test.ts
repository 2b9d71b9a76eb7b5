/** Files with changed bits or cut ends: each is read or refused with one message, soon, and without taking memory for it. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCheckpoint } from '../../../src/formats/checkpoint-reader.ts';
import { fixturePrefix } from './checkpoint-oracle.ts';

const CASES = 150;
const MAX_MEMORY_BYTES = 256 * 2 ** 20;

const VALUES = join(import.meta.dirname, 'values');
const files = [
  ...readdirSync(VALUES)
    .filter(name => /\.(?:npy|npz|safetensors|mat|json|csv)$/.test(name) && name !== 'oracle.json')
    .map(name => join(VALUES, name)),
  ...['v1_partitioned', 'snappy_v1_all', 'keras_weights.index', 'partitioned.index'].map(fixturePrefix),
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-bytes-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Mulberry32: the same numbers in each run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function damaged(sound: Uint8Array, random: (below: number) => number): Uint8Array {
  if (random(4) === 0) return sound.subarray(0, random(sound.length));
  const bytes = sound.slice();
  for (let flips = 1 + random(4); flips > 0; flips--) {
    // Headers are at the beginning, indexes at the end: most of what matters is there.
    const region = Math.min(bytes.length, 300);
    const from = [0, bytes.length - region, 0][random(3)] ?? 0;
    const at = random(2) === 0 ? from + random(region) : random(bytes.length);
    bytes[at] = random(3) === 0 ? 0xff : (bytes[at] ?? 0) ^ (1 << random(8));
  }
  return bytes;
}

/** What was wrong, each as text; the errors are all ones that files are to blame for. */
async function readAll(path: string): Promise<void> {
  const errors: unknown[] = [];
  try {
    const checkpoint = await openCheckpoint(path);
    for (const name of checkpoint.variables.keys()) {
      await checkpoint.read(name).catch((error: unknown) => errors.push(error));
    }
    await checkpoint.close();
  } catch (error) {
    errors.push(error);
  }
  for (const error of errors) {
    expect(error).toMatchObject({ name: 'FormatError' });
    expect((error as Error).message).toContain(folder);
  }
}

it.each(files)('%s', async original => {
  const sound = new Uint8Array(readFileSync(original));
  const random = randomFrom(sound.length);
  const name = original.replace(/^.*[/\\]/, '');
  for (let index = 0; index < CASES; index++) {
    const place = join(folder, name.replaceAll('.', '-'));
    mkdirSync(place, { recursive: true });
    const path = join(place, name);
    writeFileSync(path, damaged(sound, random));
    const before = process.memoryUsage();
    await readAll(path);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(MAX_MEMORY_BYTES);
  }
});
