/** How a launcher other than the local one gets its name, and what it knows an attempt by, into the trainer's record. */

import type { RunRecord } from '../../protocol/run.ts';

type LaunchedBy = Pick<RunRecord, 'launcher' | 'launched'>;

const VARIABLE = 'SLIM_LAUNCHED_BY';

/** What to add to the environment of a trainer. */
export function launchedByEnvironment(by: LaunchedBy): Readonly<Record<string, string>> {
  return { [VARIABLE]: JSON.stringify(by) };
}

/** What the record of a trainer with that environment says. */
export function launchedBy(environment: NodeJS.ProcessEnv): LaunchedBy {
  const text = environment[VARIABLE];
  return text === undefined ? { launcher: 'local' } : (JSON.parse(text) as LaunchedBy);
}
