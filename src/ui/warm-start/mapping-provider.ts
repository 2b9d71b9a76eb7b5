/** The mapping editor's place in VS Code: the custom text editor of `*.restore.json`. */

import * as vscode from 'vscode';
import { MappingEngine } from '../../restore/mapping-engine.ts';
import type { InspectedModels } from '../../runs/launchers/inspected-models.ts';
import { loadWebview } from '../webviews/load-webview.ts';
import { MappingDocument } from './mapping-document.ts';
import { MappingEditor } from './mapping-editor.ts';

export class MappingProvider implements vscode.CustomTextEditorProvider {
  readonly #extension: vscode.ExtensionContext;
  readonly #models: InspectedModels;
  readonly #log: vscode.LogOutputChannel;

  constructor(extension: vscode.ExtensionContext, models: InspectedModels, log: vscode.LogOutputChannel) {
    this.#extension = extension;
    this.#models = models;
    this.#log = log;
  }

  resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const editor = new MappingEditor(
      new MappingDocument(document),
      {
        post: message => void webview.postMessage(message),
        onMessage: listener => webview.onDidReceiveMessage(listener),
      },
      new MappingEngine(this.#extension.asAbsolutePath('dist/mapping-worker.js')),
      { extension: this.#extension, models: this.#models, log: this.#log },
    );
    panel.onDidDispose(() => {
      editor.dispose();
    });
    loadWebview(webview, this.#extension.extensionUri, { bundle: 'mapping', title: 'Restore Mapping' });
  }
}
