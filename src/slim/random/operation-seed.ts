import type { Graph } from '../scope/graph.ts';

/** The seed of an op: by the graph's seed and the op's name, so that a new layer leaves the others' randomness as it was. */
export function operationSeed(graph: Graph, name: string): number {
  return hash32(`${graph.seed}/${name}`);
}

/** FNV-1a over UTF-16 units with the finalizer of MurmurHash3: an unsigned 32-bit integer. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
