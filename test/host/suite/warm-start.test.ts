import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { RunRecord } from '../../../src/protocol/run.ts';
import { lineScript } from '../../cli/line-script.ts';
import { until } from '../until.ts';

/** Of this file's own: the other suites start scripts of theirs. */
const FOLDER = 'warm';

function inWorkspace(...names: readonly string[]): string {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(root, 'no folder is open');
  return path.join(root, ...names);
}

async function attemptsOf(script: string): Promise<RunRecord[]> {
  const ids = await readdir(inWorkspace('.slim/runs')).catch(() => []);
  const texts = ids.sort().map(id => readFile(inWorkspace('.slim/runs', id, 'run.json'), 'utf8'));
  const records = (await Promise.all(texts)).map(text => JSON.parse(text) as RunRecord);
  return records.filter(record => record.script === script);
}

async function nextEnd(script: string, attempts: number): Promise<RunRecord> {
  let last: RunRecord | undefined;
  await until(`attempt ${attempts} of ${script} has ended`, async () => {
    const records = await attemptsOf(script).catch(() => []);
    last = records[attempts - 1];
    return last?.endedAt !== undefined;
  });
  assert.ok(last);
  return last;
}

describe('a warm start', () => {
  let script: string;
  let mapping: vscode.Uri;

  before(async () => {
    await mkdir(inWorkspace(FOLDER), { recursive: true });
    script = inWorkspace(FOLDER, 'train.ts');
    await writeFile(script, lineScript().replace('logs/line', `${FOLDER}/logs/line`));
    await vscode.commands.executeCommand('slimTraining.start', vscode.Uri.file(script));
    await nextEnd(script, 1);
    mapping = vscode.Uri.file(inWorkspace(FOLDER, 'warm.restore.json'));
    const value = { schemaVersion: 1, checkpoint: 'logs/line/model.ckpt-40', script: 'train.ts' };
    await writeFile(mapping.fsPath, JSON.stringify(value));
  });

  it('goes into a fresh log folder, and its run remembers where it came from', async () => {
    await vscode.commands.executeCommand('slimTraining.startFromMapping', mapping);
    const warm = await nextEnd(script, 2);
    assert.equal(warm.state, 'done');
    assert.equal(warm.logdir, inWorkspace(FOLDER, 'logs/line-2'));
    assert.deepEqual(warm.restored, {
      from: inWorkspace(FOLDER, 'logs/line/model.ckpt-40'),
      mapping: mapping.fsPath,
    });
    assert.equal(warm.startStep, 0);
  });

  it('is not repeated by Start Again: that goes on from the checkpoints it has', async () => {
    const [, warm] = await attemptsOf(script);
    await writeFile(script, lineScript({ steps: 50 }).replace('logs/line', `${FOLDER}/logs/line`));
    await vscode.commands.executeCommand('slimTraining.startAgain', { kind: 'run', run: warm?.id });
    const again = await nextEnd(script, 3);
    assert.equal(again.state, 'done');
    assert.deepEqual([again.logdir, again.startStep], [warm?.logdir, 40]);
    assert.equal(again.overrides.restore, undefined);
  });

  it('shows what became of each variable in a document that cannot be edited', async () => {
    const [, warm] = await attemptsOf(script);
    await vscode.commands.executeCommand('slimTraining.showRestoreReport', { kind: 'run', run: warm?.id });
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^line-2 began with .*model\.ckpt-40\n2 of 3 variables come from the checkpoint\./);
    assert.match(text, /^restored {5}line\/weights +same name and shape$/m);
    assert.match(text, /^skipped {6}global_step/m);
    assert.match(text, /^unused /m);
  });
});
