/** Writes a checkpoint's variables to where the user wants them. */

import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { pathOfChoice } from '../vscode/dialog-choice.ts';
import { tell } from '../vscode/tell.ts';

export interface Export {
  /** What is exported, for people. */
  readonly what: string;
  /** Of the file, without its extension. */
  readonly name: string;
  readonly extension: 'npy' | 'npz';
  /** Beside it the dialog begins. */
  readonly beside: string;
  /** Resolves to the names of variables that were left out. */
  readonly write: (path: string) => Promise<readonly string[]>;
}

export async function exportValues({ what, name, extension, beside, write }: Export): Promise<void> {
  const file = `${name.replaceAll(/[^\w.-]+/g, '_')}.${extension}`;
  const target = await vscode.window.showSaveDialog({
    title: `Export ${what}`,
    filters: { NumPy: [extension] },
    defaultUri: vscode.Uri.joinPath(vscode.Uri.file(dirname(beside)), file),
  });
  const path = pathOfChoice(target);
  if (path === undefined) return;
  const leftOut = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: `Exporting ${what}` },
    () => write(path),
  );
  const [first] = leftOut;
  const without =
    first === undefined ? '' : ` Without ${first}${andMore(leftOut)}: NumPy has no type for it.`;
  vscode.window.setStatusBarMessage(`$(export) Exported ${basename(path)}`, 5000);
  if (first !== undefined) await tell('information', `${what} is in ${path}.${without}`);
}

function andMore(names: readonly string[]): string {
  return names.length === 1 ? '' : ` and ${names.length - 1} more`;
}
