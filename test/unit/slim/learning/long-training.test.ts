/** What a long training takes of memory does not grow. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const STEPS = 20_000;

test('20,000 steps leave no tensor behind, and less than 5 MB', { timeout: 10 * 60_000 }, async () => {
  const script = join(import.meta.dirname, 'long-training.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--import',
    'tsx',
    script,
    String(STEPS),
  ]);
  const { steps, tensors, bytes } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
    readonly steps: number;
    readonly tensors: number;
    readonly bytes: number;
  };
  expect(steps).toBe(STEPS);
  expect(tensors).toBe(0);
  expect(bytes).toBeLessThan(5e6);
});
