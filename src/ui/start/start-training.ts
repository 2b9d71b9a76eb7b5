/** Start Training, and Start Again. */

import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { RunRecord } from '../../protocol/run.ts';
import type { ScriptSpec } from '../../protocol/run-spec.ts';
import type { RunOverrides } from '../../protocol/training-host.ts';
import { chooseScript } from './choose-script.ts';
import { configuredFolder, provideEditorTypes } from '../../catalog/editor-types.ts';
import { chosenRun } from '../runs/choose-run.ts';
import { runsViewId } from '../runs/run-tree.ts';
import { currentAttempt } from '../../runs/attempt-groups.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';
import { scriptSpec } from './trainer-settings.ts';
import type { TrainingWindow } from '../training-window.ts';
import { isTrustedToRun } from '../vscode/workspace-trust.ts';

/** A run whose end is on its way is not asked about. */
const ENDING_MS = 1500;

/** `uri`: what the command was run on, in an editor's title. */
export async function startTraining(window: TrainingWindow, uri: unknown): Promise<void> {
  if (!(await isTrustedToRun())) return;
  const script = await chooseScript(uri);
  if (script === undefined) return;
  if (!(await isStartWanted(window, script.fsPath))) return;
  await launch(window, scriptSpec(script.fsPath));
}

/** The same script with the same settings as the last time: it goes on from the newest checkpoint. */
export async function startAgain(window: TrainingWindow, node: unknown): Promise<void> {
  if (!(await isTrustedToRun())) return;
  const run = chosenRun(window.list, node);
  const record = run === undefined ? undefined : currentAttempt(run)?.record;
  if (record === undefined) return;
  if (record.script === null)
    throw new Error(`${record.name} was not started from a script: its program has to start it.`);
  if (!(await isStartWanted(window, record.script))) return;
  const overrides = await overridesToGoOn(window, record);
  await launch(window, scriptSpec(record.script, { cwd: record.cwd, overrides }));
}

/** A warm start is not repeated where there is something to go on from. */
async function overridesToGoOn(window: TrainingWindow, record: RunRecord): Promise<RunOverrides> {
  const { restore, ...others } = record.overrides;
  const logdir = record.logdir ?? others.logdir ?? null;
  if (restore === undefined || logdir === null) return record.overrides;
  const { checkpointIn } = await window.mappingFiles();
  return (await checkpointIn(logdir)) === undefined ? record.overrides : others;
}

/** Runs the script, and shows its curves. */
export async function launch(window: TrainingWindow, spec: ScriptSpec): Promise<void> {
  await saveIfDirty(spec.script);
  await vscode.window.withProgress({ location: { viewId: runsViewId } }, async () => {
    const run = await window.actions.start(spec);
    window.log.info(`Started ${spec.script}: ${run.attempts.at(-1)?.folder ?? ''}`);
    window.dashboard.reveal('scalars', run.id);
    const configured = await configuredFolder(spec.script, spec.cwd);
    await provideEditorTypes(window.extension.asAbsolutePath('dist/types'), configured);
  });
}

/** Asks only where the script is training already: two processes cannot write into one log folder. */
async function isStartWanted(window: TrainingWindow, script: string): Promise<boolean> {
  const live = await staysLive(window, script);
  if (live === undefined) return true;
  const [show, start] = ['Show Dashboard', 'Start Anyway'] as const;
  const choice = await vscode.window.showWarningMessage(
    `${basename(script)} is training already, as ${live.name}. A second run of it needs a log folder of its own.`,
    show,
    start,
  );
  if (choice === show) window.dashboard.reveal('scalars', live.id);
  return choice === start;
}

/** The run of that script, unless it is just ending. */
async function staysLive({ list }: TrainingWindow, script: string): Promise<TrainingRun | undefined> {
  const find = (): TrainingRun | undefined =>
    list.liveRuns().find(run => currentAttempt(run)?.record.script === script);
  const patience = Date.now() + ENDING_MS;
  while (find() !== undefined && Date.now() < patience) await delay(100);
  return find();
}

/** What runs is what is seen. */
export async function saveIfDirty(path: string): Promise<void> {
  const dirty = vscode.workspace.textDocuments.find(
    document => document.uri.fsPath === path && document.isDirty,
  );
  if (dirty !== undefined && !(await dirty.save()))
    throw new Error(`${path} could not be saved, so nothing was started.`);
}
