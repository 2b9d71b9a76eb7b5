/** The mapping editor's place in VS Code: the custom text editor of `*.restore.json`. */

import * as vscode from 'vscode';
import { MappingEngine } from '../restore/mapping-engine.ts';
import { loadWebview } from './load-webview.ts';
import { MappingDocument } from './mapping-document.ts';
import { MappingEditor } from './mapping-editor.ts';

export const mappingViewType = 'slimTraining.restoreMapping';

export class MappingProvider implements vscode.CustomTextEditorProvider {
  readonly #extension: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;

  constructor(extension: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#extension = extension;
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
      { extension: this.#extension, log: this.#log },
    );
    panel.onDidDispose(() => {
      editor.dispose();
    });
    loadWebview(webview, this.#extension.extensionUri, { bundle: 'mapping', title: 'Restore Mapping' });
  }
}
