/** Warm Start from This: writes a restore mapping to begin with, and opens it. Start from a mapping. */

import { basename } from 'node:path';
import * as vscode from 'vscode';
import { chooseCheckpoint, type CheckpointRooms } from './choose-checkpoint.ts';
import { chooseScriptFor } from '../start/choose-script.ts';
import { launch, saveIfDirty, type LaunchRooms } from '../start/start-training.ts';
import { inspectRequest, scriptSpec } from '../start/trainer-settings.ts';
import { currentAttempt } from '../../runs/attempt-groups.ts';
import { mappingViewType } from '../../catalog/contributions.ts';
import type { RunActions } from '../../catalog/run-actions.ts';
import type { InspectedModels } from '../../runs/launchers/inspected-models.ts';
import { tellWhile } from '../vscode/tell.ts';
import { isTrustedToRun } from '../vscode/workspace-trust.ts';

interface WarmStartRooms extends LaunchRooms, CheckpointRooms {
  readonly actions: Pick<RunActions, 'start' | 'draftMapping' | 'scriptOfMapping' | 'prepareWarmStart'>;
  readonly models: InspectedModels;
}

/** `argument`: a checkpoint's row, or a run's, or a file. */
export async function warmStart(rooms: WarmStartRooms, argument: unknown): Promise<void> {
  if (!(await isTrustedToRun())) return;
  const checkpoint = await chooseCheckpoint(rooms, argument);
  if (checkpoint === undefined) return;
  const own = checkpoint.run === undefined ? null : (currentAttempt(checkpoint.run)?.record.script ?? null);
  const script = (await chooseScriptFor(own))?.fsPath;
  if (script === undefined) return;
  await saveIfDirty(script);
  const path = await whileInspecting(script, signal =>
    rooms.actions.draftMapping(checkpoint.path, {
      models: rooms.models,
      request: inspectRequest(rooms.extension, script),
      signal,
    }),
  );
  if (path === undefined) return;
  await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path), mappingViewType);
}

/** `argument`: the mapping's uri; otherwise that of the active editor. */
export async function startFromMapping(rooms: WarmStartRooms, argument: unknown): Promise<void> {
  if (!(await isTrustedToRun())) return;
  const uri = argument instanceof vscode.Uri ? argument : activeMapping();
  if (uri === undefined) throw new Error('Open a restore mapping first: a file NAME.restore.json.');
  const mapping = uri.fsPath;
  await saveIfDirty(mapping);
  const script = (await rooms.actions.scriptOfMapping(mapping)) ?? (await chooseScriptFor(null))?.fsPath;
  if (script === undefined) return;
  await saveIfDirty(script);
  const request = inspectRequest(rooms.extension, script);
  const overrides = await whileInspecting(script, signal =>
    rooms.actions.prepareWarmStart(mapping, { models: rooms.models, request, signal }),
  );
  if (overrides !== undefined) await launch(rooms, scriptSpec(script, { overrides }));
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
  return tellWhile(`Asking ${basename(script)} for its variables`, true, async token => {
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
