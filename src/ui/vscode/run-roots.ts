/** The folders whose runs this window shows: those of the workspace, and those that a run was started from. */

import { resolve } from 'node:path';
import * as vscode from 'vscode';

export class RunRoots {
  readonly #others = new Set<string>();

  all(): string[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return [...new Set([...folders.map(({ uri }) => uri.fsPath), ...this.#others])];
  }

  /** False: its runs are shown already. */
  add(folder: string): boolean {
    if (this.all().includes(resolve(folder))) return false;
    this.#others.add(resolve(folder));
    return true;
  }
}
