import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../until.ts';

/** A workspace without node_modules: what the editor knows, it knows from the typings that the extension brings. */
describe('the editor on the example', function () {
  this.timeout(90_000);
  let document: vscode.TextDocument;

  before(async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    await vscode.extensions.getExtension('slim-training.slim-training')?.activate();
    document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, 'train.ts'));
    await vscode.window.showTextDocument(document);
  });

  it('has no red squiggle, and had one for a real mistake', async () => {
    const mistake = new vscode.WorkspaceEdit();
    const end = document.lineAt(document.lineCount - 1).range.end;
    mistake.insert(document.uri, end, '\nconst wrong: string = slim.conv2d;\n');
    await vscode.workspace.applyEdit(mistake);
    const errors = () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error);
    await until('TypeScript has found the mistake', () => errors().length > 0);
    const all = errors().map(({ message, range }) => `${range.start.line + 1}: ${message}`);
    assert.equal(all.length, 1, all.join('\n'));
    assert.match(all[0] ?? '', /not assignable to type 'string'/);
    await vscode.commands.executeCommand('undo');
    await until('no error is left', () => errors().length === 0);
  });

  it('completes slim. and tf.', async () => {
    assert.ok((await completionsAfter('slim.', 'slim.conv2d')).includes('fullyConnected'));
    assert.ok((await completionsAfter('tf.', 'tf.tensor1d')).includes('matMul'));
  });

  it('says in a hover what a layer is', async () => {
    const at = document.positionAt(document.getText().indexOf('conv2d(images'));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      at,
    );
    const text = hovers
      .flatMap(({ contents }) =>
        contents.map(part => (part instanceof vscode.MarkdownString ? part.value : '')),
      )
      .join('\n');
    assert.match(text, /conv2d/);
    assert.match(text, /Tensor4D/);
  });

  /** Completions right after the first place in the script that reads `occurrence`, up to the end of `prefix`. */
  async function completionsAfter(prefix: string, occurrence: string): Promise<string[]> {
    const at = document.positionAt(document.getText().indexOf(occurrence) + prefix.length);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at,
    );
    return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
  }
});
