/** The files of a V2 checkpoint (core/util/tensor_bundle/naming.cc). */

export function indexFile(prefix: string): string {
  return `${prefix}.index`;
}

export function dataFile(prefix: string, shard: number, shards: number): string {
  const padded = (value: number): string => String(value).padStart(5, '0');
  return `${prefix}.data-${padded(shard)}-of-${padded(shards)}`;
}
