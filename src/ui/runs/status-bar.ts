/** The status bar item: what trains now, in one line. Not there while nothing does. */

import * as vscode from 'vscode';
import type { NumberFormat } from '../../protocol/number-format.ts';
import { commandId } from '../../catalog/contributions.ts';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import type { RunList } from '../../catalog/run-list.ts';
import { describeLiveRuns } from '../../catalog/run-words.ts';
import { stateOf } from '../../runs/attempt-groups.ts';

const REDRAW_MS = 250;

export class TrainingStatus implements vscode.Disposable {
  readonly #list: RunList;
  readonly #numbers: NumberFormat;
  readonly #owned = new DisposableStore();
  readonly #item: vscode.StatusBarItem;
  #redraw: NodeJS.Timeout | undefined;

  constructor(list: RunList, numbers: NumberFormat) {
    this.#list = list;
    this.#numbers = numbers;
    this.#item = this.#owned.add(
      vscode.window.createStatusBarItem('slimTraining.status', vscode.StatusBarAlignment.Left),
    );
    this.#item.name = 'Training';
    this.#item.command = commandId('showDashboard');
    const soon = (): void => {
      this.#redraw ??= setTimeout(() => {
        this.#redraw = undefined;
        this.#draw();
      }, REDRAW_MS);
    };
    this.#owned.add(list.onDidChange(soon));
    this.#owned.add(list.onDidProgress(soon));
    this.#draw();
  }

  dispose(): void {
    clearTimeout(this.#redraw);
    this.#owned.dispose();
  }

  #draw(): void {
    const live = this.#list.liveRuns();
    const [first] = live;
    if (first === undefined) {
      this.#item.hide();
      return;
    }
    const icon = stateOf(first) === 'paused' ? 'debug-pause' : 'play-circle';
    const text = describeLiveRuns(live, this.#numbers);
    this.#item.text = `$(${icon}) ${withoutIcons(text)}`;
    this.#item.tooltip = 'Show Dashboard';
    this.#item.accessibilityInformation = { label: `Training: ${text}`, role: 'button' };
    this.#item.show();
  }
}

/** A run's name is text: `$(bug)` in it is not an icon. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}
