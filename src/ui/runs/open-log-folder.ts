/** Open Log Folder, and Close Log Folder. */

import * as vscode from 'vscode';
import { chosenRun } from './choose-run.ts';
import { pathOfChoice } from '../vscode/dialog-choice.ts';
import { showSetting } from '../vscode/settings.ts';
import type { TrainingWindow } from '../training-window.ts';

export async function openLogFolder(window: TrainingWindow): Promise<void> {
  const here = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: 'Open a log folder',
    openLabel: 'Open Log Folder',
    canSelectFiles: false,
    canSelectFolders: true,
    ...(here === undefined ? {} : { defaultUri: here }),
  });
  const folder = pathOfChoice(chosen?.[0]);
  if (folder === undefined) return;
  const logdirs = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `Looking for event files in ${folder}` },
    () => window.logFolders.open(folder),
  );
  window.dashboard.show();
  if (logdirs.length === 0) {
    void vscode.window.showInformationMessage(
      `${folder} has no TensorBoard event files (events.out.tfevents.*) yet. Its curves appear as soon as a program writes some.`,
    );
  }
}

export async function closeLogFolder(window: TrainingWindow, node: unknown): Promise<void> {
  const logdir = chosenRun(window.list, node)?.logdir ?? undefined;
  if (logdir === undefined || (await window.logFolders.close(logdir))) return;
  await showSetting('logFolders');
}
