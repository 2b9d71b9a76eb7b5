/** The read-only editor of checkpoints, as VS Code asks for it. */

import * as vscode from 'vscode';
import { CheckpointEditor, type CheckpointRooms } from './checkpoint-editor.ts';
import { fileOfCheckpoint, isTextFile } from './checkpoint-files.ts';
import { loadWebview } from './load-webview.ts';
import { isRunNode } from './run-rows.ts';

export const checkpointViewType = 'slimTraining.checkpoint';

export class CheckpointEditors implements vscode.CustomReadonlyEditorProvider {
  readonly #extensionUri: vscode.Uri;
  readonly #rooms: CheckpointRooms;

  constructor(extensionUri: vscode.Uri, rooms: CheckpointRooms) {
    this.#extensionUri = extensionUri;
    this.#rooms = rooms;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  /** Other programs have text files with such names: those are given back to VS Code's own editor. */
  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    if (await isTextFile(uri.fsPath)) {
      const { viewColumn } = panel;
      panel.dispose();
      await vscode.commands.executeCommand('vscode.openWith', uri, 'default', viewColumn);
      return;
    }
    const editor = new CheckpointEditor(uri.fsPath, panel, this.#rooms);
    panel.onDidDispose(() => {
      editor.dispose();
    });
    loadWebview(panel.webview, this.#extensionUri, { bundle: 'checkpoint', title: 'Checkpoint' });
  }
}

export function registerCheckpointEditors(
  extension: vscode.ExtensionContext,
  rooms: Omit<CheckpointRooms, 'workerPath'>,
): vscode.Disposable {
  const workerPath = extension.asAbsolutePath('dist/checkpoint-worker.js');
  return vscode.window.registerCustomEditorProvider(
    checkpointViewType,
    new CheckpointEditors(extension.extensionUri, { ...rooms, workerPath }),
    { supportsMultipleEditorsPerDocument: true },
  );
}

/** Of the run view's row. */
export async function showCheckpoint(_: unknown, node: unknown): Promise<void> {
  if (!isRunNode(node) || node.kind !== 'checkpoint') return;
  const file = vscode.Uri.file(await fileOfCheckpoint(node.prefix));
  await vscode.commands.executeCommand('vscode.openWith', file, checkpointViewType);
}
