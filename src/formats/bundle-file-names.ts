/** The files of a V2 checkpoint (core/util/tensor_bundle/naming.cc). */

const INDEX = '.index';
const BUNDLE_FILE = /\.(?:index|data-\d{5}-of-\d{5})$/;

export function indexFile(prefix: string): string {
  return `${prefix}${INDEX}`;
}

export function isIndexFile(name: string): boolean {
  return name.endsWith(INDEX);
}

/** The prefixes of which a folder has the index, that is its committed checkpoints. */
export function prefixesIn(names: readonly string[]): string[] {
  return names.filter(name => isIndexFile(name) && name !== INDEX).map(name => name.slice(0, -INDEX.length));
}

/** The prefix of the checkpoint of which this is the index or holds data; undefined: it is neither by its name. */
export function prefixOf(file: string): string | undefined {
  return BUNDLE_FILE.test(file) ? file.replace(BUNDLE_FILE, '') : undefined;
}

export function dataFile(prefix: string, shard: number, shards: number): string {
  const padded = (value: number): string => String(value).padStart(5, '0');
  return `${prefix}.data-${padded(shard)}-of-${padded(shards)}`;
}

/** Whether a file of that name holds data of the checkpoint of that prefix, both without their folder. */
export function isDataFile(name: string, prefix: string): boolean {
  return prefixOf(name) === prefix && !isIndexFile(name);
}

/** The global step in a checkpoint's name (`model.ckpt-1000`); undefined when it has none. */
export function stepOf(prefix: string): number | undefined {
  const digits = /-(\d+)$/.exec(prefix)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
