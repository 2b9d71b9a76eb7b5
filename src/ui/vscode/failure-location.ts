/** Leads to the line of the user's script at which a run failed. */

import * as vscode from 'vscode';
import type { RunFailure } from '../../protocol/run.ts';

export async function openFailure(failure: RunFailure | undefined): Promise<void> {
  const location = failure?.location;
  if (location === undefined) return;
  const position = new vscode.Position(Math.max(0, location.line - 1), Math.max(0, location.column - 1));
  const document = await vscode.workspace.openTextDocument(location.file);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}
