/** Open Log Folder, and Close Log Folder. */

import * as vscode from 'vscode';
import { pathOfChoice } from '../vscode/dialog-choice.ts';
import { showSetting } from '../vscode/settings.ts';
import { tell } from '../vscode/tell.ts';
import type { RunList } from '../../catalog/run-list.ts';
import { chosenRun } from '../../catalog/run-node.ts';
import type { DashboardPanels } from '../dashboard/dashboard-panels.ts';
import type { LogFolders } from './log-folders.ts';

interface Rooms {
  readonly list: Pick<RunList, 'run'>;
  readonly logFolders: Pick<LogFolders, 'open' | 'close'>;
  readonly dashboard: Pick<DashboardPanels, 'show'>;
}

export async function openLogFolder({
  logFolders,
  dashboard,
}: Pick<Rooms, 'logFolders' | 'dashboard'>): Promise<void> {
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
    () => logFolders.open(folder),
  );
  dashboard.show();
  if (logdirs.length === 0) {
    void tell(
      'information',
      `${folder} has no TensorBoard event files (events.out.tfevents.*) yet. Its curves appear as soon as a program writes some.`,
    );
  }
}

export async function closeLogFolder(
  { list, logFolders }: Pick<Rooms, 'list' | 'logFolders'>,
  node: unknown,
): Promise<void> {
  const logdir = chosenRun(list, node)?.logdir ?? undefined;
  if (logdir === undefined || (await logFolders.close(logdir))) return;
  await showSetting('logFolders');
}
