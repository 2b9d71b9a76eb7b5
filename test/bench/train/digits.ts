/**
 * Measures how long a user waits, from the command to the line on the console, until a script knows 97 % of the digits that
 * were held out: ours is the example as it is, the others are the same in TF-Slim and in bare TensorFlow.js.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { inProject } from '../../../scripts/project-folders.ts';
import type { BenchOptions, Rival } from './options.ts';
import type { Result } from './result.ts';
import { libtensorflowOf, modeOf } from './run-console.ts';
import type { SideCommand } from './side.ts';
import { TF_SLIM_TENSORFLOW, ours, tfSlim, tfjs } from './sides.ts';

const ENOUGH = 0.97;
const EVALUATION = /^Evaluation at global step \d+: accuracy = ([\d.]+)/;

type Start = (folder: string) => Promise<SideCommand>;

interface Waited {
  readonly seconds: number;
  readonly console: readonly string[];
}

export async function measureDigits({ rivals, rounds, backend }: BenchOptions): Promise<Result[]> {
  const startOurs: Start = folder =>
    Promise.resolve(ours(inProject('examples', 'digits', 'train.ts'), { folder, backend }));
  // How steps ran is known at the end only.
  const { console: lines } = await waitFor(startOurs, line => line.startsWith('Finished training'));
  const sides = rivals.flatMap(rival => rivalOf(rival, backend, libtensorflowOf(lines)));
  // The first run of each side fills caches.
  for (const { start } of sides) await waitFor(start);
  const mine: number[] = [];
  const theirs: number[][] = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    mine.push((await waitFor(startOurs)).seconds);
    for (const [index, { start }] of sides.entries()) theirs[index]?.push((await waitFor(start)).seconds);
  }
  return sides.map(({ name }, index) => ({
    title: 'Digits: from the command to 97 % accuracy',
    rival: name,
    unit: 's',
    backend,
    mode: modeOf(lines),
    ours: mine,
    theirs: theirs[index] ?? [],
  }));
}

function rivalOf(
  rival: Rival,
  backend: BenchOptions['backend'],
  libtensorflow: string | null,
): { readonly name: string; readonly start: Start }[] {
  if (rival === 'tfjs') {
    // Its WebAssembly backend has no gradients of convolutions.
    if (backend === 'embedded') return [];
    return [{ name: 'tfjs-node', start: folder => Promise.resolve(tfjs('digits.ts', { folder, backend })) }];
  }
  const version = rival === 'tf_slim' ? TF_SLIM_TENSORFLOW : libtensorflow;
  if (version === null || (rival === 'tf_slim-same' && version === TF_SLIM_TENSORFLOW)) return [];
  return [{ name: `tf_slim, TensorFlow ${version}`, start: folder => tfSlim('digits.py', version, folder) }];
}

function saysEnough(line: string): boolean {
  return Number(EVALUATION.exec(line)?.[1] ?? 0) >= ENOUGH;
}

/** Runs a script until it says a line, then ends it. */
async function waitFor(start: Start, isTheLine = saysEnough): Promise<Waited> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-digits-'));
  const { command, args, cwd, env } = await start(folder);
  const begin = performance.now();
  const child = spawn(command, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const heard: string[] = [];
  createInterface({ input: child.stderr }).on('line', line => heard.push(line));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      heard.push(line);
      if (isTheLine(line)) return { seconds: (performance.now() - begin) / 1000, console: heard };
    }
    throw new Error(
      `${args.join(' ')} ended without an accuracy of ${ENOUGH}:\n${heard.slice(-15).join('\n')}`,
    );
  } finally {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true });
  }
}
