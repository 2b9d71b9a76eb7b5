import type { CheckpointAnswer, CheckpointQuestion } from '../../src/protocol/checkpoint.ts';

/** Rejects with what the extension says of it. Never settles when the file is opened again meanwhile. */
export type Ask = <Q extends CheckpointQuestion>(
  question: Q,
) => Promise<Extract<CheckpointAnswer, { kind: Q['kind'] }>>;
