import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { leaveCommand } from '../../src/runs/command-file.ts';
import { ControlClient } from '../../src/runs/control-client.ts';
import { isAlive } from '../../src/runs/process-identity.ts';
import { consolePath, runsFolder } from '../../src/runs/run-folder.ts';
import { Workspace } from './slim-train.ts';

let workspace: Workspace;

beforeEach(async () => {
  workspace = await Workspace.create();
});

afterEach(async () => {
  await workspace.remove();
});

const node = (text: string): string[] => [process.execPath, '-e', text];
const HANG = 'setInterval(() => 0, 1000);';

describe('a command to its end', () => {
  test('is a run of its own, with its log folder, its console, and without its environment', async () => {
    const command = node(
      'console.log(process.env.SLIM_LOGDIR, process.env.SLIM_RUN_ID); console.error("!");',
    );
    const { exitCode, stdout, stderr } = await workspace.run('exec', '--logdir', 'logs/a', '--', ...command);
    expect(exitCode, stderr).toBe(0);
    const record = await workspace.onlyRecord();
    expect(record).toMatchObject({
      name: 'a',
      script: null,
      command,
      cwd: workspace.folder,
      logdir: join(workspace.folder, 'logs/a'),
      overrides: {},
      state: 'done',
      exitCode: 0,
    });
    expect([stdout, stderr]).toEqual([`${record.logdir} ${record.id}\n`, '!\n']);
    const folder = join(runsFolder(workspace.folder), record.id);
    const log = await readFile(consolePath(folder), 'utf8');
    expect(log.split('\n').toSorted()).toEqual((stdout + stderr).split('\n').toSorted());
    expect(await readFile(join(folder, 'run.json'), 'utf8')).not.toContain(process.env['PATH']);
    expect((await workspace.run('runs')).stdout).toMatch(/^a {2}done {2}/);
  });

  test('options after -- are its own', async () => {
    const command = [...node('console.log(process.argv.slice(1).join())'), '--', '--help', '--name=x'];
    const { stdout } = await workspace.run('exec', '--name', 'mine', '--run-folder', 'r', '--', ...command);
    expect(stdout).toBe('--help,--name=x\n');
    const text = await readFile(join(workspace.folder, 'r/run.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ name: 'mine', command, logdir: null });
  });

  test('that fails is a failed run with its exit code', async () => {
    const { exitCode, stderr } = await workspace.run('exec', '--', ...node('process.exit(5)'));
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(/^Training failed: node\S* ended with exit code 5\.\n$/);
    expect(await workspace.onlyRecord()).toMatchObject({
      state: 'failed',
      exitCode: 5,
      failure: { message: expect.stringContaining('exit code 5') as unknown },
    });
  });

  test('by a signal is failed, too', async () => {
    const text = `process.kill(process.pid, 'SIGSEGV'); ${HANG}`;
    expect((await workspace.run('exec', '--', ...node(text))).exitCode).toBe(139);
    expect((await workspace.onlyRecord()).failure?.message).toMatch(/was ended by SIGSEGV\.$/);
  });

  test('that is not there is a failed run that says so', async () => {
    const { exitCode, stderr } = await workspace.run('exec', '--', 'slim-no-such-program');
    expect(exitCode).toBe(127);
    expect(stderr).toContain('There is no program slim-no-such-program.');
    expect((await workspace.onlyRecord()).state).toBe('failed');
  });
});

describe('a command that is stopped', () => {
  const patient = `process.on('SIGINT', () => { console.log('saved'); process.exit(1); }); console.log('up'); ${HANG}`;

  test('by Ctrl-C may end as it likes', async () => {
    const run = workspace.start('exec', '--', ...node(patient));
    await run.said(/up/);
    run.signal('SIGINT');
    expect(await run.ended).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('saved') as unknown,
    });
    expect((await workspace.onlyRecord()).state).toBe('stopped');
  });

  test('by a file in its folder, too', async () => {
    const run = workspace.start('exec', '--', ...node(patient));
    await run.said(/up/);
    const { id } = await workspace.onlyRecord();
    await leaveCommand(join(runsFolder(workspace.folder), id), 'stop');
    expect((await run.ended).exitCode).toBe(0);
    expect((await workspace.onlyRecord()).state).toBe('stopped');
  });

  test('by its socket, which says what else it cannot', async () => {
    const run = workspace.start('exec', '--', ...node(patient));
    await run.said(/up/);
    const { control = '' } = await workspace.onlyRecord();
    const client = new ControlClient(control);
    await expect(client.request('run/pause')).rejects.toThrow('it cannot be paused, only stopped.');
    await expect(client.request('run/save')).rejects.toThrow('it cannot be told to save, only stopped.');
    expect(await client.request('run/status')).toMatchObject({ state: 'running', script: null });
    expect(await client.request('run/stop')).toBe(null);
    expect((await run.ended).exitCode).toBe(0);
    client.dispose();
  });

  test('twice is killed, with 130', async () => {
    const deaf = `process.on('SIGINT', () => console.log('deaf')); console.log('up', process.pid); ${HANG}`;
    const run = workspace.start('exec', '--', ...node(deaf));
    await run.said(/up/);
    run.signal('SIGINT');
    await run.said(/deaf/);
    run.signal('SIGINT');
    expect((await run.ended).exitCode).toBe(130);
    expect(await workspace.onlyRecord()).toMatchObject({
      state: 'failed',
      exitCode: 130,
      failure: { message: expect.stringContaining('second signal: the command was killed') as unknown },
    });
    const pid = Number(/up (\d+)/.exec(run.stdout)?.[1]);
    await expect.poll(() => isAlive({ pid, processStartTime: null })).toBe(false);
  });
});

test.each([
  [[], 'Which command?'],
  [['--'], 'Which command?'],
  [['--', ''], 'Which command?'],
  [['python', 'train.py'], 'The command comes after --'],
  [['a', '--', 'python'], 'The command comes after --'],
  [['--steps=3', '--', 'python'], 'There is no option --steps. There are: --logdir, --name,'],
  [['--logdir=', '--', 'python'], '--logdir needs a value'],
])('exec %j is wrong usage', async (args, message) => {
  const { exitCode, stderr } = await workspace.run('exec', ...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
  expect(await workspace.records()).toEqual([]);
});
