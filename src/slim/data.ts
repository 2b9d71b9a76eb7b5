/** `slim.data`: where batches come from. */

export { readArrays, readIdx, readNpy, readNpz } from './data/array-files.ts';
export { arrays } from './data/arrays.ts';
export type { ArrayData, ArrayValues, BatchOf } from './data/columns.ts';
export type { ExampleFeature } from './data/example-features.ts';
export type { FileName } from './data/file-path.ts';
export { holdOut } from './data/hold-out.ts';
export { imageFolder } from './data/image-folder.ts';
export type { ImageFolderOptions, ImageFolderSource, LabelledImages } from './data/image-folder.ts';
export { IndexedSource } from './data/indexed-source.ts';
export type { BatchOptions, Examples } from './data/indexed-source.ts';
export { prefetch } from './data/prefetch.ts';
export { readBytes } from './data/read-bytes.ts';
export { readCsv } from './data/read-csv.ts';
export type { CsvColumn, CsvOptions } from './data/read-csv.ts';
export { OutOfRangeError } from './data/source.ts';
export type { Source, SourcePosition } from './data/source.ts';
export { stream } from './data/stream.ts';
export type { Batches, BatchIterator, StreamOptions } from './data/stream.ts';
export { tfRecords } from './data/tf-records.ts';
export type { ExampleBatch } from './data/tf-records.ts';
export { worker } from './data/worker.ts';
export type { Loadable, LoadedBatch, LoaderModule, WorkerSource } from './data/worker.ts';
