/** Finds the training scripts of the workspace. */

import { open } from 'node:fs/promises';
import * as vscode from 'vscode';
import { scriptExtensions, scriptKind, type ScriptKind } from '../../catalog/training-script-text.ts';

export interface TrainingScript {
  readonly uri: vscode.Uri;
  readonly kind: Exclude<ScriptKind, 'other'>;
}

const INCLUDE = `**/*.{${scriptExtensions.join(',')}}`;
const EXCLUDE = '**/{node_modules,bower_components,.git,.slim,dist,out,build,coverage}/**';
const MAX_FILES = 2000;
/** A larger one is a bundle, not something that a person wrote. */
const MAX_BYTES = 256 * 1024;
const AT_ONCE = 16;

/** Those that train come first, then those nearest to the workspace's root. */
export async function findTrainingScripts(token?: vscode.CancellationToken): Promise<TrainingScript[]> {
  const waiting = await vscode.workspace.findFiles(INCLUDE, EXCLUDE, MAX_FILES, token);
  const found: TrainingScript[] = [];
  const look = async (): Promise<void> => {
    for (
      let uri = waiting.pop();
      uri !== undefined && token?.isCancellationRequested !== true;
      uri = waiting.pop()
    ) {
      const kind = scriptKind(await readText(uri.fsPath));
      if (kind !== 'other') found.push({ uri, kind });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, look));
  return found.sort(byPromise);
}

export function isTrainingScript(document: vscode.TextDocument): boolean {
  return isScriptFile(document.uri) && scriptKind(document.getText()) === 'trains';
}

export function isScriptFile(uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && scriptExtensions.some(extension => uri.path.endsWith(`.${extension}`));
}

async function readText(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  try {
    const size = (await file?.stat())?.size ?? Infinity;
    return file === undefined || size > MAX_BYTES ? '' : await file.readFile('utf8');
  } catch {
    return ''; // gone or unreadable meanwhile
  } finally {
    await file?.close();
  }
}

function byPromise(a: TrainingScript, b: TrainingScript): number {
  if (a.kind !== b.kind) return a.kind === 'trains' ? -1 : 1;
  return depth(a.uri) - depth(b.uri) || (a.uri.path < b.uri.path ? -1 : 1);
}

function depth(uri: vscode.Uri): number {
  return uri.path.split('/').length;
}
