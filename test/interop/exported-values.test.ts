/** What the checkpoint editor exports, as NumPy reads it. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InspectedCheckpoint } from '../../src/monitor/checkpoints/inspected-checkpoint.ts';
import { fixturePath } from '../fixture-files.ts';
import { runPython } from './python-environment.ts';

/** Finds `input`: the archive, the array, and the checkpoint they are of. */
const COMPARE = `
import numpy as np, tensorflow as tf
reader = tf.train.load_checkpoint(input['checkpoint'])
result = {'different': [], 'names': []}
def equal(ours, theirs):
    if ours.dtype != theirs.dtype:
        # NumPy has no bfloat16 of its own, nor TensorFlow's quantized types.
        theirs = theirs.astype(ours.dtype)
    return ours.shape == theirs.shape and ours.tobytes() == theirs.tobytes()
with np.load(input['archive']) as archive:
    for name in archive.files:
        result['names'].append(name)
        if not equal(archive[name], np.asarray(reader.get_tensor(name))):
            result['different'].append(name)
if not equal(np.load(input['array']), reader.get_tensor(input['one'])):
    result['different'].append(input['array'])
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exported-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

it('gives NumPy the arrays that TensorFlow reads, of every dtype and shape', async () => {
  const checkpoint = fixturePath('checkpoints', 'all_dtypes');
  const inspected = await InspectedCheckpoint.open(checkpoint);
  const { variables } = inspected.listing;
  const [archive, array, one] = [join(folder, 'all.npz'), join(folder, 'one.npy'), 'all/float64'];
  const leftOut = await inspected.export(null, archive);
  await inspected.export(
    variables.findIndex(({ name }) => name === one),
    array,
  );
  await inspected.close();
  const result = (await runPython(COMPARE, { checkpoint, archive, array, one })) as {
    readonly different: readonly string[];
    readonly names: readonly string[];
  };
  expect(result.different).toEqual([]);
  expect([...result.names, ...leftOut].sort()).toEqual(variables.map(({ name }) => name).sort());
});
