/** What the mapping editor asks for in dialogs. */

import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { checkpointPath } from '../../catalog/checkpoint-files.ts';
import { labelsIn } from '../../restore/rows-by-label.ts';
import { chooseAnotherScript } from '../start/choose-script.ts';
import { pathOfChoice } from '../vscode/dialog-choice.ts';

/** A V2 checkpoint is named by its prefix, not by one of its files. */
export async function pickCheckpointFile(current: string | undefined): Promise<string | undefined> {
  const folder = current === undefined ? workspaceFolder() : vscode.Uri.file(current);
  const path = await pickFile('Choose a checkpoint: its .index, or another file of arrays', 'Choose', folder);
  return path === undefined ? undefined : checkpointPath(path);
}

export async function pickScriptFile(): Promise<string | undefined> {
  return (await chooseAnotherScript())?.fsPath;
}

/** One label a line, in the order of the rows. undefined: the user chose none. */
export async function pickLabels(
  variable: string,
): Promise<{ readonly checkpoint: string[]; readonly model: string[] } | undefined> {
  const checkpoint = await pickFile(
    `Labels of the rows in the checkpoint, for ${variable}`,
    'Next',
    workspaceFolder(),
  );
  if (checkpoint === undefined) return undefined;
  const model = await pickFile(
    `Labels of the rows in the model, for ${variable}`,
    'Pair Rows',
    workspaceFolder(),
  );
  if (model === undefined) return undefined;
  return { checkpoint: await readLabels(checkpoint), model: await readLabels(model) };
}

async function readLabels(path: string): Promise<string[]> {
  return labelsIn(await readFile(path, 'utf8'));
}

async function pickFile(
  title: string,
  openLabel: string,
  defaultUri: vscode.Uri | undefined,
): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title,
    openLabel,
    ...(defaultUri === undefined ? {} : { defaultUri }),
  });
  return pathOfChoice(chosen?.[0]);
}

function workspaceFolder(): vscode.Uri | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}
