/** The commands, by the names that package.json gives them. */

import * as vscode from 'vscode';
import {
  compareCheckpoint,
  compareWithSelected,
  selectForCompare,
  showCheckpoint,
} from './checkpoints/checkpoint-commands.ts';
import { createExample } from './start/create-example.ts';
import { installNative } from './start/install-native.ts';
import { openMappingText } from './warm-start/mapping-text.ts';
import { closeLogFolder, openLogFolder } from './runs/open-log-folder.ts';
import {
  copyPath,
  filterRuns,
  openRunFailure,
  pauseTraining,
  resumeTraining,
  reveal,
  revealOrigin,
  saveCheckpoint,
  showConsole,
  showDashboard,
  showReportOfRun,
} from './runs/run-commands.ts';
import { startAgain, startTraining } from './start/start-training.ts';
import { stopTraining } from './runs/stop-training.ts';
import type { TrainingWindow } from './training-window.ts';
import { startFromMapping, warmStart } from './warm-start/warm-start.ts';

type Command = (window: TrainingWindow, argument: unknown) => unknown;

const commands: Readonly<Record<string, Command>> = {
  start: startTraining,
  startAgain,
  warmStart,
  warmStartFromCheckpoint: warmStart,
  startFromMapping,
  showRestoreReport: showReportOfRun,
  revealOrigin,
  stop: stopTraining,
  pause: pauseTraining,
  resume: resumeTraining,
  saveCheckpoint,
  showDashboard,
  showConsole,
  openFailure: openRunFailure,
  openLogFolder,
  closeLogFolder,
  filterRuns,
  copyPath,
  reveal,
  openCheckpoint: showCheckpoint,
  selectForCompare,
  compareWithSelected,
  compareCheckpoint,
  createExample,
  openMappingText,
  installNative,
};

export function registerCommands(
  window: Promise<TrainingWindow>,
  own: (disposable: vscode.Disposable) => unknown,
): void {
  for (const [name, command] of Object.entries(commands)) {
    own(
      vscode.commands.registerCommand(`slimTraining.${name}`, async (argument: unknown) => {
        const ready = await window;
        try {
          await command(ready, argument);
        } catch (error) {
          ready.log.error(error as Error);
          await tellFailure(ready, error as Error);
        }
      }),
    );
  }
}

/** The message's first line; the rest, a console's end perhaps, is in the log. */
async function tellFailure({ log }: TrainingWindow, { message }: Error): Promise<void> {
  const [first = '', ...rest] = message.trim().split('\n');
  const details = 'Show Details';
  const choice = await vscode.window.showErrorMessage(first, ...(rest.length > 0 ? [details] : []));
  if (choice === details) log.show();
}
