/** The small commands on a run: pause, resume, save, and ways to its files. */

import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { indexFile } from '../../formats/bundle-file-names.ts';
import { NumberFormat } from '../../protocol/number-format.ts';
import type { RunState } from '../../protocol/run.ts';
import { chooseRun, chosenRun } from './choose-run.ts';
import { openFailure } from '../vscode/failure-location.ts';
import { isRunNode } from './run-rows.ts';
import { showRestoreReport } from '../warm-start/restore-report.ts';
import { isLiveRun, currentAttempt, stateOf } from '../../runs/attempt-groups.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';
import type { TrainingWindow } from '../training-window.ts';

const QUIET_MS = 5000;

export async function pauseTraining(window: TrainingWindow, node: unknown): Promise<void> {
  const question = { title: 'Pause Training', none: 'Nothing is training.', among: isIn('running') };
  const run = await chooseRun(window.list, node, question);
  if (run !== undefined) await window.actions.pause(run.id);
}

export async function resumeTraining(window: TrainingWindow, node: unknown): Promise<void> {
  const question = { title: 'Resume Training', none: 'No run is paused.', among: isIn('paused') };
  const run = await chooseRun(window.list, node, question);
  if (run !== undefined) await window.actions.resume(run.id);
}

export async function saveCheckpoint(window: TrainingWindow, node: unknown): Promise<void> {
  const question = { title: 'Save Checkpoint Now', none: 'Nothing is training.', among: isLiveRun };
  const run = await chooseRun(window.list, node, question);
  if (run === undefined) return;
  const saving = window.actions.save(run.id);
  const title = `Saving a checkpoint of ${run.name}`;
  const { step } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title },
    () => saving,
  );
  const words = `Saved the checkpoint of step ${new NumberFormat(vscode.env.language).count(step)}`;
  vscode.window.setStatusBarMessage(`$(archive) ${words}`, QUIET_MS);
}

export function showDashboard(window: TrainingWindow, node: unknown): void {
  const run = chosenRun(window.list, node);
  if (run === undefined) window.dashboard.show();
  else window.dashboard.reveal('scalars', run.id);
}

export async function showConsole(window: TrainingWindow, node: unknown): Promise<void> {
  const run = await chooseRun(window.list, node, {
    title: 'Show Console',
    none: 'No run of this folder has a console.',
    among: ({ attempts }) => attempts.length > 0,
  });
  if (run !== undefined) window.dashboard.reveal('console', run.id);
}

export async function openRunFailure(window: TrainingWindow, node: unknown): Promise<void> {
  const run = chosenRun(window.list, node);
  if (run !== undefined) await openFailure(currentAttempt(run)?.record.failure);
}

export async function copyPath(window: TrainingWindow, node: unknown): Promise<void> {
  const path = pathOf(window, node);
  if (path !== undefined) await vscode.env.clipboard.writeText(path);
}

/** In the Explorer where the workspace holds it, otherwise in the system's file manager. */
export async function reveal(window: TrainingWindow, node: unknown): Promise<void> {
  const path = pathOf(window, node);
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
export async function revealOrigin(window: TrainingWindow, node: unknown): Promise<void> {
  const origin = (await chooseRun(window.list, node, WARM_STARTED))?.origin ?? null;
  if (origin === null) return;
  if (origin.run !== null) return window.tree.show(origin.run, origin.from);
  const files = [indexFile(origin.from), origin.from].filter(existsSync);
  if (files[0] === undefined) throw new Error(`${origin.from} is no longer there.`);
  await revealFile(files[0]);
}

/** What became of each variable at the run's warm start. */
export async function showReportOfRun(window: TrainingWindow, node: unknown): Promise<void> {
  const run = await chooseRun(window.list, node, WARM_STARTED);
  if (run !== undefined) await showRestoreReport(run);
}

const WARM_STARTED = {
  title: 'Warm-started run',
  none: 'No run of this folder was warm-started.',
  among: ({ origin }: TrainingRun): boolean => origin !== null,
};

/** The tree's own search field. */
export async function filterRuns(): Promise<void> {
  await vscode.commands.executeCommand('slimTraining.runs.focus');
  await vscode.commands.executeCommand('list.find');
}

function pathOf(window: TrainingWindow, node: unknown): string | undefined {
  if (isRunNode(node) && node.kind === 'checkpoint') return node.prefix;
  const run = chosenRun(window.list, node);
  return run?.logdir ?? (run === undefined ? undefined : currentAttempt(run)?.folder);
}

function isIn(state: RunState): (run: Parameters<typeof stateOf>[0]) => boolean {
  return run => stateOf(run) === state;
}
