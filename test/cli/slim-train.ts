/** Runs the `slim-train` that was built, as a user does, in a folder of its own. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunRecord } from '../../src/protocol/run.ts';
import { recordPath, runsFolder } from '../../src/runs/run-folder.ts';

/** Another build than `dist` may be tried. */
export const trainer = resolve(
  process.env['SLIM_TRAIN'] ?? join(import.meta.dirname, '../../dist/slim-train.js'),
);

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    this.process = child;
    child.stdout?.on('data', (text: Buffer) => (this.stdout += text.toString()));
    child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.ended = once(child, 'close').then(() => ({
      exitCode: child.exitCode,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Resolves when stdout matches; rejects when the process ends before that. */
  async said(pattern: RegExp): Promise<void> {
    let isOver = false;
    void this.ended.then(() => (isOver = true));
    while (!pattern.test(this.stdout)) {
      if (isTrue(isOver)) throw new Error(`Ended without saying ${pattern}:\n${this.stdout}\n${this.stderr}`);
      await new Promise(wait => setTimeout(wait, 10));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }
}

/** A user's folder, without node_modules, outside the project. */
export class Workspace {
  readonly folder: string;
  readonly #running: Running[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Workspace> {
    if (!existsSync(trainer)) throw new Error(`There is no ${trainer}: npm run build makes it.`);
    return new Workspace(await mkdtemp(join(tmpdir(), 'slim-cli-')));
  }

  async write(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, text);
    return path;
  }

  start(...args: readonly string[]): Running {
    const running = new Running(spawn(process.execPath, [trainer, ...args], { cwd: this.folder }));
    this.#running.push(running);
    return running;
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** Of all attempts, the oldest first. */
  async records(): Promise<RunRecord[]> {
    const ids = await readdir(runsFolder(this.folder)).catch(() => []);
    const texts = ids.toSorted().map(id => readFile(recordPath(join(runsFolder(this.folder), id)), 'utf8'));
    return (await Promise.all(texts)).map(text => JSON.parse(text) as RunRecord);
  }

  async onlyRecord(): Promise<RunRecord> {
    const [record, ...others] = await this.records();
    if (record === undefined || others.length > 0) throw new Error('There is not exactly one attempt.');
    return record;
  }

  /** Steps of the checkpoints in the log folder, in order. */
  async checkpoints(logdir: string): Promise<number[]> {
    const names = await readdir(join(this.folder, logdir));
    const steps = names.flatMap(name => /^model\.ckpt-(\d+)\.index$/.exec(name)?.[1] ?? []);
    return steps.map(Number).toSorted((a, b) => a - b);
  }

  async remove(): Promise<void> {
    for (const { process } of this.#running) process.kill('SIGKILL');
    await Promise.all(this.#running.map(({ ended }) => ended));
    await rm(this.folder, { recursive: true });
  }
}

/** What another task changes is more than the compiler sees. */
function isTrue(value: boolean): boolean {
  return value;
}
