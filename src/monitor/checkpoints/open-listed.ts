/** Opens what the user clicked on, and says what is in it. */

import { openCheckpoint } from '../../formats/checkpoint-reader.ts';
import { hasChecksums, type Checkpoint } from '../../formats/checkpoint.ts';
import { errorReason } from '../../formats/error-reason.ts';
import { v1Shard } from '../../formats/v1-file-names.ts';
import type { CheckpointListing, ListedVariable } from '../../protocol/checkpoint.ts';
import { slotsOf } from './slot-names.ts';

export interface ListedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly listing: CheckpointListing;
}

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
        hasChecksums: hasChecksums(checkpoint.format),
      },
    };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

/** One file of a sharded V1 checkpoint stands for all of them; where some are missing, it is read alone. */
async function openWhole(path: string): Promise<{ checkpoint: Checkpoint; problems: readonly string[] }> {
  const shard = v1Shard(path);
  if (shard === undefined) return { checkpoint: await openCheckpoint(path), problems: [] };
  try {
    return { checkpoint: await openCheckpoint(shard.base), problems: [] };
  } catch (error) {
    return { checkpoint: await openCheckpoint(path), problems: [errorReason(error)] };
  }
}
