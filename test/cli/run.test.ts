import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leaveCommand } from '../../src/runs/command-file.ts';
import { consolePath, runsFolder } from '../../src/runs/run-folder.ts';
import { lineScript } from './line-script.ts';
import { Workspace } from './slim-train.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.create();
});

afterEach(async () => {
  await workspace.remove();
});

const SLOWLY = 'await pause(20);';

describe('a run to its end', () => {
  test("says TF-Slim's lines, leaves checkpoints, and exits with 0", async () => {
    await workspace.write('train.ts', lineScript({ after: "console.log('fitted');" }));
    const { exitCode, stdout, stderr } = await workspace.run('run', 'train.ts');
    expect(exitCode, stderr).toBe(0);
    const lines = stdout.split('\n').filter(line => line.startsWith('global step'));
    expect(
      lines.map(line => /^global step (\d+): loss = \d+\.\d{4} \(\d+\.\d{3} sec\/step\)$/.exec(line)?.[1]),
    ).toEqual(['10', '20', '30', '40']);
    expect(stdout).toMatch(/^Backend: (native \(libtensorflow \d|embedded \(WebAssembly)/);
    expect(stdout).toContain(`Log folder: ${join(workspace.folder, 'logs/line')}\n`);
    expect(stdout).toMatch(/fitted\n$/);
    expect(await workspace.checkpoints('logs/line')).toEqual([40]);
    const record = await workspace.onlyRecord();
    expect(record).toMatchObject({
      name: 'line',
      state: 'done',
      exitCode: 0,
      script: join(workspace.folder, 'train.ts'),
      command: ['slim-train', 'run', 'train.ts'],
      cwd: workspace.folder,
      logdir: join(workspace.folder, 'logs/line'),
      hparams: { learningRate: 0.05 },
      startStep: 0,
      progress: { step: 40, numberOfSteps: 40 },
    });
    const log = await readFile(consolePath(join(runsFolder(workspace.folder), record.id)), 'utf8');
    expect(log).toBe(stdout + stderr);
  });

  test('trains on the embedded backend when it is told to', async () => {
    await workspace.write('train.ts', lineScript());
    const { exitCode, stdout } = await workspace.run('run', 'train.ts', '--backend', 'embedded');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Backend: embedded \(WebAssembly/);
    expect((await workspace.onlyRecord()).backend?.name).toBe('embedded');
  });

  test('what the command line sets wins over the script, and the console says so', async () => {
    await workspace.write('train.ts', lineScript());
    const set = ['--logdir', 'elsewhere', '--steps=25', '--hparam', 'learningRate=0.01', '--name', 'my line'];
    const { exitCode, stdout } = await workspace.run('run', 'train.ts', ...set);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/elsewhere.*logs\/line/);
    expect(stdout).toMatch(/\b25\b.*\b40\b/);
    expect(stdout).toMatch(/learningRate = 0\.01.*0\.05/);
    expect(await workspace.checkpoints('elsewhere')).toEqual([25]);
    expect(await workspace.onlyRecord()).toMatchObject({
      name: 'my line',
      overrides: { numberOfSteps: 25, hparams: { learningRate: '0.01' } },
      hparams: { learningRate: 0.01 },
    });
  });

  test('a hyperparameter that nothing asks for is not passed over in silence', async () => {
    await workspace.write('train.ts', lineScript().replace('slim.hparams(', '('));
    const { stdout } = await workspace.run('run', 'train.ts', '--hparam', 'learningRate=0.01');
    expect(stdout).toContain('WARNING: learningRate has no effect');
  });

  test('the record goes where it is told to', async () => {
    await workspace.write('train.ts', lineScript());
    await workspace.run('run', 'train.ts', '--run-folder', 'records/mine');
    expect(await workspace.records()).toEqual([]);
    const record = join(workspace.folder, 'records/mine/run.json');
    expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({ id: 'mine', state: 'done' });
  });

  test('training that is not awaited is waited for', async () => {
    const [head = '', training = ''] = lineScript().split('await slim.learning.train');
    await workspace.write('train.ts', `${head}void slim.learning.train${training}`);
    expect((await workspace.run('run', 'train.ts')).exitCode).toBe(0);
    expect((await workspace.onlyRecord()).state).toBe('done');
  });

  test('something left open does not keep the process', async () => {
    await workspace.write('train.ts', lineScript({ after: 'setInterval(() => undefined, 500);' }));
    const { exitCode } = await workspace.run('run', 'train.ts');
    expect(exitCode).toBe(0);
    expect((await workspace.onlyRecord()).state).toBe('done');
  });

  test('a script that ends the process after its training is done', async () => {
    await workspace.write('train.ts', lineScript({ after: 'process.exit();' }));
    expect((await workspace.run('run', 'train.ts')).exitCode).toBe(0);
    expect((await workspace.onlyRecord()).state).toBe('done');
  });

  test('a console that nobody reads any more does not end the training', async () => {
    await workspace.write('train.ts', lineScript({ atStep: SLOWLY }));
    const run = workspace.start('run', 'train.ts');
    await run.said(/Log folder/);
    run.process.stdout?.destroy();
    run.process.stderr?.destroy();
    expect((await run.ended).exitCode).toBe(0);
    expect((await workspace.onlyRecord()).progress?.step).toBe(40);
  });
});

describe('a run that is stopped', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s saves, exits with 0, and goes on when run again',
    async signal => {
      await workspace.write('train.ts', lineScript({ steps: 200, atStep: SLOWLY }));
      const run = workspace.start('run', 'train.ts');
      await run.said(/global step 10:/);
      run.signal(signal);
      expect((await run.ended).exitCode).toBe(0);
      const { state, progress } = await workspace.onlyRecord();
      expect(state).toBe('stopped');
      const step = progress?.step ?? 0;
      expect(step).toBeGreaterThanOrEqual(10);
      expect(step).toBeLessThan(200);
      expect(await workspace.checkpoints('logs/line')).toEqual([step]);

      const again = await workspace.run('run', 'train.ts', `--steps=${step + 5}`);
      expect(again.exitCode).toBe(0);
      expect(again.stdout).toContain(`model.ckpt-${step}`);
      const [, second] = await workspace.records();
      expect(second).toMatchObject({ state: 'done', startStep: step, progress: { step: step + 5 } });
    },
  );

  test('by a file in its folder saves, too', async () => {
    await workspace.write('train.ts', lineScript({ steps: 1000, atStep: SLOWLY }));
    const run = workspace.start('run', 'train.ts');
    await run.said(/global step 10:/);
    const { id } = await workspace.onlyRecord();
    await leaveCommand(join(runsFolder(workspace.folder), id), 'stop');
    expect((await run.ended).exitCode).toBe(0);
    expect((await workspace.onlyRecord()).state).toBe('stopped');
    expect(await workspace.checkpoints('logs/line')).toHaveLength(1);
  });

  test('before its first step has nothing to save, and ends at once', async () => {
    await workspace.write(
      'train.ts',
      `console.log('loading'); await new Promise(() => setInterval(() => 0, 1000));`,
    );
    const run = workspace.start('run', 'train.ts');
    await run.said(/loading/);
    run.signal('SIGINT');
    expect(await run.ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('nothing to save') as unknown,
    });
    expect((await workspace.onlyRecord()).state).toBe('stopped');
  });

  test('a second Ctrl-C ends it at once, with 130', async () => {
    const stuck =
      "if (step === 5) { console.log('stuck'); await new Promise(() => setInterval(() => 0, 1000)); }";
    await workspace.write('train.ts', lineScript({ atStep: stuck }));
    const run = workspace.start('run', 'train.ts');
    await run.said(/stuck/);
    run.signal('SIGINT');
    await run.said(/Ctrl-C again ends at once/);
    run.signal('SIGINT');
    expect((await run.ended).exitCode).toBe(130);
    expect(await workspace.onlyRecord()).toMatchObject({
      state: 'failed',
      exitCode: 130,
      failure: { message: expect.stringContaining('second signal') as unknown },
    });
  });
});
