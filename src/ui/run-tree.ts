/** The Runs view around its rows: checkboxes, and the number of live runs on the icon. */

import * as vscode from 'vscode';
import type { NumberFormat } from '../protocol/number-format.ts';
import { DisposableStore } from './disposable-store.ts';
import type { RunList } from './run-list.ts';
import { RunRows, type RunNode } from './run-rows.ts';

export const runsViewId = 'slimTraining.runs';

export class RunTree implements vscode.Disposable {
  readonly #owned = new DisposableStore();
  readonly #view: vscode.TreeView<RunNode>;

  /** The view is there at once and fills when the list has been read. */
  constructor(list: PromiseLike<RunList>, numbers: NumberFormat) {
    const rows = this.#owned.add(new RunRows(list, numbers));
    this.#view = this.#owned.add(
      vscode.window.createTreeView(runsViewId, {
        treeDataProvider: rows,
        showCollapseAll: true,
        manageCheckboxStateManually: true,
      }),
    );
    void list.then(ready => {
      this.#follow(ready);
    });
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #follow(list: RunList): void {
    this.#owned.add(
      this.#view.onDidChangeCheckboxState(({ items }) => {
        for (const [node, state] of items) {
          list.setPlotted(node.run, state === vscode.TreeItemCheckboxState.Checked);
        }
      }),
    );
    this.#owned.add(
      this.#view.onDidCollapseElement(({ element }) => {
        list.setUnfolded(element.run, false);
      }),
    );
    this.#owned.add(
      list.onDidChange(() => {
        this.#showCount(list.liveRuns().length);
      }),
    );
    this.#showCount(list.liveRuns().length);
  }

  #showCount(live: number): void {
    if (this.#view.badge?.value === (live === 0 ? undefined : live)) return;
    this.#view.badge =
      live === 0
        ? undefined
        : { value: live, tooltip: live === 1 ? '1 run is training' : `${live} runs are training` };
  }
}
