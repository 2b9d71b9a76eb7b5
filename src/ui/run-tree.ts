/** The Runs view: runs, and below each its checkpoints. */

import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { NumberFormat } from '../protocol/number-format.ts';
import { DisposableStore } from './disposable-store.ts';
import { failedRunUri } from './failure-badge.ts';
import { runIcon } from './run-icon.ts';
import type { RunList } from './run-list.ts';
import { runTooltip } from './run-tooltip.ts';
import { describeCheckpoint, describeRun } from './run-words.ts';
import { isLiveRun, newestAttempt, stateOf, type CheckpointFile, type TrainingRun } from './training-run.ts';

/** What commands get that are run on a row. */
export type RunNode =
  | { readonly kind: 'run'; readonly run: string }
  | { readonly kind: 'checkpoint'; readonly run: string; readonly prefix: string };

export function isRunNode(value: unknown): value is RunNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'run' in value;
}

export const runsViewId = 'slimTraining.runs';

/** Numbers in a list that change faster than this cannot be read. */
const REDRAW_MS = 500;
/** `just now` becomes `1 min ago`. */
const AGE_MS = 60_000;

export class RunTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  readonly #list: PromiseLike<RunList>;
  readonly #numbers: NumberFormat;
  readonly #change = new vscode.EventEmitter<RunNode | undefined>();
  readonly #owned = new DisposableStore();
  readonly #view: vscode.TreeView<RunNode>;
  /** Run id -> its node, and what its row and its children's looked like when they were drawn last. */
  readonly #drawn = new Map<string, { readonly node: RunNode; look: string }>();
  #ready: RunList | undefined;
  #redraw: NodeJS.Timeout | undefined;

  /** The view is there at once and fills when the list has been read. */
  constructor(list: PromiseLike<RunList>, numbers: NumberFormat) {
    this.#list = list;
    this.#numbers = numbers;
    this.#view = this.#owned.add(
      vscode.window.createTreeView(runsViewId, {
        treeDataProvider: this,
        showCollapseAll: true,
        manageCheckboxStateManually: true,
      }),
    );
    this.#owned.add(
      this.#view.onDidChangeCheckboxState(({ items }) => {
        for (const [node, state] of items) {
          this.#ready?.setPlotted(node.run, state === vscode.TreeItemCheckboxState.Checked);
        }
      }),
    );
    this.#owned.add(
      this.#view.onDidCollapseElement(({ element }) => {
        this.#ready?.setUnfolded(element.run, false);
      }),
    );
    void list.then(ready => {
      this.#follow(ready);
    });
  }

  get onDidChangeTreeData(): vscode.Event<RunNode | undefined> {
    return this.#change.event;
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    const list = await this.#list;
    if (node === undefined) return list.runs().map(run => this.#nodeOf(run));
    if (node.kind === 'checkpoint') return [];
    list.setUnfolded(node.run, true);
    const checkpoints = list.run(node.run)?.checkpoints ?? [];
    return checkpoints.map(({ prefix }) => ({ kind: 'checkpoint', run: node.run, prefix }));
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
    const runs = list.runs();
    this.#showCount(list.liveRuns().length);
    const isSameRows = [...this.#drawn.keys()].join() === runs.map(({ id }) => id).join();
    const changed = runs.filter(run => this.#drawn.get(run.id)?.look !== this.#look(run));
    if (!isSameRows) this.#drawn.clear();
    for (const run of isSameRows ? changed : runs) {
      this.#drawn.set(run.id, { node: this.#nodeOf(run), look: this.#look(run) });
    }
    if (!isSameRows) this.#change.fire(undefined);
    else for (const run of changed) this.#change.fire(this.#nodeOf(run));
  }

  #look(run: TrainingRun): string {
    return JSON.stringify([this.#runItem(run), run.checkpoints]);
  }

  #showCount(live: number): void {
    this.#view.badge =
      live === 0
        ? undefined
        : { value: live, tooltip: live === 1 ? '1 run is training' : `${live} runs are training` };
  }

  /** VS Code knows a row by its node object: there is one for each run. */
  #nodeOf(run: TrainingRun): RunNode {
    return this.#drawn.get(run.id)?.node ?? { kind: 'run', run: run.id };
  }

  #runItem(run: TrainingRun): vscode.TreeItem {
    const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
    const item = new vscode.TreeItem(run.name, vscode.TreeItemCollapsibleState.Collapsed);
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
      command: 'slimTraining.showDashboard',
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
    item.iconPath = new vscode.ThemeIcon('archive');
    item.tooltip = checkpoint.prefix;
    item.contextValue = 'checkpoint';
    return item;
  }
}

/** What the menus' `viewItem` is compared with. */
function contextOf(run: TrainingRun): string {
  const attempt = newestAttempt(run);
  if (attempt === undefined) return 'run-foreign';
  if (isLiveRun(run)) return `run-live-${attempt.state}`;
  const located = attempt.record.failure?.location === undefined ? '' : '-located';
  return `run-ended-${attempt.state}${located}`;
}
