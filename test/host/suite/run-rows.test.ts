import type { CheckpointFile } from '../../../src/monitor/checkpoint-watch.ts';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { NumberFormat } from '../../../src/protocol/number-format.ts';
import type { RunRecord } from '../../../src/protocol/run.ts';
import { LocalLauncher } from '../../../src/runs/launchers/local-launcher.ts';
import { RunStore } from '../../../src/runs/run-store.ts';
import { RunList, type LogReader } from '../../../src/catalog/run-list.ts';
import { RunMarks } from '../../../src/catalog/run-marks.ts';
import type { RunNode } from '../../../src/catalog/run-node.ts';
import { RunRows } from '../../../src/ui/runs/run-rows.ts';

const noLogs: LogReader = {
  watch: () => undefined,
  unwatch: () => undefined,
  summary: () => undefined,
  onSummary: () => ({ dispose: () => undefined }),
};

describe('the rows of the run view', () => {
  let root: string;
  let store: RunStore;
  let list: RunList;
  let rows: RunRows;
  let tellCheckpoints: (list: readonly CheckpointFile[]) => void;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'run-rows-'));
    await record({
      id: 'a',
      name: 'lenet-lr1',
      state: 'failed',
      startedAt: 3,
      failure: { message: 'NaN in loss at step 312' },
    });
    await record({
      id: 'b',
      name: 'lenet-base',
      state: 'done',
      startedAt: 2,
      endedAt: Date.now(),
      progress: { step: 6000, numberOfSteps: 6000, loss: 0.214, stepsPerSec: 50, secondsLeft: 0 },
    });
    await record({ id: 'c', name: 'mlp-64', state: 'running', startedAt: 1, logdir: null });
    store = new RunStore([root], [new LocalLauncher({ path: 'slim-train.js' })]);
    await store.start();
    const nothing = { get: () => undefined, update: () => Promise.resolve() };
    const watchCheckpoints = (_: string, onChange: (list: readonly CheckpointFile[]) => void) => {
      tellCheckpoints = onChange;
      return { dispose: () => undefined };
    };
    list = new RunList(store, noLogs, watchCheckpoints, new RunMarks(nothing));
    rows = new RunRows(Promise.resolve(list), new NumberFormat('en-US'));
  });

  afterEach(async () => {
    rows.dispose();
    list.dispose();
    await store.dispose();
    await rm(root, { recursive: true, force: true });
  });

  async function record(fields: Partial<RunRecord> & Pick<RunRecord, 'id' | 'name'>): Promise<void> {
    const folder = path.join(root, '.slim/runs', fields.id);
    await mkdir(folder, { recursive: true });
    const logdir = path.join(root, 'logs', fields.name);
    const known = {
      schemaVersion: 1,
      launcher: 'local',
      command: [],
      script: path.join(root, fields.id),
      cwd: root,
    };
    const process = { host: hostname(), pid: 2 ** 22 + 1, processStartTime: 'never' };
    const whole = { ...known, logdir, overrides: {}, hparams: {}, ...process, ...fields };
    await writeFile(path.join(folder, 'run.json'), JSON.stringify(whole));
  }

  async function items(node?: RunNode): Promise<vscode.TreeItem[]> {
    return (await rows.getChildren(node)).map(child => rows.getTreeItem(child));
  }

  it('shows each run once, the newest first, with its state in shape and words', async () => {
    const shown = (await items()).map(item => [
      item.label,
      (item.iconPath as vscode.ThemeIcon).id,
      item.description,
    ]);
    assert.deepEqual(shown, [
      ['lenet-lr1', 'error', 'NaN in loss at step 312'],
      ['lenet-base', 'pass-filled', '6,000 steps · loss 0.214 · just now'],
      ['mlp-64', 'warning', 'process ended unexpectedly'],
    ]);
  });

  it('gives each run its series colour, the failed one red', async () => {
    const colors = (await items()).map(item => (item.iconPath as vscode.ThemeIcon).color?.id);
    assert.deepEqual(colors, ['testing.iconFailed', 'slimTraining.series2', 'slimTraining.series3']);
  });

  it('takes the colour from a run that is not plotted, and its tick', async () => {
    list.setPlotted('b', false);
    const item = (await items())[1];
    assert.equal((item?.iconPath as vscode.ThemeIcon).color?.id, 'icon.foreground');
    assert.equal((item?.checkboxState as { state: number }).state, vscode.TreeItemCheckboxState.Unchecked);
  });

  it('marks only failed runs, and offers on each what can be done with it', async () => {
    const shown = (await items()).map(item => [item.resourceUri !== undefined, item.contextValue]);
    assert.deepEqual(shown, [
      [true, 'run-ended-failed'],
      [false, 'run-ended-done'],
      [false, 'run-ended-lost'],
    ]);
  });

  it('unfolds checkpoints as they are found, newest first, but nothing of a run without log folder', async () => {
    const [, base, mlp] = await rows.getChildren();
    assert.ok(base && mlp);
    assert.deepEqual(await items(base), []);
    const redrawn = new Promise(resolve => rows.onDidChangeTreeData(resolve));
    tellCheckpoints(
      [3000, 2000].map(step => ({
        prefix: path.join(root, `model.ckpt-${step}`),
        step,
        bytes: 10_240_000,
        modified: 0,
        best: step === 3000,
      })),
    );
    assert.equal(await redrawn, base, 'only that row is drawn again');
    const shown = (await items(base)).map(item => [item.label, item.description]);
    assert.deepEqual(shown, [
      ['model.ckpt-3000', '10.2 MB · best'],
      ['model.ckpt-2000', '10.2 MB'],
    ]);
    assert.equal(rows.getTreeItem(mlp).collapsibleState, vscode.TreeItemCollapsibleState.None);
  });

  it('tells the rest in a tooltip that can run nothing', async () => {
    const [failed] = await rows.getChildren();
    assert.ok(failed);
    const { tooltip } = rows.resolveTreeItem(rows.getTreeItem(failed), failed);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.notEqual(tooltip.isTrusted, true);
    assert.notEqual(tooltip.supportHtml, true);
    assert.match(tooltip.value, /Log folder/);
  });
});
