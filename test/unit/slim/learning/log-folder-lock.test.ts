/** Who may train into a log folder. */

import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LogFolderLock } from '../../../../src/slim/learning/log-folder-lock.ts';
import { newLogFolder } from '../log-folder.ts';

function lockOf(logdir: string): { pid: number; host: string } {
  return JSON.parse(readFileSync(join(logdir, 'train.lock'), 'utf8')) as { pid: number; host: string };
}

function leaveLock(logdir: string, content: object, secondsAgo = 0): void {
  const path = join(logdir, 'train.lock');
  writeFileSync(path, JSON.stringify(content));
  const time = Date.now() / 1000 - secondsAgo;
  utimesSync(path, time, time);
}

test('one process, until it releases it', async () => {
  const logdir = newLogFolder();
  const lock = await LogFolderLock.acquire(logdir);
  expect(lockOf(logdir)).toMatchObject({ pid: process.pid, host: hostname() });
  await expect(LogFolderLock.acquire(logdir)).rejects.toThrow(`Another process trains into ${logdir}`);
  await lock.check();
  await lock.release();
  expect(existsSync(join(logdir, 'train.lock'))).toBe(false);
  await (await LogFolderLock.acquire(logdir)).release();
});

test.each([
  ['of this machine that is gone', { id: 'x', pid: 2 ** 30, host: hostname() }, 0],
  ['of another machine that shows no life for a minute', { id: 'x', pid: 1, host: 'elsewhere' }, 61],
  ['whose lock cannot be read, and is not just being written', {}, 2],
])('takes over from a process %s', async (_, content, secondsAgo) => {
  const logdir = newLogFolder();
  leaveLock(logdir, content, secondsAgo);
  await (await LogFolderLock.acquire(logdir)).release();
});

test.each([
  ['of this machine that lives', { id: 'x', pid: process.pid, host: hostname() }],
  ['of another machine that showed life just now', { id: 'x', pid: 1, host: 'elsewhere' }],
])('leaves it to a process %s', async (_, content) => {
  const logdir = newLogFolder();
  leaveLock(logdir, content);
  await expect(LogFolderLock.acquire(logdir)).rejects.toThrow(`${content.pid} on ${content.host}`);
});

test('a process whose folder was taken over writes no more, and leaves the other’s lock', async () => {
  const logdir = newLogFolder();
  const lock = await LogFolderLock.acquire(logdir);
  leaveLock(logdir, { id: 'other', pid: 1, host: 'elsewhere' });
  await expect(lock.check()).rejects.toThrow('Process 1 on elsewhere took over');
  await lock.release();
  expect(lockOf(logdir).host).toBe('elsewhere');
});
