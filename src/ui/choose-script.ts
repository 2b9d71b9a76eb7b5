/** Which script Start Training runs: the one in the editor, else the one there is, else the user's choice. */

import * as vscode from 'vscode';
import { pathOfChoice } from './dialog-choice.ts';
import { scriptExtensions } from './training-script-text.ts';
import {
  findTrainingScripts,
  isScriptFile,
  isTrainingScript,
  type TrainingScript,
} from './training-scripts.ts';

interface ScriptItem extends vscode.QuickPickItem {
  readonly uri?: vscode.Uri;
}

/** `uri`: what the command was run on, in an editor's title. undefined: the user chose none. */
export async function chooseScript(uri: unknown): Promise<vscode.Uri | undefined> {
  if (uri instanceof vscode.Uri && isScriptFile(uri)) return uri;
  return activeScript() ?? pickScript();
}

/** What Start Training would run without a question; undefined: it asks. */
export async function scriptWithoutQuestion(): Promise<vscode.Uri | undefined> {
  return activeScript() ?? onlyScript(await findTrainingScripts());
}

function activeScript(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && isTrainingScript(document) ? document.uri : undefined;
}

function onlyScript(scripts: readonly TrainingScript[]): vscode.Uri | undefined {
  const training = scripts.filter(({ kind }) => kind === 'trains');
  return training.length === 1 ? training[0]?.uri : undefined;
}

async function pickScript(): Promise<vscode.Uri | undefined> {
  const scripts = await findTrainingScripts();
  const only = onlyScript(scripts);
  if (only !== undefined) return only;
  if (scripts.length === 0) return browseForScript();
  const other: ScriptItem = { label: '$(folder-opened) Choose a script...', alwaysShow: true };
  const choice = await vscode.window.showQuickPick<ScriptItem>([...scripts.map(toItem), other], {
    title: 'Start Training',
    placeHolder: 'Script to run',
    matchOnDescription: true,
  });
  return choice === other ? browseForScript() : choice?.uri;
}

function toItem({ uri, kind }: TrainingScript): ScriptItem {
  return {
    label: vscode.workspace.asRelativePath(uri),
    description: kind === 'trains' ? 'calls slim.learning.train' : 'imports slim-training',
    iconPath: new vscode.ThemeIcon(kind === 'trains' ? 'play' : 'file-code'),
    uri,
  };
}

async function browseForScript(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: 'Choose a training script',
    openLabel: 'Start Training',
    filters: { 'Training scripts': [...scriptExtensions] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  const path = pathOfChoice(chosen?.[0]);
  return path === undefined ? undefined : vscode.Uri.file(path);
}
