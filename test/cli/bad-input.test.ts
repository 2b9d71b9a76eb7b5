import { readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lineScript } from './line-script.ts';
import { Workspace } from './slim-train.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.create();
});

afterEach(async () => {
  await workspace.remove();
});

/** Runs it, and expects one attempt that failed and a console that says why, once. */
async function failure(script: string, text: string): Promise<{ stderr: string; message: string }> {
  await workspace.write(script, text);
  const { exitCode, stdout, stderr } = await workspace.run('run', script);
  expect(exitCode, stdout + stderr).toBe(1);
  const record = await workspace.onlyRecord();
  expect(record).toMatchObject({ state: 'failed', exitCode: 1 });
  expect(record.endedAt).toBeGreaterThanOrEqual(record.startedAt);
  const message = record.failure?.message ?? '';
  expect(stderr.split('Training failed: ')).toHaveLength(2);
  return { stderr, message };
}

describe('a script', () => {
  test('that does not exist is not a run', async () => {
    const { exitCode, stderr } = await workspace.run('run', 'nowhere.ts');
    expect(exitCode).toBe(1);
    expect(stderr).toBe(`slim-train: There is no script ${join(workspace.folder, 'nowhere.ts')}.\n`);
    expect(await readdir(workspace.folder)).toEqual([]);
  });

  test('that is a folder is not a run', async () => {
    const { exitCode, stderr } = await workspace.run('run', '.');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('is a folder');
  });

  test('that does not parse: file, line and column', async () => {
    const { message } = await failure('train.ts', 'const steps: number = 3;\nconst = 4;\n');
    expect(message).toContain(`${join(workspace.folder, 'train.ts')}:2:7: SyntaxError`);
  });

  test('that imports what is not installed: how to install it', async () => {
    const { message } = await failure('train.ts', "import left from 'left-pad-of-nobody';\nleft();\n");
    expect(message).toContain('npm install left-pad-of-nobody');
  });

  test("that throws when it is loaded: its message and the user's own line", async () => {
    const { stderr, message } = await failure('train.ts', '\n\nthrow new RangeError("no digits here");\n');
    expect(message).toBe('RangeError: no digits here');
    expect(stderr).toMatch(/train\.ts:3:7/);
    expect((await workspace.onlyRecord()).failure?.location).toEqual({
      file: join(workspace.folder, 'train.ts'),
      line: 3,
      column: 7,
    });
  });

  test('that throws at step 50: what was trained is kept', async () => {
    const atStep = "if (step === 50) throw new Error('out of digits');";
    const { stderr, message } = await failure('train.ts', lineScript({ steps: 100, atStep }));
    expect(message).toBe('out of digits');
    expect(stderr).toMatch(/train\.ts:\d+:\d+/);
    expect((await workspace.onlyRecord()).progress?.step).toBe(50);
    expect(await workspace.checkpoints('logs/line')).toEqual([50]);
  });

  test('that rejects a promise that nobody awaits', async () => {
    const atStep = "if (step === 5) { void Promise.reject(new Error('lost promise')); await pause(1000); }";
    expect((await failure('train.ts', lineScript({ atStep }))).message).toBe('lost promise');
  });

  test('that throws in a timer', async () => {
    const atStep =
      "if (step === 5) { setTimeout(() => { throw new Error('bad timer'); }); await pause(1000); }";
    expect((await failure('train.ts', lineScript({ atStep }))).message).toBe('bad timer');
  });

  test('that never trains: what to call', async () => {
    const { message } = await failure('train.ts', "console.log('hello');");
    expect(message).toMatch(/train\.ts ended without training.*slim\.learning\.train\(trainOp, logdir\)/);
  });

  test('that waits for something that never comes', async () => {
    const { message } = await failure('train.ts', 'await new Promise(() => undefined);');
    expect(message).toContain('ended without training');
  });

  test('that ends the process before it trains', async () => {
    await workspace.write('train.ts', 'process.exit(0);');
    const { exitCode, stderr } = await workspace.run('run', 'train.ts');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('ended without training');
    expect((await workspace.onlyRecord()).state).toBe('failed');
  });

  test('that ends the process with an exit code of its own', async () => {
    await workspace.write('train.ts', lineScript({ after: 'process.exit(3);' }));
    const { exitCode, stderr } = await workspace.run('run', 'train.ts');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('train.ts ended with exit code 3.');
    expect((await workspace.onlyRecord()).state).toBe('failed');
  });

  test('that drops the error which ended its training', async () => {
    const [head = '', training = ''] = lineScript({ atStep: "throw new Error('hidden');" }).split(
      'await slim.learning.train',
    );
    const script = `${head}await slim.learning.train${training.trimEnd().replace(/;$/, '')}.catch(() => undefined);`;
    expect((await failure('train.ts', script)).message).toContain('ended before its training did');
  });
});

describe('a log folder', () => {
  test('that cannot be written', async () => {
    await workspace.write('logs', 'a file, not a folder');
    const { message } = await failure('train.ts', lineScript());
    expect(message).toContain(`The log folder ${join(workspace.folder, 'logs/line')} cannot be written`);
  });

  test('that another process trains into', async () => {
    await workspace.write('train.ts', lineScript({ steps: 1000, atStep: 'await pause(20);' }));
    const first = workspace.start('run', 'train.ts');
    await first.said(/global step 10:/);
    const second = await workspace.run('run', 'train.ts');
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toContain(`Another process trains into ${join(workspace.folder, 'logs/line')}`);
    first.signal('SIGINT');
    expect((await first.ended).exitCode).toBe(0);
    expect((await workspace.records()).map(({ state }) => state)).toEqual(['stopped', 'failed']);
  });

  test('whose newest checkpoint is damaged: the one before it is used, and the console says so', async () => {
    await workspace.write('train.ts', lineScript());
    for (const steps of [10, 20]) await workspace.run('run', 'train.ts', `--steps=${steps}`);
    await cutOff(workspace, 20);
    const { exitCode, stdout } = await workspace.run('run', 'train.ts', '--steps=30');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/WARNING: .*model\.ckpt-20 is damaged/);
    expect((await workspace.records()).at(-1)).toMatchObject({
      state: 'done',
      startStep: 10,
      progress: { step: 30 },
    });
  });

  test('with no sound checkpoint: an error, and nothing is overwritten', async () => {
    await workspace.write('train.ts', lineScript());
    await workspace.run('run', 'train.ts', '--steps=10');
    await cutOff(workspace, 10);
    const { exitCode, stderr } = await workspace.run('run', 'train.ts', '--steps=20');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('none that is sound');
    expect(await workspace.checkpoints('logs/line')).toEqual([10]);
    expect((await workspace.records()).at(-1)?.state).toBe('failed');
  });
});

async function cutOff({ folder }: Workspace, step: number): Promise<void> {
  const data = join(folder, `logs/line/model.ckpt-${step}.data-00000-of-00001`);
  await truncate(data, (await stat(data)).size - 1);
}

describe('a command line', () => {
  test.each([
    [[''], "no command ''"],
    [['rum'], "There is no command 'rum'. There are: run, exec, inspect, restore, runs, "],
    [['run'], 'Which script?'],
    [['run', 'a.ts', 'b.ts'], "what is 'b.ts'?"],
    [['run', 'a.ts', '--stpes', '3'], 'There is no option --stpes. There are: --logdir, --steps,'],
    [['run', 'a.ts', '-x'], 'There is no option -x'],
    [['run', 'a.ts', '--steps'], '--steps needs a value'],
    [['run', 'a.ts', '--steps', '--name', 'x'], '--steps needs a value'],
    [['run', 'a.ts', '--steps', 'many'], "--steps needs a whole number of at least 1, not 'many'"],
    [['run', 'a.ts', '--steps', '0'], 'at least 1'],
    [['run', 'a.ts', '--steps', '2.5'], 'whole number'],
    [['run', 'a.ts', '--save-interval-secs=-1'], '--save-interval-secs needs a number of at least 0'],
    [['run', 'a.ts', '--save-summaries-secs='], '--save-summaries-secs needs a number'],
    [['run', 'a.ts', '--hparam', 'rate'], '--hparam needs NAME=VALUE'],
    [['run', 'a.ts', '--backend', 'gpu'], "--backend is native or embedded, not 'gpu'"],
    [['run', 'a.ts', '--logdir='], '--logdir needs a value'],
    [['run', 'a.ts', '--help=yes'], '--help takes no value'],
    [['runs', 'all'], "takes no 'all'"],
    [['native'], 'status'],
    [['inspect'], 'Which script?'],
    [['restore', 'show', 'a.restore.json'], "plan, check or export, not 'show'"],
    [['restore', 'plan'], 'Which mapping?'],
    [['restore', 'export', 'a.restore.json'], '--to ts or --to python'],
    [['restore', 'export', '--to=js', 'a.restore.json'], "--to is ts or python, not 'js'"],
  ])('%j is refused with 2', async (args, message) => {
    await writeFile(join(workspace.folder, 'a.ts'), '');
    const { exitCode, stdout, stderr } = await workspace.run(...args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(await workspace.records()).toEqual([]);
  });

  test.each([
    ['--help'],
    ['run', '--help'],
    ['exec', '--help'],
    ['inspect', '-h'],
    ['restore', '--help'],
    ['runs', '-h'],
    ['native', '--help'],
  ])('%s %s shows the help', async (...args) => {
    const { exitCode, stdout, stderr } = await workspace.run(...args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^slim-train /);
  });

  test('--version is that of the package', async () => {
    const {
      default: { version },
    } = await import('../../package.json', { with: { type: 'json' } });
    expect((await workspace.run('--version')).stdout).toBe(`${version}\n`);
  });
});
