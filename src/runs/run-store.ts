/** All attempts below some folders, as they are now. */

import { existsSync } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Emitter, type Event } from 'vscode-jsonrpc/node';
import type { ControlRequests } from '../protocol/control.ts';
import { isLive } from '../protocol/run.ts';
import type { RunSpec } from '../protocol/run-spec.ts';
import { leaveCommand } from './command-file.ts';
import { FollowedAttempt, type Attempt } from './followed-attempt.ts';
import type { Launcher } from './launchers/launcher.ts';
import { Launchers, strangerWords } from './launchers/launchers.ts';
import { RecordWatch } from './record-watch.ts';
import { createRunFolder, recordPath, rootOf, runsFolder } from './run-folder.ts';

export interface RunProblem {
  readonly folder: string;
  readonly message: string;
}

const CHANGE_DELAY_MS = 50;
const ATTEND_MS = 1000;
const ANSWER_MS = 3000;
const SAVE_MS = 600_000;
const KILLED_MS = 5000;

/** An attempt is known by its run folder. Which of them are one run, attempt-groups.ts says. */
export class RunStore {
  readonly #attempts = new Map<string, FollowedAttempt>();
  readonly #watches = new Map<string, RecordWatch>();
  readonly #change = new Emitter<undefined>();
  readonly #progress = new Emitter<Attempt>();
  readonly #launchers: Launchers;
  readonly #mayAct: () => boolean;
  /** Run folders of what was launched from here. */
  readonly #launched = new Set<string>();
  #roots: readonly string[];
  /** Roots that stay, whatever {@link setRoots} is given. */
  readonly #added = new Set<string>();
  #attend: NodeJS.Timeout | undefined;
  #changing: NodeJS.Timeout | undefined;

  /**
   * @param mayAct whether runs may be connected to, told something and ended, and their log folders be outside of the root.
   *   While they may not, what their records say is all there is of them: a record that came with somebody else's folder
   *   names sockets, processes and folders at will. {@link readAgain} when it changes.
   */
  constructor(roots: readonly string[], launchers: readonly Launcher[], mayAct: () => boolean = () => true) {
    this.#roots = roots.map(root => resolve(root));
    this.#launchers = new Launchers(launchers);
    this.#mayAct = mayAct;
  }

  /** Something other than progress changed. At most 20 times a second. */
  get onDidChange(): Event<unknown> {
    return this.#change.event;
  }

  /** A live attempt took steps. At most 30 times a second for each. */
  get onDidProgress(): Event<Attempt> {
    return this.#progress.event;
  }

  /** In no order. */
  attempts(): readonly Attempt[] {
    return [...this.#attempts.values()].flatMap(({ attempt }) => attempt ?? []);
  }

  attempt(folder: string): Attempt | undefined {
    return this.#attempts.get(folder)?.attempt;
  }

  /** Run folders whose record cannot be read, and why. */
  problems(): readonly RunProblem[] {
    return [...this.#attempts.values()].flatMap(({ folder, problem }) =>
      problem === undefined ? [] : { folder, message: problem },
    );
  }

  /** Resolves when all attempts that are there have been read. */
  async start(): Promise<void> {
    await this.#lookAtRoots();
    this.#attend = setInterval(() => void this.#attendAll(), ATTEND_MS);
    this.#attend.unref();
  }

  async dispose(): Promise<void> {
    clearInterval(this.#attend);
    clearTimeout(this.#changing);
    for (const attempt of this.#attempts.values()) attempt.dispose();
    this.#attempts.clear();
    await Promise.all([...this.#watches.values()].map(watch => watch.close()));
    this.#watches.clear();
  }

  /** These folders from now on, and those that were added. Resolves when the new ones have been read. */
  async setRoots(roots: readonly string[]): Promise<void> {
    this.#roots = roots.map(root => resolve(root));
    await this.#lookAtRoots();
  }

  /** That folder, too, from now on. Resolves when it has been read. */
  async addRoot(root: string): Promise<void> {
    this.#added.add(resolve(root));
    await this.#lookAtRoots();
  }

  /** What may be done with runs is another thing now. Resolves when all records have been read again. */
  async readAgain(): Promise<void> {
    await Promise.all([...this.#attempts.values()].map(attempt => attempt.refresh()));
  }

  /** Reads a run folder that was just made, rather than waiting until it is found, and tells of it at once. */
  async adopt(runFolder: string): Promise<Attempt> {
    const followed = await this.#read(runFolder);
    this.#tell();
    if (followed.attempt === undefined) throw new Error(followed.problem ?? `No run in ${runFolder}.`);
    return followed.attempt;
  }

  /**
   * Starts what was specified and resolves once it is there to be followed. Rejects with why it has not begun: then
   * there is nothing of it.
   *
   * @param launcher the launcher's name
   */
  async launch(spec: RunSpec, launcher = 'local'): Promise<Attempt> {
    this.#mustMayAct();
    const launching = this.#launchers.need(launcher);
    const folder = await createRunFolder(spec.cwd);
    this.#launched.add(folder);
    try {
      await launching.launch(spec, folder);
    } catch (error) {
      this.#launched.delete(folder);
      await rmdir(folder).catch(() => undefined); // something in it is still in use
      throw error;
    }
    return this.adopt(folder);
  }

  /**
   * Asks the attempt to save and end: by its socket, otherwise by its launcher and a file in its folder. Resolves to
   * whether it has ended within `graceMs`; if not, {@link kill} is left.
   */
  async stop(folder: string, graceMs = 30_000): Promise<boolean> {
    const followed = this.#live(folder);
    if (followed === undefined) return true;
    try {
      await followed.request('run/stop', ANSWER_MS);
    } catch {
      await leaveCommand(followed.folder, 'stop');
      const { attempt } = followed;
      if (attempt !== undefined) await this.#launchers.of(attempt.record)?.interrupt(attempt);
    }
    return this.#hasEnded(followed, graceMs);
  }

  /**
   * Ends the attempt and all that it started without saving. Resolves to whether it has ended. Rejects where it cannot
   * be ended from here.
   */
  async kill(folder: string): Promise<boolean> {
    const followed = this.#live(folder);
    const attempt = followed?.attempt;
    if (followed === undefined || attempt === undefined) return true;
    const launcher = this.#launchers.of(attempt.record);
    if (launcher === undefined)
      throw new Error(`${attempt.record.name} was ${strangerWords(attempt.record)}: end it there.`);
    await launcher.kill(attempt, false);
    if (await this.#hasEnded(followed, KILLED_MS)) return true;
    await launcher.kill(attempt, true);
    return this.#hasEnded(followed, KILLED_MS);
  }

  async pause(folder: string): Promise<void> {
    await this.#need(folder).request('run/pause', ANSWER_MS);
  }

  async resume(folder: string): Promise<void> {
    await this.#need(folder).request('run/resume', ANSWER_MS);
  }

  /** Resolves when the checkpoint is on the disk. */
  async save(folder: string): Promise<ControlRequests['run/save']['result']> {
    return await this.#need(folder).request('run/save', SAVE_MS);
  }

  /** Begins with the roots that are new, and lets go of those that are no more. The others are left as they are. */
  async #lookAtRoots(): Promise<void> {
    const roots = new Set([...this.#roots, ...this.#added]);
    const gone = [...this.#watches].filter(([root]) => !roots.has(root));
    const fresh = [...roots].filter(root => !this.#watches.has(root));
    for (const [root] of gone) this.#watches.delete(root);
    for (const folder of this.#attempts.keys()) {
      if (!roots.has(rootOf(folder))) this.#forget(folder);
    }
    await Promise.all([...gone.map(([, watch]) => watch.close()), ...fresh.map(root => this.#lookAt(root))]);
  }

  async #lookAt(root: string): Promise<void> {
    const watch = new RecordWatch(root, {
      written: folder => void this.#read(folder),
      gone: folder => {
        this.#forget(folder);
      },
    });
    this.#watches.set(root, watch);
    await watch.ready;
    const folders = await runFoldersIn(root);
    if (this.#watches.get(root) !== watch) return;
    await Promise.all(folders.map(folder => this.#read(folder)));
  }

  /** A record that is written while its new folder begins to be watched may not be told. */
  async #lookForUntold(root: string): Promise<void> {
    const untold = (await runFoldersIn(root)).filter(folder => !this.#attempts.has(folder));
    const begun = untold.filter(folder => existsSync(recordPath(folder)) && this.#watches.has(root));
    await Promise.all(begun.map(folder => this.#read(folder)));
  }

  async #read(folder: string): Promise<FollowedAttempt> {
    let followed = this.#attempts.get(folder);
    if (followed === undefined) {
      followed = this.#follow(folder);
      this.#attempts.set(folder, followed);
    }
    await followed.refresh();
    return followed;
  }

  #follow(folder: string): FollowedAttempt {
    return new FollowedAttempt(folder, this.#launched.has(folder), {
      launchers: this.#launchers,
      mayAct: this.#mayAct,
      onChange: () => {
        this.#changed();
      },
      onProgress: attempt => {
        this.#progress.fire(attempt);
      },
    });
  }

  #forget(folder: string): void {
    this.#attempts.get(folder)?.dispose();
    if (this.#attempts.delete(folder)) this.#changed();
  }

  async #attendAll(): Promise<void> {
    const unattended = [...this.#attempts.values()].filter(attempt => attempt.isUnattended);
    await Promise.all([
      ...unattended.map(attempt => attempt.refresh()),
      ...[...this.#watches.keys()].map(root => this.#lookForUntold(root)),
    ]);
  }

  #changed(): void {
    this.#changing ??= setTimeout(() => {
      this.#tell();
    }, CHANGE_DELAY_MS);
  }

  #tell(): void {
    clearTimeout(this.#changing);
    this.#changing = undefined;
    this.#change.fire(undefined);
  }

  #mustMayAct(): void {
    if (this.#mayAct()) return;
    throw new Error('This folder is not trusted, so its runs are only looked at. Trust it to control them.');
  }

  #live(folder: string): FollowedAttempt | undefined {
    this.#mustMayAct();
    const followed = this.#attempts.get(folder);
    return followed?.attempt !== undefined && isLive(followed.attempt.state) ? followed : undefined;
  }

  #need(folder: string): FollowedAttempt {
    const followed = this.#live(folder);
    if (followed === undefined)
      throw new Error(`${this.attempt(folder)?.record.name ?? 'The run'} is not running.`);
    return followed;
  }

  async #hasEnded(followed: FollowedAttempt, withinMs: number): Promise<boolean> {
    const end = Date.now() + withinMs;
    for (;;) {
      if (followed.isUnattended) await followed.refresh();
      if (followed.attempt === undefined || !isLive(followed.attempt.state)) return true;
      if (Date.now() > end) return false;
      await delay(50);
    }
  }
}

async function runFoldersIn(root: string): Promise<string[]> {
  const ids = await readdir(runsFolder(root)).catch((): string[] => []);
  return ids.filter(id => !id.startsWith('.')).map(id => join(runsFolder(root), id));
}
