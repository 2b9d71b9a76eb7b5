/** Measures steps: all sides build the same model, show that their losses agree, and then take turns. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions, Rival } from './options.ts';
import type { Result } from './result.ts';
import { Side } from './side.ts';
import { TF_SLIM_TENSORFLOW, ours, tfSlim, tfjs, type SideSetting } from './sides.ts';
import { modeOf, libtensorflowOf } from './run-console.ts';
import { WORKLOADS, type Workload, type WorkloadName } from './workloads.ts';
import { writeWorkload } from './write-workload.ts';

/** Steps whose losses are compared. */
const COMPARED = 20;
const TURN_SECONDS = 1;
const MOST_STEPS = 50_000;

export async function measureSteps(name: WorkloadName, options: BenchOptions): Promise<Result[]> {
  const workload: Workload = WORKLOADS[name];
  const folder = mkdtempSync(join(tmpdir(), 'bench-train-'));
  const setting = { folder, backend: options.backend };
  const sides: Side[] = [];
  try {
    writeWorkload(folder, workload);
    const mine = new Side('ours', ours(join(import.meta.dirname, 'ours', 'train.ts'), setting));
    sides.push(mine);
    await mine.ready();
    for (const rival of options.rivals) {
      const side = await startRival(rival, workload, setting, mine);
      if (side === null) continue;
      sides.push(side);
      await side.ready();
    }
    await compareLosses(workload, sides);
    const times = await takeTurns(sides, options.rounds);
    return resultsOf(workload, sides, times, options);
  } finally {
    await Promise.all(sides.map(side => side.close()));
    rmSync(folder, { recursive: true });
  }
}

/** Bare TensorFlow.js, by backend. */
const BARE = { native: 'tfjs-node', embedded: 'tfjs wasm' } as const;

/** null where there is nothing to compare with. */
async function startRival(
  rival: Rival,
  workload: Workload,
  setting: SideSetting,
  mine: Side,
): Promise<Side | null> {
  if (rival === 'tfjs') {
    if (!canTrainBare(workload, setting.backend)) return null;
    return new Side(BARE[setting.backend], tfjs('train.ts', setting));
  }
  const version = rival === 'tf_slim' ? TF_SLIM_TENSORFLOW : libtensorflowOf(mine.console);
  if (version === null || (rival === 'tf_slim-same' && version === TF_SLIM_TENSORFLOW)) return null;
  return new Side(`tf_slim, TensorFlow ${version}`, await tfSlim('train.py', version, setting.folder));
}

/** TensorFlow.js has no loop of its own, and its WebAssembly backend no gradients of convolutions. */
function canTrainBare({ model }: Workload, backend: BenchOptions['backend']): boolean {
  return model !== 'loop' && (backend === 'native' || model === 'mlp' || model === 'lstm');
}

/** @throws Error when a side does other work than ours. */
async function compareLosses(
  { model, tolerance, hasDropout = false }: Workload,
  sides: readonly Side[],
): Promise<void> {
  const [mine = [], ...others] = await inTurn(sides, async side => {
    const { losses } = await side.take(COMPARED);
    return hasDropout ? [losses.reduce((sum, loss) => sum + loss, 0) / losses.length] : losses;
  });
  if (model === 'loop') return;
  for (const [index, theirs] of others.entries()) {
    const differs = mine.findIndex(
      (loss, step) => !(Math.abs(loss - (theirs[step] ?? NaN)) <= tolerance * Math.abs(loss)),
    );
    if (differs === -1) continue;
    throw new Error(
      `${sides[index + 1]?.name ?? ''} does not do the same work as ours: the ${hasDropout ? 'mean losses' : `losses of step ${differs + 1}`} are ` +
        `${mine[differs] ?? NaN} (ours) and ${theirs[differs] ?? NaN}.`,
    );
  }
}

/** Seconds a step: for each side, round by round. */
async function takeTurns(sides: readonly Side[], rounds: number): Promise<number[][]> {
  const steps = await inTurn(sides, stepsOfTurn);
  const times: number[][] = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes, so that nobody always comes after the same one.
    for (let turn = 0; turn < sides.length; turn++) {
      const index = (round + turn) % sides.length;
      const { seconds, steps: taken } = await sideAt(sides, index).take(steps[index] ?? 1);
      times[index]?.push(seconds / taken);
    }
  }
  return times;
}

/** Warms a side up for one turn's time. How many steps a turn is. */
async function stepsOfTurn(side: Side): Promise<number> {
  const first = await side.take(COMPARED);
  const second = await side.take(fitting(first));
  return fitting(second);
}

function fitting({ steps, seconds }: { readonly steps: number; readonly seconds: number }): number {
  return Math.max(3, Math.min(MOST_STEPS, Math.round((TURN_SECONDS * steps) / seconds)));
}

function resultsOf(
  workload: Workload,
  sides: readonly Side[],
  times: readonly number[][],
  { rivals, backend }: BenchOptions,
): Result[] {
  const [mine, ...others] = sides;
  if (mine === undefined) return [];
  const [oursTimes = [], ...othersTimes] = times.map(each => each.map(seconds => seconds * 1e6));
  const result = (rival: string, theirs: readonly number[] | null): Result => ({
    title: workload.title,
    rival,
    unit: 'us/step',
    backend,
    mode: workload.model === 'loop' ? null : modeOf(mine.console),
    ours: oursTimes,
    theirs,
  });
  const results = others.map(({ name }, index) => result(name, othersTimes[index] ?? []));
  const cannot = rivals.includes('tfjs') && workload.model !== 'loop' && !canTrainBare(workload, backend);
  return cannot ? [...results, result(BARE[backend], null)] : results;
}

async function inTurn<T>(sides: readonly Side[], ask: (side: Side) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const side of sides) answers.push(await ask(side));
  return answers;
}

function sideAt(sides: readonly Side[], index: number): Side {
  const side = sides[index];
  if (side === undefined) throw new RangeError(`There is no side ${index}.`);
  return side;
}
