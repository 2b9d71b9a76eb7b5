/** The read-only editor of checkpoints, as VS Code asks for it. */

import * as vscode from 'vscode';
import { CheckpointEditor, type CheckpointRooms } from './checkpoint-editor.ts';
import { checkpointViewType } from '../../catalog/contributions.ts';
import { fileOfCheckpoint, isTextFile } from '../../catalog/checkpoint-files.ts';
import { loadWebview } from '../webviews/load-webview.ts';

const SELECTED_KEY = 'slimTraining.hasSelectedCheckpoint';

/** The read-only editors of checkpoints, and which checkpoint was selected to compare another one with. */
export class CheckpointEditors implements vscode.CustomReadonlyEditorProvider {
  readonly #extensionUri: vscode.Uri;
  readonly #rooms: CheckpointRooms;
  readonly #editors = new Set<CheckpointEditor>();
  /** File -> what its editor, once it is open, is to compare it with. */
  readonly #awaited = new Map<string, string>();
  #selected: string | undefined;

  constructor(extension: vscode.ExtensionContext, rooms: Omit<CheckpointRooms, 'workerPath'>) {
    this.#extensionUri = extension.extensionUri;
    this.#rooms = { ...rooms, workerPath: extension.asAbsolutePath('dist/checkpoint-worker.js') };
  }

  register(): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(checkpointViewType, this, {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  /** The one that the user is in. */
  get active(): CheckpointEditor | undefined {
    return [...this.#editors].find(({ isActive }) => isActive);
  }

  /** Path of the checkpoint that was selected to compare another one with. */
  get selected(): string | undefined {
    return this.#selected;
  }

  select(path: string): void {
    this.#selected = path;
    void vscode.commands.executeCommand('setContext', SELECTED_KEY, true);
  }

  /** @param other path of the checkpoint to compare it with. */
  async open(path: string, other?: string): Promise<void> {
    const file = await fileOfCheckpoint(path);
    const isOpen = [...this.#editors].some(editor => editor.file === file);
    if (other !== undefined && !isOpen) this.#awaited.set(file, other);
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), checkpointViewType);
    if (other === undefined || !isOpen) return;
    const editor = [...this.#editors].find(each => each.file === file);
    await editor?.compareWithPath(other);
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
    this.#editors.add(editor);
    panel.onDidDispose(() => {
      this.#editors.delete(editor);
      editor.dispose();
    });
    loadWebview(panel.webview, this.#extensionUri, { bundle: 'checkpoint', title: 'Checkpoint' });
    const other = this.#awaited.get(uri.fsPath);
    this.#awaited.delete(uri.fsPath);
    if (other !== undefined) await editor.compareWithPath(other);
  }
}
