import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { RunRecord } from '../../../src/protocol/run.ts';

function workspace(): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(folder, 'no folder is open');
  return folder;
}

async function writeScript(name: string, text: string): Promise<vscode.Uri> {
  const file = path.join(workspace(), name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  return vscode.Uri.file(file);
}

async function records(script: vscode.Uri): Promise<RunRecord[]> {
  const runs = path.join(workspace(), '.slim/runs');
  const ids = await readdir(runs).catch(() => []);
  const texts = await Promise.all(
    ids.map(id => readFile(path.join(runs, id, 'run.json'), 'utf8').catch(() => '{}')),
  );
  return texts.map(text => JSON.parse(text) as RunRecord).filter(record => record.script === script.fsPath);
}

async function ended(script: vscode.Uri): Promise<RunRecord> {
  for (;;) {
    const record = (await records(script)).find(
      ({ state }) => state === 'failed' || state === 'done' || state === 'stopped',
    );
    if (record !== undefined) return record;
    await delay(100);
  }
}

function dashboards(): vscode.Tab[] {
  const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
  return tabs.filter(
    ({ input }) =>
      input instanceof vscode.TabInputWebview && input.viewType.endsWith('slimTraining.dashboard'),
  );
}

describe('Start Training', () => {
  after(() => vscode.window.tabGroups.close(dashboards()));

  it('runs the script that it is used on, opens one dashboard, and records where the script failed', async () => {
    const script = await writeScript(
      'tests/throws.ts',
      'const answer: number = 42;\nthrow new RangeError(`no ${answer}`);\n',
    );
    await vscode.commands.executeCommand('slimTraining.start', script);
    const { state, failure } = await ended(script);
    assert.equal(state, 'failed');
    assert.match(failure?.message ?? '', /no 42/);
    assert.deepEqual([failure?.location?.file, failure?.location?.line], [script.fsPath, 2]);
    await vscode.commands.executeCommand('slimTraining.start', script);
    assert.equal((await records(script)).length, 2);
    assert.equal(dashboards().length, 1);
  });

  it('saves what the editor shows before it runs it', async () => {
    const script = await writeScript('tests/unsaved.js', "throw new Error('as on the disk');\n");
    const editor = await vscode.window.showTextDocument(script);
    await editor.edit(edit => {
      edit.replace(new vscode.Range(0, 0, 1, 0), "throw new Error('as in the editor');\n");
    });
    await vscode.commands.executeCommand('slimTraining.start', script);
    assert.match((await ended(script)).failure?.message ?? '', /as in the editor/);
  });
});
