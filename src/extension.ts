/**
 * Wires the rooms together and does nothing else. `activate` itself only says what there is; the rooms are loaded
 * right after it, so that a window opens no later because of us.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { nativeFolder } from './backends/native-folder.ts';
import { errorOf, messageOf } from './protocol/error-message.ts';
import { NumberFormat } from './protocol/number-format.ts';
import { InspectedModels } from './runs/launchers/inspected-models.ts';
import { CheckpointEditors } from './ui/checkpoints/checkpoint-editors.ts';
import { mappingViewType } from './catalog/contributions.ts';
import { registerCommands, type RunCommand } from './ui/commands.ts';
import { scriptWithoutQuestion } from './ui/start/choose-script.ts';
import { showCreatedExample } from './ui/start/create-example.ts';
import { DashboardPanels, dashboardViewType } from './ui/dashboard/dashboard-panels.ts';
import { watchEditorScript } from './ui/start/editor-script-context.ts';
import { refreshEditorTypes } from './catalog/editor-types.ts';
import { failureBadge } from './ui/runs/failure-badge.ts';
import { LogFolders } from './ui/runs/log-folders.ts';
import { MappingProvider } from './ui/warm-start/mapping-provider.ts';
import { provideRestoreReports } from './ui/warm-start/restore-report.ts';
import { watchRunContext } from './ui/runs/run-context-keys.ts';
import { RunMarks } from './catalog/run-marks.ts';
import { RunNotices } from './ui/runs/run-notices.ts';
import { RunTree } from './ui/runs/run-tree.ts';
import { TrainingStatus } from './ui/runs/status-bar.ts';
import { localTrainer } from './ui/start/trainer-settings.ts';
import type { TrainingWindow } from './ui/training-window.ts';
import { tell } from './ui/vscode/tell.ts';

export function activate(extension: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(disposable: T): T => {
    extension.subscriptions.push(disposable);
    return disposable;
  };
  const log = own(vscode.window.createOutputChannel('Training', { log: true }));
  const numbers = new NumberFormat(vscode.env.language);
  const opening = openWindow(extension, log, numbers, (name, node) => command(name, node));
  const list = opening.then(window => window.list);
  const tree = own(new RunTree(list, numbers));
  const models = new InspectedModels();
  const checkpoints = new CheckpointEditors(extension, { list, log });
  const window = opening.then(opened => ({ ...opened, tree, checkpoints, models }));
  window.catch((error: unknown) => {
    log.error(errorOf(error));
    void tell('error', `Slim Training could not start: ${messageOf(error)}`);
  });
  const command = registerCommands(window, own);
  own(provideRestoreReports(list));
  own(vscode.window.registerFileDecorationProvider(failureBadge));
  own(checkpoints.register());
  own(
    vscode.window.registerWebviewPanelSerializer(dashboardViewType, {
      deserializeWebviewPanel: async panel => {
        (await window).dashboard.adopt(panel);
      },
    }),
  );
  own(
    vscode.window.registerCustomEditorProvider(mappingViewType, new MappingProvider(extension, models, log), {
      supportsMultipleEditorsPerDocument: true,
    }),
  );
  own(watchEditorScript());
  void vscode.commands.executeCommand('setContext', 'slimTraining.active', true);
}

async function openWindow(
  extension: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  numbers: NumberFormat,
  command: RunCommand,
): Promise<Omit<TrainingWindow, 'tree' | 'checkpoints' | 'models'>> {
  // Not before `activate` has returned.
  await new Promise(resolve => setImmediate(resolve));
  const own = <T extends vscode.Disposable>(disposable: T): T => {
    extension.subscriptions.push(disposable);
    return disposable;
  };
  // Named .js and left alone by the bundler: it is a bundle of its own, see there.
  const { openRunRooms } = await import('./catalog/run-rooms.js');
  const rooms = own(
    await openRunRooms({
      roots: workspaceFolders(),
      trainer: localTrainer(extension),
      monitorWorker: extension.asAbsolutePath('dist/monitor-worker.js'),
      marks: new RunMarks(extension.workspaceState),
      isTrusted: () => vscode.workspace.isTrusted,
    }),
  );
  const { store, list, actions, monitor, listCheckpoints } = rooms;
  for (const { folder, message } of store.problems()) log.warn(`${folder}: ${message}`);
  own(vscode.workspace.onDidChangeWorkspaceFolders(() => void store.setRoots(workspaceFolders())));
  const logFolders = own(new LogFolders(list, extension.workspaceState, rooms.watchLogdirs));
  const dashboard = own(
    new DashboardPanels({
      extensionUri: extension.extensionUri,
      workspaceState: extension.workspaceState,
      list,
      query: query => monitor.query(query),
      welcome: () => ({ trusted: vscode.workspace.isTrusted, nativeBackend: isNativeInstalled() }),
      findScript: async () => {
        const script = await scriptWithoutQuestion();
        return script === undefined ? null : vscode.workspace.asRelativePath(script);
      },
      command,
      log,
    }),
  );
  own(new TrainingStatus(list, numbers));
  own(watchRunContext(list));
  const notices = own(new RunNotices(list, dashboard, numbers));
  await refreshTypes(extension);
  await showCreatedExample(extension);
  own(vscode.workspace.onDidGrantWorkspaceTrust(() => void store.readAgain()));
  own(vscode.workspace.onDidGrantWorkspaceTrust(() => void refreshTypes(extension)));
  return {
    extension,
    list,
    actions,
    dashboard,
    logFolders,
    notices,
    log,
    listCheckpoints,
  };
}

function isNativeInstalled(): boolean {
  return [nativeFolder(), ...workspaceFolders()].some(folder =>
    existsSync(join(folder, 'node_modules', '@tensorflow', 'tfjs-node')),
  );
}

function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
}

async function refreshTypes(extension: vscode.ExtensionContext): Promise<void> {
  if (!vscode.workspace.isTrusted) return;
  const types = extension.asAbsolutePath('dist/types');
  await Promise.all(workspaceFolders().map(folder => refreshEditorTypes(types, folder)));
}
