/** The rows of the Runs view: runs, and below each its checkpoints. */

import type { CheckpointFile } from '../../monitor/checkpoint-watch.ts';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { NumberFormat } from '../../protocol/number-format.ts';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import { failedRunUri } from './failure-badge.ts';
import { runIcon } from './run-icon.ts';
import { commandId } from '../../catalog/contributions.ts';
import type { RunList } from '../../catalog/run-list.ts';
import type { RunNode } from '../../catalog/run-node.ts';
import { runTooltip } from '../../catalog/run-tooltip.ts';
import { describeCheckpoint, describeRun } from '../../catalog/run-words.ts';
import { isLiveRun, currentAttempt, stateOf } from '../../runs/attempt-groups.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';

/** Numbers in a list that change faster than this cannot be read. */
const REDRAW_MS = 500;
/** `just now` becomes `1 min ago`. */
const AGE_MS = 60_000;

export class RunRows implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  readonly #list: PromiseLike<RunList>;
  readonly #numbers: NumberFormat;
  readonly #change = new vscode.EventEmitter<RunNode | undefined>();
  readonly #owned = new DisposableStore();
  /** Run id -> its node: VS Code knows a row by that very object. */
  readonly #nodes = new Map<string, RunNode>();
  /** Run id -> what its row and its children's looked like when they were drawn last. */
  #looks = new Map<string, string>();
  #ready: RunList | undefined;
  #redraw: NodeJS.Timeout | undefined;

  /** There are no rows until the list has been read. */
  constructor(list: PromiseLike<RunList>, numbers: NumberFormat) {
    this.#list = list;
    this.#numbers = numbers;
    void list.then(ready => {
      this.#follow(ready);
    });
  }

  get onDidChangeTreeData(): vscode.Event<RunNode | undefined> {
    return this.#change.event;
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    const list = await this.#list;
    if (node === undefined) return list.runs().map(run => this.#nodeOf(run.id));
    if (node.kind === 'checkpoint') return [];
    list.setUnfolded(node.run, true);
    const checkpoints = list.run(node.run)?.checkpoints ?? [];
    return checkpoints.map(({ prefix }) => ({ kind: 'checkpoint', run: node.run, prefix }));
  }

  getParent(node: RunNode): RunNode | undefined {
    return node.kind === 'checkpoint' ? this.#nodeOf(node.run) : undefined;
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    const run = this.#ready?.run(node.run);
    if (run === undefined) return new vscode.TreeItem('');
    if (node.kind === 'run') return this.#runItem(run);
    const checkpoint = run.checkpoints.find(({ prefix }) => prefix === node.prefix);
    return checkpoint === undefined ? new vscode.TreeItem('') : this.#checkpointItem(checkpoint, run);
  }

  resolveTreeItem(item: vscode.TreeItem, node: RunNode): vscode.TreeItem {
    const run = this.#ready?.run(node.run);
    if (run !== undefined && node.kind === 'run') {
      item.tooltip = new vscode.MarkdownString(runTooltip(run, this.#numbers, Date.now()));
    }
    return item;
  }

  dispose(): void {
    clearTimeout(this.#redraw);
    this.#owned.dispose();
    this.#change.dispose();
  }

  #follow(list: RunList): void {
    this.#ready = list;
    const soon = (): void => {
      this.#redraw ??= setTimeout(() => {
        this.#redraw = undefined;
        this.#drawChanged(list);
      }, REDRAW_MS);
    };
    this.#owned.add(list.onDidChange(soon));
    this.#owned.add(list.onDidProgress(soon));
    const ageing = setInterval(soon, AGE_MS);
    this.#owned.add({
      dispose: () => {
        clearInterval(ageing);
      },
    });
    this.#drawChanged(list);
  }

  /** Only rows that look different, so that what is under the pointer stays. */
  #drawChanged(list: RunList): void {
    const before = this.#looks;
    const runs = list.runs();
    this.#looks = new Map(runs.map(run => [run.id, this.#look(run)]));
    if ([...before.keys()].join() !== [...this.#looks.keys()].join()) this.#change.fire(undefined);
    else
      for (const run of runs)
        if (before.get(run.id) !== this.#looks.get(run.id)) this.#change.fire(this.#nodeOf(run.id));
  }

  #look(run: TrainingRun): string {
    return JSON.stringify([this.#runItem(run), run.checkpoints]);
  }

  #nodeOf(run: string): RunNode {
    const node = this.#nodes.get(run) ?? { kind: 'run', run };
    this.#nodes.set(run, node);
    return node;
  }

  #runItem(run: TrainingRun): vscode.TreeItem {
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(run.name, run.logdir === null ? None : Collapsed);
    item.id = run.id;
    item.description = describeRun(run, this.#numbers, Date.now());
    item.iconPath = runIcon(run);
    item.checkboxState = {
      state: run.plotted ? Checked : Unchecked,
      tooltip: run.plotted ? 'Plotted' : 'Not plotted',
      accessibilityInformation: { label: `Plot ${run.name}`, role: 'checkbox' },
    };
    item.contextValue = contextOf(run);
    item.accessibilityInformation = {
      label: `${run.name}, ${stateOf(run) ?? 'log folder'}, ${item.description}`,
    };
    item.command = {
      command: commandId('showDashboard'),
      title: 'Show Dashboard',
      arguments: [{ kind: 'run', run: run.id }],
    };
    if (stateOf(run) === 'failed') item.resourceUri = failedRunUri(run.id);
    return item;
  }

  #checkpointItem(checkpoint: CheckpointFile, run: TrainingRun): vscode.TreeItem {
    const item = new vscode.TreeItem(basename(checkpoint.prefix));
    item.id = `${run.id} ${checkpoint.prefix}`;
    item.description = describeCheckpoint(checkpoint, run, this.#numbers);
    item.iconPath = new vscode.ThemeIcon(checkpoint.best ? 'star-full' : 'archive');
    item.tooltip = checkpoint.prefix;
    item.contextValue = 'checkpoint';
    item.command = {
      command: commandId('openCheckpoint'),
      title: 'Show Checkpoint',
      arguments: [{ kind: 'checkpoint', run: run.id, prefix: checkpoint.prefix }],
    };
    return item;
  }
}

/** What the menus' `viewItem` is compared with. */
function contextOf(run: TrainingRun): string {
  const attempt = currentAttempt(run);
  if (attempt === undefined) return 'run-foreign';
  const warm = run.origin === null ? '' : '-warm';
  if (isLiveRun(run)) return `run-live-${attempt.state}${warm}`;
  const located = attempt.record.failure?.location === undefined ? '' : '-located';
  return `run-ended-${attempt.state}${located}${warm}`;
}
