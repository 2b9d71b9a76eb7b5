/** Which script Start Training runs: the one in the editor, else the one there is, else the user's choice. */

import * as vscode from 'vscode';
import { pathOfChoice } from '../vscode/dialog-choice.ts';
import { scriptExtensions } from '../../catalog/training-script-text.ts';
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
  return activeScript() ?? pickScript('Start Training');
}

/**
 * For a checkpoint: the script that trained it is the first to choose, and the only one where there is no other.
 *
 * @param own its absolute path; null: not known.
 */
export async function chooseScriptFor(own: string | null): Promise<vscode.Uri | undefined> {
  const trained = own === null ? undefined : vscode.Uri.file(own);
  if (trained === undefined || !(await isThere(trained))) return pickScript('Warm Start');
  const others = (await findTrainingScripts()).filter(({ uri }) => uri.fsPath !== trained.fsPath);
  if (!others.some(({ kind }) => kind === 'trains')) return trained;
  return askForScript('Warm Start', [
    { ...toItem({ uri: trained, kind: 'trains' }), description: 'trained this checkpoint' },
    ...others.map(toItem),
  ]);
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
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

/** Asks even where there is one only, for those who want another. */
export async function chooseAnotherScript(): Promise<vscode.Uri | undefined> {
  const scripts = await findTrainingScripts();
  return scripts.length === 0
    ? browseForScript('Choose Script')
    : askForScript('Choose Script', scripts.map(toItem));
}

async function pickScript(action: string): Promise<vscode.Uri | undefined> {
  const scripts = await findTrainingScripts();
  const only = onlyScript(scripts);
  if (only !== undefined) return only;
  return scripts.length === 0 ? browseForScript(action) : askForScript(action, scripts.map(toItem));
}

/** `action`: what will be done with it, as the command's title has it. */
async function askForScript(action: string, items: readonly ScriptItem[]): Promise<vscode.Uri | undefined> {
  const other: ScriptItem = { label: '$(folder-opened) Choose a script...', alwaysShow: true };
  const choice = await vscode.window.showQuickPick<ScriptItem>([...items, other], {
    title: action,
    placeHolder: 'Script to run',
    matchOnDescription: true,
  });
  return choice === other ? browseForScript(action) : choice?.uri;
}

function toItem({ uri, kind }: TrainingScript): ScriptItem {
  return {
    label: vscode.workspace.asRelativePath(uri),
    description: kind === 'trains' ? 'calls slim.learning.train' : 'imports slim-training',
    iconPath: new vscode.ThemeIcon(kind === 'trains' ? 'play' : 'file-code'),
    uri,
  };
}

async function browseForScript(action: string): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: 'Choose a training script',
    openLabel: action,
    filters: { 'Training scripts': [...scriptExtensions] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  const path = pathOfChoice(chosen?.[0]);
  return path === undefined ? undefined : vscode.Uri.file(path);
}
