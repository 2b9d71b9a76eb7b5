/** Warm Start from This: writes a restore mapping to begin with, and opens it. Start from a mapping. */

import { basename } from 'node:path';
import * as vscode from 'vscode';
import { chooseCheckpoint } from './choose-checkpoint.ts';
import { chooseScriptFor } from '../start/choose-script.ts';
import { launch, saveIfDirty } from '../start/start-training.ts';
import { inspectRequest, scriptSpec } from '../start/trainer-settings.ts';
import { currentAttempt } from '../../runs/attempt-groups.ts';
import type { TrainingWindow } from '../training-window.ts';
import { isTrustedToRun } from '../vscode/workspace-trust.ts';

const MAPPING_EDITOR = 'slimTraining.restoreMapping';

/** `argument`: a checkpoint's row, or a run's, or a file. */
export async function warmStart(window: TrainingWindow, argument: unknown): Promise<void> {
  if (!(await isTrustedToRun())) return;
  const checkpoint = await chooseCheckpoint(window, argument);
  if (checkpoint === undefined) return;
  const own = checkpoint.run === undefined ? null : (currentAttempt(checkpoint.run)?.record.script ?? null);
  const script = (await chooseScriptFor(own))?.fsPath;
  if (script === undefined) return;
  await saveIfDirty(script);
  const { draftMapping } = await window.mappingFiles();
  const path = await whileInspecting(script, signal =>
    draftMapping(checkpoint.path, {
      models: window.models,
      request: inspectRequest(window.extension, script),
      signal,
    }),
  );
  if (path === undefined) return;
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path), MAPPING_EDITOR);
}

/** `argument`: the mapping's uri; otherwise that of the active editor. */
export async function startFromMapping(window: TrainingWindow, argument: unknown): Promise<void> {
  if (!(await isTrustedToRun())) return;
  const uri = argument instanceof vscode.Uri ? argument : activeMapping();
  if (uri === undefined) throw new Error('Open a restore mapping first: a file NAME.restore.json.');
  const mapping = uri.fsPath;
  await saveIfDirty(mapping);
  const { scriptOfMapping, prepareWarmStart } = await window.mappingFiles();
  const script = (await scriptOfMapping(mapping)) ?? (await chooseScriptFor(null))?.fsPath;
  if (script === undefined) return;
  await saveIfDirty(script);
  const request = inspectRequest(window.extension, script);
  const prepared = await whileInspecting(script, async signal => ({
    logdir: await prepareWarmStart(mapping, { models: window.models, request, signal }, logdir =>
      isTaken(window, logdir),
    ),
  }));
  if (prepared === undefined) return;
  const { logdir } = prepared;
  const overrides = { restore: mapping, ...(logdir === undefined ? {} : { logdir }) };
  await launch(window, scriptSpec(script, { overrides }));
}

/** Two processes cannot train into one folder, even before the first of them has saved anything. */
function isTaken({ list }: TrainingWindow, logdir: string): boolean {
  return list.liveRuns().some(run => run.logdir === logdir);
}

function activeMapping(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const isOfFile = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText;
  return isOfFile && input.uri.path.endsWith('.restore.json') ? input.uri : undefined;
}

/** undefined: the user did not want to wait. */
async function whileInspecting<T>(
  script: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Asking ${basename(script)} for its variables`,
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (_, token) => {
    const cancelling = new AbortController();
    token.onCancellationRequested(() => {
      cancelling.abort();
    });
    try {
      return await work(cancelling.signal);
    } catch (error) {
      if (cancelling.signal.aborted) return undefined;
      throw error;
    }
  });
}
