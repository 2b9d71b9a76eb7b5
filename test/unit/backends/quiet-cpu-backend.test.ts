/** A script's first tensors, made before a backend was chosen, print nothing. */

import * as tf from '@tensorflow/tfjs';
import { expect, test, vi } from 'vitest';

test('importing the library keeps TF.js from advertising tfjs-node', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
  await import('../../../src/slim/index.ts');
  tf.tensor([1]).dispose();
  expect(tf.getBackend()).toBe('cpu');
  expect(warn).not.toHaveBeenCalled();
  new tf.MathBackendCPU().makeTensorInfo([1], 'float32', Float32Array.of(1));
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('Hi, looks like you are running'));
});
