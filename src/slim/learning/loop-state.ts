import type { Checkpoint } from '../../formats/checkpoint.ts';
import type { TensorValue } from '../../formats/tensor-value.ts';

/** What the loop has to remember over a resume, by name: how long a metric has not become better, say. */
export type LoopState = Readonly<Record<string, number>>;

export const EMPTY_LOOP_STATE: LoopState = {};

/** Where a checkpoint keeps it: float64 scalars beside the variables. */
const PREFIX = 'slim_loop/';

export function loopStateEntries(state: LoopState): Map<string, TensorValue> {
  return new Map(
    Object.entries(state).map(([name, value]) => {
      const bytes = new Uint8Array(Float64Array.of(value).buffer);
      return [`${PREFIX}${name}`, { dtype: 'float64', shape: [], bytes }];
    }),
  );
}

export async function readLoopState(checkpoint: Checkpoint): Promise<LoopState> {
  const state: Record<string, number> = {};
  for (const name of checkpoint.variables.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const { bytes } = await checkpoint.read(name);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    state[name.slice(PREFIX.length)] = view.getFloat64(0, true);
  }
  return state;
}
