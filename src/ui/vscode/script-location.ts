import * as vscode from 'vscode';

/** Opens a script where what it failed with says that it failed; at its start where that is not known. */
export async function openScriptAt(script: string | null, failure: string | null): Promise<void> {
  if (script === null) return;
  const at = failure === null ? -1 : failure.indexOf(`${script}:`);
  const [, line = 1, column = 1] =
    (at === -1 || failure === null
      ? null
      : /^:(\d+)(?::(\d+))?/.exec(failure.slice(at + script.length))?.map(Number)) ?? [];
  const position = new vscode.Position(Math.max(0, line - 1), Math.max(0, (column || 1) - 1));
  const document = await vscode.workspace.openTextDocument(script);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}
