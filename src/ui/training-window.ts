/** What the commands work with. */

import type * as vscode from 'vscode';
import type { InspectedModels } from '../runs/launchers/inspected-models.ts';
import type { CheckpointEditors } from './checkpoints/checkpoint-editors.ts';
import type { DashboardPanels } from './dashboard/dashboard-panels.ts';
import type { LogFolders } from './runs/log-folders.ts';
import type { RunActions } from '../catalog/run-actions.ts';
import type { RunList } from '../catalog/run-list.ts';
import type { RunNotices } from './runs/run-notices.ts';
import type { RunRooms } from '../catalog/run-rooms.ts';
import type { RunTree } from './runs/run-tree.ts';

export interface TrainingWindow {
  readonly extension: vscode.ExtensionContext;
  readonly list: RunList;
  readonly actions: RunActions;
  readonly dashboard: DashboardPanels;
  readonly logFolders: LogFolders;
  readonly notices: RunNotices;
  readonly log: vscode.LogOutputChannel;
  readonly tree: RunTree;
  readonly checkpoints: CheckpointEditors;
  readonly models: InspectedModels;
  readonly listCheckpoints: RunRooms['listCheckpoints'];
}
