/** What the user chose in a dialog, as a path where this extension runs. */

import type * as vscode from 'vscode';

/** In a remote window the dialogs offer files of the user's own computer, too; training does not reach them. */
export function pathOfChoice(choice: vscode.Uri | undefined): string | undefined {
  if (choice !== undefined && choice.scheme !== 'file') {
    throw new Error(`${choice.path} is not on the computer that runs the training. Choose a place there.`);
  }
  return choice?.fsPath;
}
