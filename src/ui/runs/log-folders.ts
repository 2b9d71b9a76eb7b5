/** Log folders that other programs write: those of the settings, and those that the user opened in this workspace. */

import { relative, resolve } from 'node:path';
import * as vscode from 'vscode';
import { isWithin } from '../../formats/is-within.ts';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import type { RunList } from '../../catalog/run-list.ts';
import { isAbout, setting } from '../vscode/settings.ts';

/** Tells all folders with event files in or below `folder`: once what is there has been looked at, and when that changes. */
export type WatchLogdirs = (
  folder: string,
  onChange: (logdirs: readonly string[]) => void,
) => vscode.Disposable;

const OPENED = 'openedLogFolders';

interface WatchedFolder {
  readonly watching: vscode.Disposable;
  /** Settles with what is there at first. */
  readonly first: Promise<readonly string[]>;
  /** undefined: they are still being looked for. */
  logdirs: readonly string[] | undefined;
}

export class LogFolders implements vscode.Disposable {
  readonly #list: Pick<RunList, 'setForeignLogdirs'>;
  readonly #memory: Pick<vscode.Memento, 'get' | 'update'>;
  readonly #watch: WatchLogdirs;
  readonly #owned = new DisposableStore();
  readonly #watched = new Map<string, WatchedFolder>();

  constructor(
    list: Pick<RunList, 'setForeignLogdirs'>,
    memory: Pick<vscode.Memento, 'get' | 'update'>,
    watch: WatchLogdirs,
  ) {
    this.#list = list;
    this.#memory = memory;
    this.#watch = watch;
    const refresh = (): void => {
      this.#refresh();
    };
    this.#owned.add(vscode.workspace.onDidChangeWorkspaceFolders(refresh));
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(refresh));
    this.#owned.add(
      vscode.workspace.onDidChangeConfiguration(event => {
        if (isAbout(event, 'logFolders')) refresh();
      }),
    );
    this.#refresh();
  }

  /** Shows the runs of that folder from now on. Resolves to the log folders that it has. */
  async open(folder: string): Promise<readonly string[]> {
    await this.#remember([...this.#opened().filter(opened => opened !== folder), folder]);
    return (await this.#watched.get(folder)?.first) ?? [];
  }

  /** Shows what was opened around that log folder no longer. Resolves to whether the user had opened it. */
  async close(logdir: string): Promise<boolean> {
    const opened = this.#opened();
    const left = opened.filter(folder => !contains(folder, logdir));
    if (left.length === opened.length) return false;
    await this.#remember(left);
    return true;
  }

  dispose(): void {
    this.#owned.dispose();
    for (const { watching } of this.#watched.values()) watching.dispose();
    this.#watched.clear();
  }

  #opened(): readonly string[] {
    return this.#memory.get<readonly string[]>(OPENED, []);
  }

  async #remember(opened: readonly string[]): Promise<void> {
    await this.#memory.update(OPENED, opened);
    this.#refresh();
  }

  #refresh(): void {
    const wanted = new Set([...configuredFolders(), ...this.#opened()]);
    for (const [folder, { watching }] of this.#watched) {
      if (wanted.has(folder)) continue;
      watching.dispose();
      this.#watched.delete(folder);
    }
    for (const folder of wanted) {
      if (!this.#watched.has(folder)) this.#watched.set(folder, this.#follow(folder));
    }
    this.#tell();
  }

  #follow(folder: string): WatchedFolder {
    const first = new vscode.EventEmitter<readonly string[]>();
    const watched: WatchedFolder = {
      first: new Promise(settle => first.event(settle)),
      logdirs: undefined,
      watching: this.#watch(folder, logdirs => {
        watched.logdirs = logdirs;
        first.fire(logdirs);
        this.#tell();
      }),
    };
    return watched;
  }

  #tell(): void {
    const lists = [...this.#watched.values()].map(({ logdirs }) => logdirs);
    const known = new Set(lists.flatMap(logdirs => logdirs ?? []));
    this.#list.setForeignLogdirs([...known], !lists.includes(undefined));
  }
}

function configuredFolders(): string[] {
  const roots = vscode.workspace.workspaceFolders ?? [];
  return roots.flatMap(({ uri }) => setting('logFolders', uri).map(folder => resolve(uri.fsPath, folder)));
}

function contains(folder: string, path: string): boolean {
  return relative(folder, path) === '' || isWithin(folder, path);
}
