import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newestSoundCheckpoint } from '../../src/formats/newest-checkpoint.ts';
import { currentAttempt, groupAttempts, type AttemptGroup } from '../../src/runs/attempt-groups.ts';
import { LocalLauncher } from '../../src/runs/launchers/local-launcher.ts';
import { RunStore } from '../../src/runs/run-store.ts';
import { lineScript } from '../cli/line-script.ts';
import { trainer, Workspace } from '../cli/slim-train.ts';

let workspace: Workspace;
let store: RunStore;

beforeEach(async () => {
  workspace = await Workspace.create();
  store = new RunStore([workspace.folder], [new LocalLauncher({ path: trainer })]);
});

afterEach(async () => {
  await store.dispose();
  await workspace.remove();
});

/** The only one there is. */
function run(): AttemptGroup {
  const [only, ...others] = groupAttempts(store.attempts());
  if (only === undefined || others.length > 0) throw new Error('not one run');
  return only;
}

/** Saves all the time, so that most kills hit a save. */
const savingScript = lineScript({ steps: 100_000 }).replace('saveIntervalSecs: 0', 'saveEveryNSteps: 1');

test('killed in mid-run, again and again, a run goes on from its last checkpoint, and its attempts are lost', async () => {
  await workspace.write('train.ts', savingScript);
  await store.start();
  const logdir = join(workspace.folder, 'logs/line');
  let startStep = 0;
  const kills = 5;
  for (let kill = 0; kill < kills; kill++) {
    const training = workspace.start('run', 'train.ts');
    await expect.poll(() => newestStep(logdir)).toBeGreaterThan(startStep);
    await new Promise(wait => setTimeout(wait, Math.random() * 100));
    training.signal('SIGKILL');
    await training.ended;
    await expect
      .poll(() => run().attempts.map(({ state }) => state))
      .toEqual(Array.from({ length: kill + 1 }, () => 'lost'));
    const attempt = currentAttempt(run())?.record;
    expect(attempt?.startStep).toBe(startStep);
    const { newest } = await newestSoundCheckpoint(logdir);
    startStep = newest?.step ?? 0;
    expect(startStep).toBeGreaterThan(attempt?.startStep ?? 0);
  }
  const last = await workspace.run('run', 'train.ts', `--steps=${startStep + 10}`);
  expect(last.exitCode, last.stderr).toBe(0);
  await expect.poll(() => currentAttempt(run())?.state).toBe('done');
  expect(currentAttempt(run())?.record).toMatchObject({ startStep, progress: { step: startStep + 10 } });
  expect(run().attempts).toHaveLength(kills + 1);
  const left = await readdir(logdir);
  expect(left.filter(name => name.includes('tmp') || name.includes('temp'))).toEqual([]);
}, 120_000);

/** The step of the newest checkpoint that is complete, 0 where there is none. */
async function newestStep(logdir: string): Promise<number> {
  const names = await readdir(logdir).catch((): string[] => []);
  const steps = names.map(name => Number(/^model\.ckpt-(\d+)\.index$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...steps);
}
