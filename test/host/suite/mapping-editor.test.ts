import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FromMapping, MappingPlan, Suggestion, ToMapping } from '../../../src/protocol/mapping.ts';
import { MappingEngine } from '../../../src/restore/mapping-engine.ts';
import { InspectedModels } from '../../../src/runs/launchers/inspected-models.ts';
import { MappingDocument } from '../../../src/ui/warm-start/mapping-document.ts';
import { MappingEditor } from '../../../src/ui/warm-start/mapping-editor.ts';
import { until } from '../until.ts';

const extension = vscode.extensions.getExtension('slim-training.slim-training');

/** What the page shows, as messages tell it. */
class Page {
  readonly received: ToMapping[] = [];
  readonly #listeners = new vscode.EventEmitter<unknown>();
  readonly onMessage = this.#listeners.event;

  readonly post = (message: ToMapping): void => {
    this.received.push(message);
  };

  send(message: FromMapping | { type: 'pair'; variable: number }): void {
    this.#listeners.fire(message);
  }

  last<T extends ToMapping['type']>(type: T): Extract<ToMapping, { type: T }> | undefined {
    return this.received.findLast(
      (message): message is Extract<ToMapping, { type: T }> => message.type === type,
    );
  }

  get plan(): MappingPlan | null {
    return this.last('plan')?.plan ?? null;
  }

  outcomeOf(variable: string): string {
    const row = this.plan?.rows.find(each => each.variable === variable);
    return row === undefined ? 'none' : `${row.outcome} ${row.source ?? '-'}`;
  }
}

describe('the mapping editor', function () {
  this.timeout(90_000);
  const workspace = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const [mapping, checkpoint] = ['warm.restore.json', 'values.json'].map(name => path.join(workspace, name));
  let document: vscode.TextDocument;
  let page: Page;
  let editor: MappingEditor;
  const logged: string[] = [];

  before(async () => {
    assert.ok(extension && mapping && checkpoint);
    await extension.activate();
    await writeFile(checkpoint, JSON.stringify({ 'old/conv1/biases': Array(16).fill(0.5), other: [1, 2] }));
    await writeFile(
      mapping,
      '{\n  "$schema": "./x.json",\n  "schemaVersion": 1,\n  "checkpoint": "values.json",\n  "script": "train.ts"\n}\n',
    );
    document = await vscode.workspace.openTextDocument(mapping);
    page = new Page();
    const log = (message: string | Error): void => void logged.push(String(message));
    editor = new MappingEditor(
      new MappingDocument(document),
      page,
      new MappingEngine(extension.extensionPath + '/dist/mapping-worker.js'),
      {
        extension: { asAbsolutePath: relative => path.join(extension.extensionPath, relative) },
        models: new InspectedModels(),
        log: { warn: log, error: log },
      },
    );
    page.send({ type: 'ready' });
    await until('the model and the checkpoint are read', () => page.plan !== null);
  });

  after(async () => {
    assert.deepEqual(logged, []);
    editor.dispose();
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await Promise.all([mapping, checkpoint].map(file => rm(file ?? '', { force: true })));
  });

  it('is what VS Code opens a mapping with', async () => {
    await vscode.commands.executeCommand('vscode.open', document.uri);
    await until('its tab is there', () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputCustom && input.viewType === 'slimTraining.restoreMapping';
    });
  });

  it('shows the variables of the script and of the checkpoint', () => {
    assert.equal(page.outcomeOf('conv1/biases'), 'initialized -');
    assert.deepEqual(
      page.plan?.rows.filter(({ outcome }) => outcome === 'unused').map(({ source }) => source),
      ['old/conv1/biases', 'other'],
    );
    assert.match(page.plan.problems[0]?.message ?? '', /nothing would be restored/);
  });

  it('writes what is edited into the text, and VS Code undoes, redoes and saves it', async () => {
    const before = document.getText();
    page.send({ type: 'pair', variable: 'conv1/biases', source: 'old/conv1/biases' });
    const paired = 'partial old/conv1/biases';
    await until('it is paired', () => page.outcomeOf('conv1/biases').endsWith('old/conv1/biases'));
    const outcome = page.outcomeOf('conv1/biases');
    assert.ok([paired, 'restored old/conv1/biases', 'cast old/conv1/biases'].includes(outcome), outcome);
    assert.match(document.getText(), /"conv1\/biases": \{\s*"from": "old\/conv1\/biases"/);
    assert.ok(
      document.getText().startsWith(before.slice(0, before.indexOf('\n}'))),
      'the rest stays as it was',
    );
    assert.equal(document.isDirty, true);

    await vscode.commands.executeCommand('undo');
    await until('it is undone', () => page.outcomeOf('conv1/biases') === 'initialized -');
    assert.equal(document.getText(), before);
    await vscode.commands.executeCommand('redo');
    await until('it is done again', () => page.outcomeOf('conv1/biases') === outcome);
    await vscode.commands.executeCommand('workbench.action.files.save');
    assert.equal(document.isDirty, false);
    assert.equal(await readFile(document.uri.fsPath, 'utf8'), document.getText());
  });

  it('follows the text as others edit it, and what is no JSON stays as it was', async () => {
    const good = document.getText();
    const replaceAll = async (text: string): Promise<void> => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
      await vscode.workspace.applyEdit(edit);
    };
    const outcome = page.outcomeOf('conv1/biases');
    await replaceAll(good.replace('"script"', 'script'));
    await until('the mistake is told', () => (page.last('text')?.problems.length ?? 0) > 0);
    assert.equal(page.last('text')?.problems[0]?.line, 5);
    assert.equal(page.outcomeOf('conv1/biases'), outcome);
    await replaceAll(
      good.replace('"schemaVersion": 1,', '"schemaVersion": 1,\n  "exclude": ["conv1/biases"],'),
    );
    // The variable, and the optimizer's slots of it.
    await until('the pattern is counted', () => (page.plan?.patterns.exclude[0]?.count ?? 0) > 0);
    assert.deepEqual(page.last('text')?.problems, []);
  });

  it('answers what is asked for one variable', async () => {
    page.send({ type: 'suggest', id: 1, variable: 'conv1/biases' });
    await until('names are suggested', () => page.last('answer')?.id === 1);
    const suggested = page.last('answer')?.answer;
    assert.ok(Array.isArray(suggested));
    assert.equal((suggested as readonly Suggestion[])[0]?.source, 'old/conv1/biases');
    page.send({ type: 'readValues', id: 2, source: 'old/conv1/biases', variable: null });
    await until('values are summed up', () => page.last('answer')?.id === 2);
    const values = page.last('answer')?.answer;
    assert.ok(values !== undefined && 'all' in values);
    assert.equal(values.all?.finite?.mean, 0.5);
    page.send({ type: 'readValues', id: 3, source: 'nowhere', variable: null });
    await until('a failure is an answer', () => page.last('failure')?.id === 3);
  });

  it('says that the checkpoint is gone, and reads it when it is back', async () => {
    const text = await readFile(checkpoint ?? '', 'utf8');
    await rm(checkpoint ?? '');
    await until('it is gone', () => page.last('sources')?.sources.checkpoint.state === 'failed');
    await writeFile(checkpoint ?? '', text);
    await until('it is back', () => page.last('sources')?.sources.checkpoint.state === 'read');
  });
});
