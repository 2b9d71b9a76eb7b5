/** Which checkpoint a warm start is from: the one it was asked for on, else the user's choice of the runs' and of a file. */

import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { NumberFormat } from '../../protocol/number-format.ts';
import { pathOfChoice } from '../vscode/dialog-choice.ts';
import { isRunNode } from '../runs/run-rows.ts';
import { describeCheckpoint } from '../../catalog/run-words.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';
import type { TrainingWindow } from '../training-window.ts';

export interface ChosenCheckpoint {
  /** Anything that openCheckpoint reads. */
  readonly path: string;
  /** The run into whose log folder it was saved, where it is known. */
  readonly run: TrainingRun | undefined;
}

/** `argument`: a row of the run view, or a file. undefined: the user chose none. */
export async function chooseCheckpoint(
  window: TrainingWindow,
  argument: unknown,
): Promise<ChosenCheckpoint | undefined> {
  if (argument instanceof vscode.Uri) return ofFile(window, pathOfChoice(argument));
  if (isRunNode(argument) && argument.kind === 'checkpoint') {
    return { path: argument.prefix, run: window.list.run(argument.run) };
  }
  const run = isRunNode(argument) ? window.list.run(argument.run) : undefined;
  return pickCheckpoint(window, run === undefined ? window.list.runs() : [run]);
}

function ofFile({ list }: TrainingWindow, path: string | undefined): ChosenCheckpoint | undefined {
  if (path === undefined) return undefined;
  return { path, run: list.runs().find(({ logdir }) => logdir === dirname(path)) };
}

interface CheckpointItem extends vscode.QuickPickItem {
  readonly chosen?: ChosenCheckpoint;
}

async function pickCheckpoint(
  window: TrainingWindow,
  runs: readonly TrainingRun[],
): Promise<ChosenCheckpoint | undefined> {
  const file: CheckpointItem = { label: '$(folder-opened) Choose a file...', alwaysShow: true };
  const items = Promise.all(runs.map(run => itemsOf(window, run))).then(found => [...found.flat(), file]);
  const choice = await vscode.window.showQuickPick<CheckpointItem>(items, {
    title: 'Warm Start from Checkpoint',
    placeHolder: 'Checkpoint to begin with',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return choice === file ? ofFile(window, await browseForCheckpoint()) : choice?.chosen;
}

async function itemsOf(window: TrainingWindow, run: TrainingRun): Promise<CheckpointItem[]> {
  if (run.logdir === null) return [];
  const numbers = new NumberFormat(vscode.env.language);
  const checkpoints = await window.listCheckpoints(run.logdir);
  const items = checkpoints.map(checkpoint => ({
    label: `${run.name} ${basename(checkpoint.prefix)}`,
    description: describeCheckpoint(checkpoint, run, numbers),
    iconPath: new vscode.ThemeIcon(checkpoint.best ? 'star-full' : 'archive'),
    chosen: { path: checkpoint.prefix, run },
  }));
  const heading = { label: run.name, kind: vscode.QuickPickItemKind.Separator };
  return items.length === 0 ? [] : [heading, ...items];
}

async function browseForCheckpoint(): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: 'Choose a checkpoint: a .index file, a file of TensorFlow 1, .npz, .safetensors or .mat',
    openLabel: 'Warm Start',
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return pathOfChoice(chosen?.[0]);
}
