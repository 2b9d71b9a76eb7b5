/** A process that dies at any moment while it writes over a checkpoint: what is there then is the old one or the new one. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const crash = vi.hoisted(() => ({ after: Infinity, changes: 0 }));

vi.mock('node:fs/promises', async importOriginal => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  const dying = <A extends unknown[], R>(change: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (crash.changes++ >= crash.after) throw new Error('the process is dead');
      return change(...args);
    };
  };
  return { ...original, rename: dying(original.rename), rm: dying(original.rm) };
});

const { openCheckpoint } = await import('../../../src/formats/checkpoint-reader.ts');
const { writeCheckpoint } = await import('../../../src/formats/checkpoint-writer.ts');
const { float32Tensor } = await import('../../../src/formats/tensor-value.ts');

let folder: string;
beforeEach(() => {
  crash.after = Infinity;
  folder = mkdtempSync(join(tmpdir(), 'overwriting-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const tensors = (value: number) => [['w', float32Tensor([1], Float32Array.of(value))] as const];

async function valueOf(prefix: string): Promise<number | undefined> {
  const checkpoint = await openCheckpoint(prefix);
  try {
    await checkpoint.verify();
    const { bytes } = await checkpoint.read('w');
    return new Float32Array(bytes.slice().buffer)[0];
  } finally {
    await checkpoint.close();
  }
}

it('leaves the old checkpoint or the new one, whenever it dies, and the next save cleans up', async () => {
  const prefix = join(folder, 'model.ckpt-1');
  let old = 0;
  await writeCheckpoint(prefix, tensors(old));
  for (let after = 0; ; after++) {
    crash.after = after;
    crash.changes = 0;
    const value = after + 1;
    const died = await writeCheckpoint(prefix, tensors(value)).then(
      () => false,
      () => true,
    );
    crash.after = Infinity;
    const now = await valueOf(prefix);
    if (!died) {
      expect(now).toBe(value);
      // It died before the data and before the index took their names, at least.
      expect(after).toBeGreaterThanOrEqual(2);
      break;
    }
    expect([old, value]).toContain(now);
    old = now ?? Number.NaN;
  }
  await writeCheckpoint(prefix, tensors(100));
  expect(await valueOf(prefix)).toBe(100);
  expect(readdirSync(folder).filter(name => /\.data-\d{5}-of-\d{5}$/.test(name))).toHaveLength(1);
});
