/** Functions that take defaults from `argScope`, and their options, against the keyword arguments of TF-Slim's, which recorded/record.py wrote down. */

import { describe, expect, test } from 'vitest';
import * as slim from '../../src/slim/index.ts';
import { readRecorded } from './recorded.ts';

const recorded = readRecorded('arguments') as Readonly<Record<string, readonly string[]>>;

/** Layers that there are not: docs/differences-from-tf-slim.md says why. */
const NOT_OFFERED: Readonly<Record<string, string>> = {
  convolution: 'conv1d, conv2d and conv3d are it',
  convolution1d: 'the long name of conv1d',
  convolution2d: 'the long name of conv2d',
  convolution3d: 'the long name of conv3d',
  convolution2d_in_plane: 'the long name of conv2dInPlane',
  convolution2d_transpose: 'the long name of conv2dTranspose',
  convolution3d_transpose: 'the long name of conv3dTranspose',
  separable_convolution2d: 'the long name of separableConv2d',
  dense_to_sparse: 'TF.js has no sparse tensors',
  images_to_sequence: 'for recurrent cells, which there are none of',
  sequence_to_images: 'as images_to_sequence',
};

/** Arguments that there are not. */
const WITHOUT = new Set([
  // Channels are last: TF.js has kernels, and gradients, for that order only.
  'dataFormat',
  // Variables are on no device of their own, in one piece, in one process, and of one kind.
  'cachingDevice',
  'device',
  'partitioner',
  'customGetter',
  'useResource',
  'synchronization',
  'aggregation',
  // A faster, less exact variance, for TPUs.
  'meanCloseToZero',
]);

/** Arguments that there are beyond TF-Slim's, or by another name. */
const OTHER: Readonly<Record<string, { readonly added: string[]; readonly removed: string[] }>> = {
  // A scope as every layer's, in place of a name, and what comes with it.
  spatial_softmax: { added: ['scope', 'reuse', 'outputsCollections'], removed: ['name'] },
};

function camelCase(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

describe('options are the keyword arguments of TF-Slim', () => {
  test.each(Object.entries(recorded))('%s', (name, theirs) => {
    const layer: unknown = Object.entries(slim).find(([each]) => each === camelCase(name))?.[1];
    if (NOT_OFFERED[name] !== undefined) {
      expect(layer).toBeUndefined();
      return;
    }
    if (!slim.hasArgScope(layer))
      throw new Error(`${name} takes no defaults here, nor is it known to be left out.`);
    const { added, removed } = OTHER[name] ?? { added: [], removed: [] };
    const expected = theirs.map(camelCase).filter(each => !WITHOUT.has(each) && !removed.includes(each));
    const ours: readonly string[] = slim.argScopedArguments(layer as typeof layer & typeof slim.flatten);
    expect([...ours].sort()).toEqual([...expected, ...added].sort());
  });
});
