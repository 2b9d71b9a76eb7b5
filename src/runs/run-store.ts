/** All runs below some folders, as they are now. */

import { readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { watch, type FSWatcher } from 'chokidar';
import { Emitter, type Event } from 'vscode-jsonrpc/node';
import type { ControlRequests } from '../protocol/control.ts';
import { isLive, type RunProgress, type RunState } from '../protocol/run.ts';
import { leaveCommand } from './command-file.ts';
import { FollowedAttempt, type Attempt } from './followed-attempt.ts';
import { runsFolder } from './run-folder.ts';
import { interrupt, signalGroup } from './signal-process.ts';

/** A log folder with the attempts to train into it. */
export interface Run {
  /** The id of its first attempt. */
  readonly id: string;
  readonly name: string;
  /** null until the script has said it. */
  readonly logdir: string | null;
  /** The newest attempt's. */
  readonly state: RunState;
  /** Oldest first, never empty. */
  readonly attempts: readonly Attempt[];
  /** The newest. */
  readonly current: Attempt;
}

export interface RunProblem {
  readonly folder: string;
  readonly message: string;
}

const CHANGE_DELAY_MS = 50;
const ATTEND_MS = 1000;
const ANSWER_MS = 3000;
const SAVE_MS = 600_000;

export class RunStore {
  readonly #attempts = new Map<string, FollowedAttempt>();
  readonly #change = new Emitter<undefined>();
  readonly #progress = new Emitter<{ run: Run; progress: RunProgress }>();
  readonly #mayAct: () => boolean;
  #roots: readonly string[];
  #runs: readonly Run[] | undefined;
  #watcher: FSWatcher | undefined;
  #attend: NodeJS.Timeout | undefined;
  #changing: NodeJS.Timeout | undefined;

  /**
   * @param mayAct whether runs may be connected to, told something and ended. While they may not, what their records
   *   say is all there is of them: a record that came with somebody else's folder names sockets and processes at will.
   */
  constructor(roots: readonly string[], mayAct: () => boolean = () => true) {
    this.#roots = roots.map(root => resolve(root));
    this.#mayAct = mayAct;
  }

  /** Something other than progress changed. At most 20 times a second. */
  get onDidChange(): Event<unknown> {
    return this.#change.event;
  }

  /** A live run took steps. At most 30 times a second for each. */
  get onDidProgress(): Event<{ run: Run; progress: RunProgress }> {
    return this.#progress.event;
  }

  /** The run that began or went on last comes first. */
  runs(): readonly Run[] {
    this.#runs ??= toRuns([...this.#attempts.values()].flatMap(({ attempt }) => attempt ?? []));
    return this.#runs;
  }

  run(id: string): Run | undefined {
    return this.runs().find(run => run.id === id);
  }

  /** Run folders whose record cannot be read, and why. */
  problems(): readonly RunProblem[] {
    return [...this.#attempts.values()].flatMap(({ folder, problem }) =>
      problem === undefined ? [] : { folder, message: problem },
    );
  }

  /** Resolves when all runs that are there have been read. */
  async start(): Promise<void> {
    await this.#watch();
    await this.#readAll();
    this.#attend = setInterval(() => void this.#attendAll(), ATTEND_MS);
    this.#attend.unref();
  }

  async dispose(): Promise<void> {
    clearInterval(this.#attend);
    clearTimeout(this.#changing);
    for (const attempt of this.#attempts.values()) attempt.dispose();
    this.#attempts.clear();
    await this.#watcher?.close();
  }

  /** Other folders from now on. */
  async setRoots(roots: readonly string[]): Promise<void> {
    this.#roots = roots.map(root => resolve(root));
    for (const folder of this.#attempts.keys()) {
      if (!this.#isBelowRoots(folder)) this.#forget(folder);
    }
    await this.#watcher?.close();
    await this.#watch();
    await this.#readAll();
    this.#changed();
  }

  /** Reads a run folder that was just made, rather than waiting until it is found. */
  async adopt(runFolder: string): Promise<Run> {
    await this.#read(runFolder);
    const run = this.runs().find(({ attempts }) => attempts.some(({ folder }) => folder === runFolder));
    if (run === undefined)
      throw new Error(this.#attempts.get(runFolder)?.problem ?? `No run in ${runFolder}.`);
    return run;
  }

  /**
   * Asks the run to save and end: by its socket, otherwise by SIGINT and a file in its folder. Resolves to whether it
   * has ended within `graceMs`; if not, {@link kill} is left.
   */
  async stop(id: string, graceMs = 30_000): Promise<boolean> {
    const followed = this.#live(id);
    if (followed === undefined) return true;
    try {
      await followed.request('run/stop', ANSWER_MS);
    } catch {
      await leaveCommand(followed.folder, 'stop');
      if (isHere(followed)) await interrupt(identityOf(followed));
    }
    return this.#hasEnded(followed, graceMs);
  }

  /**
   * Ends the run's process and all that it started without saving: SIGTERM, then SIGKILL. Resolves to whether it has
   * ended. Rejects for a run on another machine.
   */
  async kill(id: string): Promise<boolean> {
    const followed = this.#live(id);
    if (followed === undefined) return true;
    if (!isHere(followed)) {
      throw new Error(
        `The run is on ${followed.attempt?.record.host ?? 'another machine'}: end its process there.`,
      );
    }
    await signalGroup(identityOf(followed), 'SIGTERM');
    if (await this.#hasEnded(followed, 5000)) return true;
    await signalGroup(identityOf(followed), 'SIGKILL');
    return this.#hasEnded(followed, 5000);
  }

  async pause(id: string): Promise<void> {
    await this.#need(id).request('run/pause', ANSWER_MS);
  }

  async resume(id: string): Promise<void> {
    await this.#need(id).request('run/resume', ANSWER_MS);
  }

  /** Resolves when the checkpoint is on the disk. */
  async save(id: string): Promise<ControlRequests['run/save']['result']> {
    return await this.#need(id).request('run/save', SAVE_MS);
  }

  async #watch(): Promise<void> {
    if (this.#roots.length === 0) return;
    const watcher = watch([...this.#roots], {
      // Nothing of the workspace but what leads to the records.
      ignored: path => !this.#leadsToRecord(path),
      ignoreInitial: true,
      depth: 4,
    });
    this.#watcher = watcher;
    watcher.on('add', path => void this.#read(dirname(path)));
    watcher.on('change', path => void this.#read(dirname(path)));
    watcher.on('unlink', path => {
      this.#forget(dirname(path));
    });
    // What cannot be watched is still read at the start and, while it lives, every second.
    watcher.on('error', () => undefined);
    await new Promise<void>(ready => {
      watcher.once('ready', ready);
    });
  }

  #leadsToRecord(path: string): boolean {
    return this.#roots.some(root => {
      const steps = relative(root, path).split(sep);
      const [slim = '', runs = 'runs', , file = 'run.json', beyond] = steps;
      return (
        (slim === '' || slim === '.slim') && runs === 'runs' && file === 'run.json' && beyond === undefined
      );
    });
  }

  #isBelowRoots(runFolder: string): boolean {
    return this.#roots.includes(dirname(dirname(dirname(runFolder))));
  }

  async #readAll(): Promise<void> {
    const folders = await Promise.all(
      this.#roots.map(async root => {
        const ids = await readdir(runsFolder(root)).catch((): string[] => []);
        return ids.filter(id => !id.startsWith('.')).map(id => join(runsFolder(root), id));
      }),
    );
    await Promise.all(folders.flat().map(folder => this.#read(folder)));
  }

  async #read(folder: string): Promise<void> {
    let followed = this.#attempts.get(folder);
    if (followed === undefined) {
      followed = this.#follow(folder);
      this.#attempts.set(folder, followed);
    }
    await followed.refresh();
  }

  #follow(folder: string): FollowedAttempt {
    return new FollowedAttempt(
      folder,
      this.#mayAct,
      () => {
        this.#changed();
      },
      progress => {
        this.#runs = undefined;
        const run = this.runs().find(({ current }) => current.folder === folder);
        if (run !== undefined) this.#progress.fire({ run, progress });
      },
    );
  }

  #forget(folder: string): void {
    this.#attempts.get(folder)?.dispose();
    if (this.#attempts.delete(folder)) this.#changed();
  }

  async #attendAll(): Promise<void> {
    const unattended = [...this.#attempts.values()].filter(attempt => attempt.isUnattended);
    await Promise.all(unattended.map(attempt => attempt.refresh()));
  }

  #changed(): void {
    this.#runs = undefined;
    this.#changing ??= setTimeout(() => {
      this.#changing = undefined;
      this.#change.fire(undefined);
    }, CHANGE_DELAY_MS);
  }

  #live(id: string): FollowedAttempt | undefined {
    if (!this.#mayAct())
      throw new Error(
        'This folder is not trusted, so its runs are only looked at. Trust it to control them.',
      );
    const current = this.run(id)?.current;
    return current !== undefined && isLive(current.state) ? this.#attempts.get(current.folder) : undefined;
  }

  #need(id: string): FollowedAttempt {
    const followed = this.#live(id);
    if (followed === undefined) throw new Error(`${this.run(id)?.name ?? 'The run'} is not running.`);
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

function isHere(followed: FollowedAttempt): boolean {
  return followed.attempt?.record.host === hostname();
}

function identityOf({ attempt }: FollowedAttempt): { pid: number; processStartTime: string | null } {
  return { pid: attempt?.record.pid ?? 0, processStartTime: attempt?.record.processStartTime ?? null };
}

function toRuns(attempts: readonly Attempt[]): Run[] {
  const byLogdir = new Map<string, Attempt[]>();
  const inOrder = attempts.toSorted((a, b) => a.record.startedAt - b.record.startedAt);
  for (const attempt of inOrder) {
    const key = attempt.record.logdir ?? `no log folder yet: ${attempt.record.id}`;
    byLogdir.set(key, [...(byLogdir.get(key) ?? []), attempt]);
  }
  return [...byLogdir.values()].flatMap(group => toRun(group) ?? []).toSorted(newestFirst);
}

function toRun(attempts: readonly Attempt[]): Run | undefined {
  const [first, current] = [attempts[0], attempts.at(-1)];
  if (first === undefined || current === undefined) return undefined;
  const { name, logdir } = current.record;
  return { id: first.record.id, name, logdir, state: current.state, attempts, current };
}

function newestFirst(a: Run, b: Run): number {
  return b.current.record.startedAt - a.current.record.startedAt;
}
