/** By what scripts are run, and where. */

import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { RunSpec, ScriptSpec } from '../../protocol/run-spec.ts';
import type { InspectRequest } from '../../runs/launchers/inspect-model.ts';
import type { LocalTrainer } from '../../runs/launchers/local-launcher.ts';
import { setting } from '../vscode/settings.ts';

type Extension = Pick<vscode.ExtensionContext, 'asAbsolutePath'>;

/** `slim-train`, as the extension brings it, and the Node that the user wants for it. */
export function localTrainer(extension: Extension): LocalTrainer {
  return { path: trainerPath(extension), nodeFor: spec => nodeFor(vscode.Uri.file(placeOf(spec))) };
}

export function trainerPath(extension: Extension): string {
  return extension.asAbsolutePath('dist/slim-train.js');
}

/** The user's choice of Node there. undefined: whichever is found. */
export function nodeFor(scope: vscode.Uri | undefined): string | undefined {
  const path = setting('nodePath', scope).trim();
  return path === '' ? undefined : path;
}

/** A training script, started as the settings of its folder say. */
export function scriptSpec(
  script: string,
  { cwd = folderToRunIn(script), overrides = {} }: Partial<Pick<ScriptSpec, 'cwd' | 'overrides'>> = {},
): ScriptSpec {
  const backend = setting('backend', vscode.Uri.file(script));
  return { kind: 'script', cwd, script, overrides, ...(backend === 'auto' ? {} : { backend }) };
}

/** How a script is asked for its model: as it would be started. */
export function inspectRequest(extension: Extension, script: string): InspectRequest {
  const { cwd, backend } = scriptSpec(script);
  const node = nodeFor(vscode.Uri.file(script));
  return {
    cwd,
    script,
    trainer: trainerPath(extension),
    ...(backend === undefined ? {} : { backend }),
    ...(node === undefined ? {} : { node }),
  };
}

/** Its workspace folder, else its own. */
function folderToRunIn(script: string): string {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(script))?.uri.fsPath ?? dirname(script);
}

function placeOf(spec: RunSpec): string {
  return spec.kind === 'script' ? spec.script : spec.cwd;
}
