/** Which checkpoint a warm start is from: the one it was asked for on, else the user's choice of the runs' and of a file. */

import { basename } from 'node:path';
import * as vscode from 'vscode';
import { NumberFormat } from '../../protocol/number-format.ts';
import { pathOfChoice } from '../vscode/dialog-choice.ts';
import { describeCheckpoint } from '../../catalog/run-words.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';
import type { RunList } from '../../catalog/run-list.ts';
import { chosenRun, isRunNode } from '../../catalog/run-node.ts';
import { runOfCheckpoint } from '../../catalog/run-of-checkpoint.ts';
import type { RunRooms } from '../../catalog/run-rooms.ts';

export interface CheckpointRooms {
  readonly list: Pick<RunList, 'run' | 'runs'>;
  readonly listCheckpoints: RunRooms['listCheckpoints'];
}

export interface ChosenCheckpoint {
  /** Anything that openCheckpoint reads. */
  readonly path: string;
  /** The run into whose log folder it was saved, where it is known. */
  readonly run: TrainingRun | undefined;
}

/** `argument`: a row of the run view, or a file. undefined: the user chose none. */
export async function chooseCheckpoint(
  rooms: CheckpointRooms,
  argument: unknown,
): Promise<ChosenCheckpoint | undefined> {
  if (argument instanceof vscode.Uri) return ofFile(rooms, pathOfChoice(argument));
  if (isRunNode(argument) && argument.kind === 'checkpoint') {
    return { path: argument.prefix, run: rooms.list.run(argument.run) };
  }
  const run = chosenRun(rooms.list, argument);
  return pickCheckpoint(rooms, run === undefined ? rooms.list.runs() : [run]);
}

function ofFile({ list }: CheckpointRooms, path: string | undefined): ChosenCheckpoint | undefined {
  if (path === undefined) return undefined;
  return { path, run: runOfCheckpoint(path, list.runs()) };
}

interface CheckpointItem extends vscode.QuickPickItem {
  readonly chosen?: ChosenCheckpoint;
}

async function pickCheckpoint(
  rooms: CheckpointRooms,
  runs: readonly TrainingRun[],
): Promise<ChosenCheckpoint | undefined> {
  const file: CheckpointItem = { label: '$(folder-opened) Choose a file...', alwaysShow: true };
  const items = Promise.all(runs.map(run => itemsOf(rooms, run))).then(found => [...found.flat(), file]);
  const choice = await vscode.window.showQuickPick<CheckpointItem>(items, {
    title: 'Warm Start from Checkpoint',
    placeHolder: 'Checkpoint to begin with',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return choice === file ? ofFile(rooms, await browseForCheckpoint()) : choice?.chosen;
}

async function itemsOf({ listCheckpoints }: CheckpointRooms, run: TrainingRun): Promise<CheckpointItem[]> {
  if (run.logdir === null) return [];
  const numbers = new NumberFormat(vscode.env.language);
  const checkpoints = await listCheckpoints(run.logdir);
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
