/** The Runs view around its rows: checkboxes, and the number of live runs on the icon. */

import * as vscode from 'vscode';
import type { NumberFormat } from '../../protocol/number-format.ts';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import { runsViewId } from '../../catalog/contributions.ts';
import type { RunList } from '../../catalog/run-list.ts';
import type { RunNode } from '../../catalog/run-node.ts';
import { RunRows } from './run-rows.ts';

/** So long a folder's checkpoints may take to be found. */
const LISTING_MS = 2000;

export class RunTree implements vscode.Disposable {
  readonly #owned = new DisposableStore();
  readonly #list: PromiseLike<RunList>;
  readonly #view: vscode.TreeView<RunNode>;

  /** The view is there at once and fills when the list has been read. */
  constructor(list: PromiseLike<RunList>, numbers: NumberFormat) {
    this.#list = list;
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

  /** Selects the row of that checkpoint, or of its run where the checkpoint is no more. */
  async show(run: string, prefix: string): Promise<void> {
    const list = await this.#list;
    const isListed = await this.#isListed(list, run, prefix);
    const node: RunNode = isListed ? { kind: 'checkpoint', run, prefix } : { kind: 'run', run };
    await this.#view.reveal(node, { select: true, focus: true });
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

  /** The checkpoints of a run whose row was never unfolded are looked for first. */
  #isListed(list: RunList, run: string, prefix: string): Promise<boolean> {
    const isListed = (): boolean =>
      list.run(run)?.checkpoints.some(checkpoint => checkpoint.prefix === prefix) ?? false;
    list.setUnfolded(run, true);
    if (isListed()) return Promise.resolve(true);
    return new Promise(settle => {
      const listening = list.onDidChange(() => {
        if (isListed()) end();
      });
      const giveUp = setTimeout(() => {
        end();
      }, LISTING_MS);
      const end = (): void => {
        clearTimeout(giveUp);
        listening.dispose();
        settle(isListed());
      };
    });
  }

  #showCount(live: number): void {
    if (this.#view.badge?.value === (live === 0 ? undefined : live)) return;
    this.#view.badge =
      live === 0
        ? undefined
        : { value: live, tooltip: live === 1 ? '1 run is training' : `${live} runs are training` };
  }
}
