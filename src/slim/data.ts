/** `slim.data`: where batches come from. */

export { ArraySource, arrays } from './data/arrays.ts';
export type { ArrayData, ArrayValues, ArraysOptions, BatchOf } from './data/arrays.ts';
export { holdOut } from './data/hold-out.ts';
export { readBytes } from './data/read-bytes.ts';
export { OutOfRangeError } from './data/source.ts';
export type { Source, SourcePosition } from './data/source.ts';
