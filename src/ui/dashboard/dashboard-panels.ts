/** The dashboard's place in the window: one tab, opened, brought to the front, and found again after a reload. */

import * as vscode from 'vscode';
import type { DashboardTab } from '../../protocol/dashboard.ts';
import { DashboardPanel, type DashboardRooms } from './dashboard-panel.ts';

export const dashboardViewType = 'slimTraining.dashboard';

export class DashboardPanels implements vscode.Disposable {
  readonly #rooms: DashboardRooms;
  #open: DashboardPanel | undefined;

  constructor(rooms: DashboardRooms) {
    this.#rooms = rooms;
  }

  /** Opens the dashboard, or brings it to the front. */
  show(): DashboardPanel {
    const panel = this.#open ?? this.adopt(this.#create());
    panel.show();
    return panel;
  }

  /** And turns to that tab and run. */
  reveal(tab: DashboardTab, run: string): void {
    this.show().reveal(tab, run);
  }

  /** Takes over a tab that VS Code has kept over a reload. */
  adopt(panel: vscode.WebviewPanel): DashboardPanel {
    const media = vscode.Uri.joinPath(this.#rooms.extensionUri, 'media');
    panel.iconPath = {
      light: vscode.Uri.joinPath(media, 'dashboard-light.svg'),
      dark: vscode.Uri.joinPath(media, 'dashboard-dark.svg'),
    };
    this.#open?.dispose();
    const opened = new DashboardPanel(panel, this.#rooms);
    this.#open = opened;
    this.#rooms.list.setReadsAll(true);
    panel.onDidDispose(() => {
      opened.dispose();
      if (this.#open !== opened) return;
      this.#open = undefined;
      this.#rooms.list.setReadsAll(false);
    });
    return opened;
  }

  dispose(): void {
    this.#open?.dispose();
  }

  #create(): vscode.WebviewPanel {
    const { name } = vscode.workspace;
    const title = name === undefined ? 'Training' : `Training: ${name}`;
    return vscode.window.createWebviewPanel(dashboardViewType, title, vscode.ViewColumn.Active, {});
  }
}
