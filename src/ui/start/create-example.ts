/** Create Example: a copy of the digits example that the user owns, ready to start. */

import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { pathOfChoice } from '../vscode/dialog-choice.ts';
import { provideEditorTypes } from '../../catalog/editor-types.ts';

const NAME = 'digits';
const SCRIPT = 'train.ts';
/** Where the script's path is kept for the window that opens next. */
const CREATED = 'createdExample';

interface Rooms {
  readonly extension: vscode.ExtensionContext;
}

export async function createExample({ extension }: Rooms): Promise<void> {
  const parent = await chooseParent();
  if (parent === undefined) return;
  const folder = freeName(parent);
  await cp(extension.asAbsolutePath(join('examples', NAME)), folder, { recursive: true });
  await provideEditorTypes(extension.asAbsolutePath('dist/types'), folder);
  await open(extension, vscode.Uri.file(folder));
}

/** In the window that Create Example has opened: shows the script in it. */
export async function showCreatedExample(extension: vscode.ExtensionContext): Promise<void> {
  const script = extension.globalState.get<string>(CREATED);
  if (script === undefined || vscode.workspace.getWorkspaceFolder(vscode.Uri.file(script)) === undefined)
    return;
  await extension.globalState.update(CREATED, undefined);
  await vscode.window.showTextDocument(vscode.Uri.file(script));
}

async function chooseParent(): Promise<string | undefined> {
  const here = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: `Create the ${NAME} example in`,
    openLabel: 'Create Example',
    canSelectFiles: false,
    canSelectFolders: true,
    ...(here === undefined ? {} : { defaultUri: here }),
  });
  return pathOfChoice(chosen?.[0]);
}

/** `digits`, or `digits-2` where that is taken: nothing is overwritten. */
function freeName(parent: string): string {
  for (let number = 1; ; number++) {
    const folder = join(parent, number === 1 ? NAME : `${NAME}-${number}`);
    if (!existsSync(folder)) return folder;
  }
}

async function open(extension: vscode.ExtensionContext, folder: vscode.Uri): Promise<void> {
  const script = vscode.Uri.joinPath(folder, SCRIPT);
  if (vscode.workspace.getWorkspaceFolder(folder) !== undefined) {
    await vscode.window.showTextDocument(script);
    return;
  }
  await extension.globalState.update(CREATED, script.fsPath);
  const isWindowTaken = vscode.workspace.workspaceFolders !== undefined;
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: isWindowTaken });
}
