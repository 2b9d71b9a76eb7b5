/** Start Training, and Start Again. */

import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ScriptSpec } from '../../protocol/run-spec.ts';
import { chooseScript } from './choose-script.ts';
import { configuredFolder, provideEditorTypes } from '../../catalog/editor-types.ts';
import { runsViewId } from '../../catalog/contributions.ts';
import type { RunActions } from '../../catalog/run-actions.ts';
import type { RunList } from '../../catalog/run-list.ts';
import { chosenRun } from '../../catalog/run-node.ts';
import type { DashboardPanels } from '../dashboard/dashboard-panels.ts';
import { currentAttempt } from '../../runs/attempt-groups.ts';
import { scriptSpec } from './trainer-settings.ts';
import { tell } from '../vscode/tell.ts';
import { isTrustedToRun } from '../vscode/workspace-trust.ts';

export interface LaunchRooms {
  readonly extension: Pick<vscode.ExtensionContext, 'asAbsolutePath'>;
  readonly actions: Pick<RunActions, 'start'>;
  readonly dashboard: Pick<DashboardPanels, 'reveal'>;
  readonly log: Pick<vscode.LogOutputChannel, 'info'>;
}

interface StartRooms extends LaunchRooms {
  readonly actions: Pick<RunActions, 'start' | 'trainingOf' | 'specToGoOn'>;
  readonly list: Pick<RunList, 'run'>;
}

/** `uri`: what the command was run on, in an editor's title. */
export async function startTraining(rooms: StartRooms, uri: unknown): Promise<void> {
  if (!(await isTrustedToRun())) return;
  const script = await chooseScript(uri);
  if (script === undefined) return;
  if (!(await isStartWanted(rooms, script.fsPath))) return;
  await launch(rooms, scriptSpec(script.fsPath));
}

/** The same script with the same settings as the last time: it goes on from the newest checkpoint. */
export async function startAgain(rooms: StartRooms, node: unknown): Promise<void> {
  if (!(await isTrustedToRun())) return;
  const run = chosenRun(rooms.list, node);
  const record = run === undefined ? undefined : currentAttempt(run)?.record;
  if (run === undefined || record === undefined) return;
  if (record.script !== null && !(await isStartWanted(rooms, record.script))) return;
  const { script, ...others } = await rooms.actions.specToGoOn(run.id);
  await launch(rooms, scriptSpec(script, others));
}

/** Runs the script, and shows its curves. */
export async function launch(rooms: LaunchRooms, spec: ScriptSpec): Promise<void> {
  await saveIfDirty(spec.script);
  await vscode.window.withProgress({ location: { viewId: runsViewId } }, async () => {
    const run = await rooms.actions.start(spec);
    rooms.log.info(`Started ${spec.script}: ${run.attempts.at(-1)?.folder ?? ''}`);
    rooms.dashboard.reveal('scalars', run.id);
    const configured = await configuredFolder(spec.script, spec.cwd);
    await provideEditorTypes(rooms.extension.asAbsolutePath('dist/types'), configured);
  });
}

/** Asks only where the script is training already: two processes cannot write into one log folder. */
async function isStartWanted({ actions, dashboard }: StartRooms, script: string): Promise<boolean> {
  const live = await actions.trainingOf(script);
  if (live === undefined) return true;
  const [show, start] = ['Show Dashboard', 'Start Anyway'] as const;
  const choice = await tell(
    'warning',
    `${basename(script)} is training already, as ${live.name}. A second run of it needs a log folder of its own.`,
    show,
    start,
  );
  if (choice === show) dashboard.reveal('scalars', live.id);
  return choice === start;
}

/** What runs is what is seen. */
export async function saveIfDirty(path: string): Promise<void> {
  const dirty = vscode.workspace.textDocuments.find(
    document => document.uri.fsPath === path && document.isDirty,
  );
  if (dirty !== undefined && !(await dirty.save()))
    throw new Error(`${path} could not be saved, so nothing was started.`);
}
