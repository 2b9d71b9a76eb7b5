import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isControlAddress, newControlAddress } from '../../../src/runs/control-address.ts';

let runtime: string;
let folder: string;

beforeEach(async () => {
  runtime = await mkdtemp(join(tmpdir(), 'slim-runtime-'));
  folder = join(runtime, `slim-training-${userInfo().uid}`);
  vi.stubEnv('XDG_RUNTIME_DIR', runtime);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(runtime, { recursive: true });
});

const isPosix = process.platform !== 'win32';

test.runIf(isPosix)('sockets are in a folder that only its user can enter', async () => {
  const [first, second] = [await newControlAddress(), await newControlAddress()];
  expect(dirname(first)).toBe(folder);
  expect(second).not.toBe(first);
  expect(Buffer.byteLength(first)).toBeLessThan(104);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});

test.runIf(isPosix)('a record leads to sockets of that folder and to no others', async () => {
  const address = await newControlAddress();
  expect(isControlAddress(address)).toBe(true);
  expect(isControlAddress('/var/run/docker.sock')).toBe(false);
  expect(isControlAddress(join(runtime, basename(address)))).toBe(false);
  expect(isControlAddress(join(folder, 'somewhere', basename(address)))).toBe(false);
  await chmod(folder, 0o755);
  expect(isControlAddress(address)).toBe(false);
});

test.runIf(isPosix)('a folder that others can enter is not used', async () => {
  await mkdir(folder, { mode: 0o755 });
  expect(dirname(await newControlAddress())).not.toBe(folder);
});

test.runIf(isPosix)('a link is not used', async () => {
  await mkdir(join(runtime, 'elsewhere'), { mode: 0o700 });
  await symlink(join(runtime, 'elsewhere'), folder);
  expect(dirname(await newControlAddress())).not.toBe(folder);
});

test.runIf(isPosix)(
  'a socket whose process was killed is removed, one that is listened at stays',
  async () => {
    const [killed, alive] = [await newControlAddress(), await newControlAddress()];
    const script = `require('node:net').createServer().listen(${JSON.stringify(killed)}, () => console.log('listening'))`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const server = createServer().listen(alive);
    await once(server, 'listening');
    try {
      expect((await readdir(folder)).toSorted()).toEqual([basename(killed), basename(alive)].toSorted());
      await newControlAddress();
      expect(await readdir(folder)).toEqual([basename(alive)]);
    } finally {
      server.close();
    }
  },
);
