/** Stop Training: asks the run to save and end, and says so only if that takes long. */

import { setTimeout as delay } from 'node:timers/promises';
import { chooseRun } from './choose-run.ts';
import { tell, tellWhile } from '../vscode/tell.ts';
import { currentAttempt, isLiveRun, progressOf } from '../../runs/attempt-groups.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';
import type { RunActions } from '../../catalog/run-actions.ts';
import type { RunList } from '../../catalog/run-list.ts';
import type { RunNotices } from './run-notices.ts';

interface Rooms {
  readonly list: Pick<RunList, 'run' | 'runs'>;
  readonly actions: Pick<RunActions, 'stop' | 'kill'>;
  readonly notices: Pick<RunNotices, 'expectEnd'>;
}

const SHOW_AFTER_MS = 2000;
const PATIENCE_MS = 30_000;

export async function stopTraining(rooms: Rooms, node: unknown): Promise<void> {
  const run = await chooseRun(rooms.list, node, {
    title: 'Stop Training',
    none: 'Nothing is training.',
    among: isLiveRun,
  });
  if (run === undefined) return;
  for (let ended = await patiently(run, rooms.actions.stop(run.id, PATIENCE_MS)); !ended;) {
    const choice = await offerKill(run);
    if (choice === 'end') ended = await kill(rooms, run);
    else if (choice === 'wait') ended = await patiently(run, rooms.actions.stop(run.id, PATIENCE_MS));
    else return;
  }
}

async function kill({ actions, notices }: Rooms, run: TrainingRun): Promise<boolean> {
  const attempt = currentAttempt(run);
  if (attempt !== undefined) notices.expectEnd(attempt);
  return actions.kill(run.id);
}

async function patiently(run: TrainingRun, ending: Promise<boolean>): Promise<boolean> {
  const soon = await Promise.race([ending, delay(SHOW_AFTER_MS, undefined)]);
  if (soon !== undefined) return soon;
  const title = `Stopping ${run.name}${hasSteps(run) ? ': it saves a checkpoint first' : ''}`;
  return tellWhile(title, false, () => ending);
}

async function offerKill(run: TrainingRun): Promise<'end' | 'wait' | undefined> {
  const [end, wait] = ['End Process', 'Wait'] as const;
  const choice = await tell(
    'warning',
    `${run.name} has not ended within ${PATIENCE_MS / 1000} s.${hasSteps(run) ? ' Ending its process loses the steps since its last checkpoint.' : ''}`,
    end,
    wait,
  );
  if (choice === end) return 'end';
  return choice === wait ? 'wait' : undefined;
}

function hasSteps(run: TrainingRun): boolean {
  return progressOf(run) !== null;
}
