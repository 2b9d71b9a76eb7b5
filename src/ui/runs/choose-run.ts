/** Which run a command is about: the row it was used on, the only one there is, else the user's choice. */

import * as vscode from 'vscode';
import { NumberFormat } from '../../protocol/number-format.ts';
import { tell } from '../vscode/tell.ts';
import { runIcon } from './run-icon.ts';
import type { RunList } from '../../catalog/run-list.ts';
import { chosenRun } from '../../catalog/run-node.ts';
import { describeRun } from '../../catalog/run-words.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';

/** undefined: there is none to choose, which is said, or the user chose none. */
export async function chooseRun(
  list: Pick<RunList, 'run' | 'runs'>,
  node: unknown,
  question: { readonly title: string; readonly none: string; readonly among: (run: TrainingRun) => boolean },
): Promise<TrainingRun | undefined> {
  const chosen = chosenRun(list, node);
  if (chosen !== undefined) return chosen;
  const candidates = list.runs().filter(question.among);
  if (candidates.length === 0) void tell('information', question.none);
  return candidates.length > 1 ? pickRun(candidates, question.title) : candidates[0];
}

async function pickRun(runs: readonly TrainingRun[], title: string): Promise<TrainingRun | undefined> {
  const numbers = new NumberFormat(vscode.env.language);
  const items = runs.map(run => ({
    label: run.name,
    description: describeRun(run, numbers, Date.now()),
    iconPath: runIcon(run),
    run,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: 'Run' }))?.run;
}
