/** The small commands on a run: pause, resume, save, and ways to its files. */

import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { indexFile } from '../../formats/bundle-file-names.ts';
import { NumberFormat } from '../../protocol/number-format.ts';
import type { RunState } from '../../protocol/run.ts';
import { chooseRun } from './choose-run.ts';
import { openFailure } from '../vscode/failure-location.ts';
import { showRestoreReport } from '../warm-start/restore-report.ts';
import { isLiveRun, currentAttempt, stateOf } from '../../runs/attempt-groups.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';
import { runsViewId } from '../../catalog/contributions.ts';
import type { RunActions } from '../../catalog/run-actions.ts';
import type { RunList } from '../../catalog/run-list.ts';
import { chosenRun, isRunNode } from '../../catalog/run-node.ts';
import type { DashboardPanels } from '../dashboard/dashboard-panels.ts';
import type { RunTree } from './run-tree.ts';

interface ListRooms {
  readonly list: Pick<RunList, 'run' | 'runs'>;
}

interface ActionRooms extends ListRooms {
  readonly actions: Pick<RunActions, 'pause' | 'resume' | 'save'>;
}

interface DashboardRooms extends ListRooms {
  readonly dashboard: Pick<DashboardPanels, 'show' | 'reveal'>;
}

interface TreeRooms extends ListRooms {
  readonly tree: Pick<RunTree, 'show'>;
}

const QUIET_MS = 5000;

export async function pauseTraining({ list, actions }: ActionRooms, node: unknown): Promise<void> {
  const question = { title: 'Pause Training', none: 'Nothing is training.', among: isIn('running') };
  const run = await chooseRun(list, node, question);
  if (run !== undefined) await actions.pause(run.id);
}

export async function resumeTraining({ list, actions }: ActionRooms, node: unknown): Promise<void> {
  const question = { title: 'Resume Training', none: 'No run is paused.', among: isIn('paused') };
  const run = await chooseRun(list, node, question);
  if (run !== undefined) await actions.resume(run.id);
}

export async function saveCheckpoint({ list, actions }: ActionRooms, node: unknown): Promise<void> {
  const question = { title: 'Save Checkpoint Now', none: 'Nothing is training.', among: isLiveRun };
  const run = await chooseRun(list, node, question);
  if (run === undefined) return;
  const saving = actions.save(run.id);
  const title = `Saving a checkpoint of ${run.name}`;
  const { step } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title },
    () => saving,
  );
  const words = `Saved the checkpoint of step ${new NumberFormat(vscode.env.language).count(step)}`;
  vscode.window.setStatusBarMessage(`$(archive) ${words}`, QUIET_MS);
}

export function showDashboard({ list, dashboard }: DashboardRooms, node: unknown): void {
  const run = chosenRun(list, node);
  if (run === undefined) dashboard.show();
  else dashboard.reveal('scalars', run.id);
}

export async function showConsole({ list, dashboard }: DashboardRooms, node: unknown): Promise<void> {
  const run = await chooseRun(list, node, {
    title: 'Show Console',
    none: 'No run of this folder has a console.',
    among: ({ attempts }) => attempts.length > 0,
  });
  if (run !== undefined) dashboard.reveal('console', run.id);
}

export async function openRunFailure({ list }: ListRooms, node: unknown): Promise<void> {
  const run = chosenRun(list, node);
  if (run !== undefined) await openFailure(currentAttempt(run)?.record.failure);
}

export async function copyPath(rooms: ListRooms, node: unknown): Promise<void> {
  const path = pathOf(rooms, node);
  if (path !== undefined) await vscode.env.clipboard.writeText(path);
}

/** In the Explorer where the workspace holds it, otherwise in the system's file manager. */
export async function reveal(rooms: ListRooms, node: unknown): Promise<void> {
  const path = pathOf(rooms, node);
  if (path === undefined) return;
  const isCheckpoint = isRunNode(node) && node.kind === 'checkpoint';
  await revealFile(isCheckpoint ? indexFile(path) : path);
}

async function revealFile(path: string): Promise<void> {
  const uri = vscode.Uri.file(path);
  const inWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await vscode.commands.executeCommand(inWorkspace ? 'revealInExplorer' : 'revealFileInOS', uri);
}

/** The checkpoint that the run was warm-started from: its row, or its file where no run here has it. */
export async function revealOrigin({ list, tree }: TreeRooms, node: unknown): Promise<void> {
  const origin = (await chooseRun(list, node, WARM_STARTED))?.origin ?? null;
  if (origin === null) return;
  if (origin.run !== null) return tree.show(origin.run, origin.from);
  const files = [indexFile(origin.from), origin.from].filter(existsSync);
  if (files[0] === undefined) throw new Error(`${origin.from} is no longer there.`);
  await revealFile(files[0]);
}

/** What became of each variable at the run's warm start. */
export async function showReportOfRun({ list }: ListRooms, node: unknown): Promise<void> {
  const run = await chooseRun(list, node, WARM_STARTED);
  if (run !== undefined) await showRestoreReport(run);
}

const WARM_STARTED = {
  title: 'Warm-started run',
  none: 'No run of this folder was warm-started.',
  among: ({ origin }: TrainingRun): boolean => origin !== null,
};

/** The tree's own search field. */
export async function filterRuns(): Promise<void> {
  await vscode.commands.executeCommand(`${runsViewId}.focus`);
  await vscode.commands.executeCommand('list.find');
}

function pathOf({ list }: ListRooms, node: unknown): string | undefined {
  if (isRunNode(node) && node.kind === 'checkpoint') return node.prefix;
  const run = chosenRun(list, node);
  return run?.logdir ?? (run === undefined ? undefined : currentAttempt(run)?.folder);
}

function isIn(state: RunState): (run: Parameters<typeof stateOf>[0]) => boolean {
  return run => stateOf(run) === state;
}
