/** Opens what the user clicked on, and says what is in it. */

import { openCheckpoint } from '../../formats/checkpoint-reader.ts';
import type { Checkpoint, CheckpointFormat } from '../../formats/checkpoint.ts';
import { errorReason } from '../../formats/error-reason.ts';
import type { CheckpointListing, ListedVariable } from '../../protocol/checkpoint.ts';
import { slotsOf } from './slot-names.ts';

export interface ListedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly listing: CheckpointListing;
}

const WITH_CHECKSUMS: ReadonlySet<CheckpointFormat> = new Set(['v2', 'v1', 'npz']);

/** One of several files of a V1 checkpoint. */
const V1_SHARD = /-\d{5}-of-\d{5}$/;

/** @throws FormatError naming the file when it cannot be opened. */
export async function openListed(path: string): Promise<ListedCheckpoint> {
  const { checkpoint, problems } = await openWhole(path);
  try {
    const names = await checkpoint.readableNames();
    const paths = [...checkpoint.variables].map(([name, { dtype, shape, nbytes }]) => ({
      name,
      path: names.get(name) ?? name,
      dtype,
      shape,
      bytes: nbytes,
    }));
    const slots = slotsOf(paths);
    const variables: ListedVariable[] = paths.map((variable, index) => ({
      ...variable,
      slot: slots[index] ?? null,
    }));
    return {
      checkpoint,
      listing: {
        variables,
        problems: [...problems, ...checkpoint.problems],
        hasChecksums: WITH_CHECKSUMS.has(checkpoint.format),
      },
    };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

/** One file of a sharded V1 checkpoint stands for all of them; where some are missing, it is read alone. */
async function openWhole(path: string): Promise<{ checkpoint: Checkpoint; problems: readonly string[] }> {
  if (!V1_SHARD.test(path) || /\.data-\d{5}-of-\d{5}$/.test(path))
    return { checkpoint: await openCheckpoint(path), problems: [] };
  try {
    return { checkpoint: await openCheckpoint(path.replace(V1_SHARD, '')), problems: [] };
  } catch (error) {
    return { checkpoint: await openCheckpoint(path), problems: [errorReason(error)] };
  }
}
