/** What a long training takes of memory does not grow. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const STEPS = 20_000;
/** A slow machine takes fewer steps, and what they leave behind is reckoned up to all of them. */
const SECONDS = 45;

test(
  'a long training leaves no tensor behind, and less than 5 MB',
  async () => {
    const script = join(import.meta.dirname, 'long-training.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      '--import',
      'tsx',
      script,
      String(STEPS),
      String(SECONDS),
    ]);
    const { steps, tensors, bytes } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      readonly steps: number;
      readonly tensors: number;
      readonly bytes: number;
    };
    expect(steps).toBeGreaterThan(1_000);
    expect(tensors).toBe(0);
    expect((bytes / steps) * STEPS).toBeLessThan(5e6);
  },
  1000 * (SECONDS + 60),
);
