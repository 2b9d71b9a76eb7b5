import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { MARK, type TurnReport } from './turns.ts';

export interface SideCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** One of those who are measured: a process that takes steps when it is its turn, and waits otherwise. */
export class Side {
  readonly name: string;
  /** What it said for people, each line. */
  readonly console: string[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;

  constructor(name: string, { command, args, cwd, env }: SideCommand) {
    this.name = name;
    this.#child = spawn(command, [...args], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stdin.on('error', () => undefined); // that it ended is told by its output's end
    createInterface({ input: this.#child.stderr }).on('line', line => this.console.push(line));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Resolves when it has built its model. */
  async ready(): Promise<void> {
    await this.#report();
  }

  /** Takes so many steps. */
  async take(steps: number): Promise<TurnReport> {
    this.#child.stdin.write(`${steps}\n`);
    return (await this.#report()) as TurnReport;
  }

  async close(): Promise<void> {
    const ended =
      this.#child.exitCode === null && this.#child.signalCode === null ? once(this.#child, 'exit') : null;
    this.#child.stdin.end();
    await ended;
  }

  async #report(): Promise<unknown> {
    for (;;) {
      const line = await this.#lines.next();
      if (line.done === true) {
        throw new Error(
          `${this.name} ended before its turn did. Its last words:\n${this.console.slice(-15).join('\n')}`,
        );
      }
      if (line.value.startsWith(MARK)) return JSON.parse(line.value.slice(MARK.length));
      this.console.push(line.value);
    }
  }
}
