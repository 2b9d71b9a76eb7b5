import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { LaunchRequest } from '../../runs/launchers/local-launcher.ts';
import { trainerPath } from '../training-window.ts';

/** By what a script is run, as the settings of its folder say. */
export function trainerSettings(
  extension: Pick<vscode.ExtensionContext, 'asAbsolutePath'>,
  script: string,
): Pick<LaunchRequest, 'trainer' | 'node' | 'backend'> {
  const settings = vscode.workspace.getConfiguration('slimTraining', vscode.Uri.file(script));
  const node = settings.get<string>('nodePath', '').trim();
  const backend = settings.get<'auto' | 'native' | 'embedded'>('backend', 'auto');
  return {
    trainer: trainerPath(extension),
    ...(node === '' ? {} : { node }),
    ...(backend === 'auto' ? {} : { backend }),
  };
}

/** Where a script is run: its workspace folder, else its own. */
export function folderToRunIn(script: vscode.Uri): string {
  return vscode.workspace.getWorkspaceFolder(script)?.uri.fsPath ?? dirname(script.fsPath);
}
