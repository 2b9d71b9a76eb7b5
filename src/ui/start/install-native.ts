/** Install Native Backend: runs `slim-train native install` where the user can watch it. */

import * as vscode from 'vscode';
import { chooseNode, trainerEnvironment } from '../../runs/launchers/node-executable.ts';
import { nodeFor, trainerPath } from './trainer-settings.ts';
import { tell } from '../vscode/tell.ts';
import { isTrustedToRun } from '../vscode/workspace-trust.ts';

const NAME = 'Install Native Backend';

interface Rooms {
  readonly extension: Pick<vscode.ExtensionContext, 'asAbsolutePath'>;
}

export async function installNative({ extension }: Rooms): Promise<void> {
  if (!(await isTrustedToRun())) return;
  const node = await chooseNode(nodeFor(vscode.workspace.workspaceFolders?.[0]?.uri));
  const env = Object.fromEntries(
    Object.entries({ ...trainerEnvironment(), ...node.env }).filter(entry => entry[1] !== undefined),
  ) as Record<string, string>;
  const run = new vscode.ProcessExecution(node.path, [trainerPath(extension), 'native', 'install'], {
    env,
  });
  const task = new vscode.Task({ type: 'process' }, vscode.TaskScope.Workspace, NAME, 'Training', run);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated };
  const code = await exitCode(task);
  if (code === 0) void tell('information', 'The native backend is installed. New runs use it.');
  else if (code !== undefined) {
    void tell(
      'error',
      'The native backend could not be installed; its terminal says why. Runs use the embedded backend.',
    );
  }
}

/** undefined: the user ended it. */
async function exitCode(task: vscode.Task): Promise<number | undefined> {
  const execution = await vscode.tasks.executeTask(task);
  return new Promise(resolve => {
    const ended = vscode.tasks.onDidEndTaskProcess(event => {
      if (event.execution !== execution) return;
      ended.dispose();
      resolve(event.exitCode);
    });
  });
}
