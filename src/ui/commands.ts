/** What the commands do, by the names that package.json gives them. */

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
import { commandId, commandNames, type CommandName } from '../catalog/contributions.ts';
import type { TrainingWindow } from './training-window.ts';
import { errorOf } from '../protocol/error-message.ts';
import { tell } from './vscode/tell.ts';
import { startFromMapping, warmStart } from './warm-start/warm-start.ts';

type Command = (window: TrainingWindow, argument: unknown) => unknown;

const commands: Readonly<Record<CommandName, Command>> = {
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

/** Does what a command does. What goes wrong is logged and shown. */
export type RunCommand = (name: CommandName, argument?: unknown) => Promise<void>;

/** Registers all of them, and gives what runs one by its name. */
export function registerCommands(
  window: Promise<TrainingWindow>,
  own: (disposable: vscode.Disposable) => unknown,
): RunCommand {
  const run: RunCommand = async (name, argument) => {
    const ready = await window;
    try {
      await commands[name](ready, argument);
    } catch (thrown) {
      const error = errorOf(thrown);
      ready.log.error(error);
      await tellFailure(ready, error);
    }
  };
  for (const name of commandNames) {
    own(vscode.commands.registerCommand(commandId(name), (argument: unknown) => run(name, argument)));
  }
  return run;
}

/** The message's first line; the rest, a console's end perhaps, is in the log. */
async function tellFailure({ log }: TrainingWindow, { message }: Error): Promise<void> {
  const [first = '', ...rest] = message.trim().split('\n');
  const details = 'Show Details';
  const choice = await tell('error', first, ...(rest.length > 0 ? [details] : []));
  if (choice === details) log.show();
}
