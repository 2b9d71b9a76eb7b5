/** The names of a V1 checkpoint's files where it is in several (core/util/tensor_slice_set.h, python/training/saver.py). */

import { prefixOf } from './bundle-file-names.ts';

export interface V1Shard {
  /** What all of them begin with. */
  readonly base: string;
  readonly shard: number;
  /** How many there are. */
  readonly shards: number;
}

/** Undefined: it is not called like one of several. The data of a V2 checkpoint is no V1 checkpoint. */
export function v1Shard(file: string): V1Shard | undefined {
  const found = /^(.*)-(\d{5})-of-(\d{5})$/s.exec(file);
  if (found === null || prefixOf(file) !== undefined) return undefined;
  const [, base = '', shard, shards] = found;
  return { base, shard: Number(shard), shards: Number(shards) };
}
