/** Keeps the context key by which the play button shows in the editors of training scripts. */

import * as vscode from 'vscode';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import { isTrainingScript } from './training-scripts.ts';

const KEY = 'slimTraining.editorIsTrainingScript';

export function watchEditorScript(): DisposableStore {
  const owned = new DisposableStore();
  let told: boolean | undefined;
  const tell = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    const is = document !== undefined && isTrainingScript(document);
    if (is === told) return;
    told = is;
    void vscode.commands.executeCommand('setContext', KEY, is);
  };
  owned.add(vscode.window.onDidChangeActiveTextEditor(tell));
  owned.add(vscode.workspace.onDidSaveTextDocument(tell));
  tell();
  return owned;
}
