import { int64Tensor } from '../../formats/tensor-value.ts';
import type { TensorValue } from '../../formats/tensor-value.ts';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import type { SourcePosition } from '../data/source.ts';

/** Where a checkpoint keeps the data's position: beside the variables, as any other int64 scalar. */
const PREFIX = 'slim_data/';

export function positionEntries(position: SourcePosition): Map<string, TensorValue> {
  return new Map(
    Object.entries(position).map(([name, value]) => [
      `${PREFIX}${name}`,
      int64Tensor([], BigInt64Array.of(BigInt(value))),
    ]),
  );
}

/** The position that a checkpoint holds, null when it holds none. */
export async function readPosition(checkpoint: Checkpoint): Promise<SourcePosition | null> {
  const names = [...checkpoint.variables.keys()].filter(name => name.startsWith(PREFIX));
  if (names.length === 0) return null;
  const position: Record<string, number> = {};
  for (const name of names) {
    const { bytes } = await checkpoint.read(name);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    position[name.slice(PREFIX.length)] = Number(view.getBigInt64(0, true));
  }
  return position;
}
