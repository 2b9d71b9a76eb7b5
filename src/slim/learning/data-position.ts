import { int64Tensor } from '../../formats/tensor-value.ts';
import type { TensorValue } from '../../formats/tensor-value.ts';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import type { SourcePosition } from '../data/source.ts';

/**
 * Where a checkpoint keeps the position of a run's n-th source: beside the variables, as any other int64 scalar,
 * `slim_data/NAME`, `slim_data_1/NAME`.
 */
function prefixOf(source: number): string {
  return source === 0 ? 'slim_data/' : `slim_data_${source}/`;
}

export function positionEntries(source: number, position: SourcePosition): [string, TensorValue][] {
  return Object.entries(position).map(([name, value]) => [
    `${prefixOf(source)}${name}`,
    int64Tensor([], BigInt64Array.of(BigInt(value))),
  ]);
}

/** The position that a checkpoint holds of a run's n-th source, null when it holds none. */
export async function readPosition(checkpoint: Checkpoint, source: number): Promise<SourcePosition | null> {
  const prefix = prefixOf(source);
  const names = [...checkpoint.variables.keys()].filter(name => name.startsWith(prefix));
  if (names.length === 0) return null;
  const position: Record<string, number> = {};
  for (const name of names) {
    const { bytes } = await checkpoint.read(name);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    position[name.slice(prefix.length)] = Number(view.getBigInt64(0, true));
  }
  return position;
}
