/** The files of a V2 checkpoint (core/util/tensor_bundle/naming.cc). */

export function indexFile(prefix: string): string {
  return `${prefix}.index`;
}

export function dataFile(prefix: string, shard: number, shards: number): string {
  const padded = (value: number): string => String(value).padStart(5, '0');
  return `${prefix}.data-${padded(shard)}-of-${padded(shards)}`;
}

/** Whether a file of that name holds data of the checkpoint of that prefix, both without their folder. */
export function isDataFile(name: string, prefix: string): boolean {
  return (
    name.startsWith(`${prefix}.data-`) && /^\d{5}-of-\d{5}$/.test(name.slice(prefix.length + '.data-'.length))
  );
}

/** The global step in a checkpoint's name (`model.ckpt-1000`); undefined when it has none. */
export function stepOf(prefix: string): number | undefined {
  const digits = /-(\d+)$/.exec(prefix)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
