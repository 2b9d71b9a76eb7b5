/** What starts attempts somewhere, knows whether they live, and ends them: the store knows no more of any of them. */

import type { RunRecord } from '../../protocol/run.ts';
import type { RunSpec } from '../../protocol/run-spec.ts';

/** What a launcher gets of an attempt. The record may be anybody's: it can come with a cloned repository. */
export interface Launched {
  /** The run folder. */
  readonly folder: string;
  readonly record: RunRecord;
}

export interface Launcher {
  /** What `RunRecord.launcher` says of those that it has launched. */
  readonly kind: string;
  /**
   * Starts what was specified, so that it keeps its record in that run folder and outlives whoever started it. Resolves
   * once the record is there. Rejects with why it has not begun, and takes away what it has put into the folder.
   */
  launch(spec: RunSpec, folder: string): Promise<void>;
  /** The fields by which it knows its own again and which this record lacks, or which make no sense. */
  missing(record: RunRecord): readonly (keyof RunRecord)[];
  /** Whether what the record says to live does so. Only looks; where it cannot tell it rejects, and the record is believed. */
  isAlive(attempt: Launched): Promise<boolean>;
  /** Asks it to save and end, where neither its socket nor its folder may reach it. Does nothing where it cannot. */
  interrupt(attempt: Launched): Promise<void>;
  /**
   * Ends it, and all that it started, without saving. Resolves when that is said, not when it is done.
   *
   * @param force it was said before, and the attempt lives on: so that nothing in it can refuse.
   * @throws Error, for people, where it cannot be ended from here.
   */
  kill(attempt: Launched, force: boolean): Promise<void>;
}
