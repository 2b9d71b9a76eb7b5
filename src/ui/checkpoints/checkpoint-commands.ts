/** The commands on checkpoints: show one, and compare two as VS Code compares files. */

import * as vscode from 'vscode';
import type { CheckpointEditor } from './checkpoint-editor.ts';
import { isRunNode } from '../../catalog/run-node.ts';
import type { CheckpointEditors } from './checkpoint-editors.ts';

interface Rooms {
  readonly checkpoints: Pick<CheckpointEditors, 'open' | 'select' | 'selected' | 'active'>;
}

export async function showCheckpoint({ checkpoints }: Rooms, node: unknown): Promise<void> {
  const path = checkpointOf(node);
  if (path !== undefined) await checkpoints.open(path);
}

export function selectForCompare({ checkpoints }: Rooms, node: unknown): void {
  const path = checkpointOf(node);
  if (path !== undefined) checkpoints.select(path);
}

/** What was selected is what it is compared with: the editor shows what has changed since. */
export async function compareWithSelected({ checkpoints }: Rooms, node: unknown): Promise<void> {
  const path = checkpointOf(node);
  const { selected } = checkpoints;
  if (path === undefined || selected === undefined) return;
  if (path === selected) {
    throw new Error('That is the checkpoint that was selected: choose Compare with Selected on another one.');
  }
  await checkpoints.open(path, selected);
}

/** Of the editor that the user is in. */
export async function compareCheckpoint({ checkpoints }: Rooms): Promise<void> {
  const editor = checkpoints.active;
  if (editor === undefined) throw new Error('Open a checkpoint first.');
  const choice = await pickComparison(editor);
  if (choice !== undefined) await editor.compare(choice);
}

interface ComparisonItem extends vscode.QuickPickItem {
  readonly id: string;
}

async function pickComparison(editor: CheckpointEditor): Promise<string | undefined> {
  const items = editor.comparisons().then(choices => [
    ...choices.map(({ id, name, run }): ComparisonItem => ({
      label: name,
      description: run,
      iconPath: new vscode.ThemeIcon('archive'),
      id,
    })),
    { label: '$(folder-opened) Choose a file...', alwaysShow: true, id: 'file' },
  ]);
  const chosen = await vscode.window.showQuickPick<ComparisonItem>(items, {
    title: 'Compare Checkpoint',
    placeHolder: 'Checkpoint to compare with',
    matchOnDescription: true,
  });
  return chosen?.id;
}

function checkpointOf(node: unknown): string | undefined {
  return isRunNode(node) && node.kind === 'checkpoint' ? node.prefix : undefined;
}
