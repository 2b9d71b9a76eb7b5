import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension', () => {
  it('activates and loads nothing of TensorFlow.js', async () => {
    const extension = vscode.extensions.getExtension('slim-training.slim-training');
    assert.ok(extension, 'VS Code does not know the extension');
    await extension.activate();
    // What is loaded after the activation counts, too.
    await vscode.commands.executeCommand('slimTraining.showDashboard');
    const globals = Object.getOwnPropertyNames(globalThis).filter(name => name.startsWith('_tf'));
    assert.deepEqual(globals, [], 'TF.js keeps its engine in such global variables');
    const files = Object.keys(require.cache).filter(file => /tensorflow|tfjs/.test(file));
    assert.deepEqual(files, []);
  });
});
