import { appendFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConsoleTail, type ConsoleText } from '../../../src/runs/console-tail.ts';

let folder: string;
let path: string;
let tail: ConsoleTail | undefined;
let texts: ConsoleText[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-console-'));
  path = join(folder, 'console.log');
  texts = [];
});

afterEach(async () => {
  tail?.dispose();
  await rm(folder, { recursive: true });
});

function follow(firstBytes?: number): void {
  const options = { pollMs: 5, ...(firstBytes === undefined ? {} : { firstBytes }) };
  tail = new ConsoleTail(path, text => texts.push(text), options);
}

const received = (): string => texts.map(({ text }) => text).join('');

test('a file that comes later is followed as it grows', async () => {
  follow();
  await writeFile(path, 'one\ntw');
  await expect.poll(received).toBe('one\ntw');
  await appendFile(path, 'o\nthree\n');
  await expect.poll(received).toBe('one\ntwo\nthree\n');
  expect(texts.map(({ offset }) => offset)).toEqual([0, 6]);
});

test('of a long file the end comes first, from the beginning of a line', async () => {
  await writeFile(path, `${'x'.repeat(1000)}\nsecond\nthird\n`);
  follow(12);
  await expect.poll(() => texts).toEqual([{ offset: 1008, text: 'third\n' }]);
});

test('a character of several bytes is never cut', async () => {
  const snail = Buffer.from('🐌é');
  await writeFile(path, snail.subarray(0, 3));
  follow();
  await appendFile(path, snail.subarray(3, 5));
  await expect.poll(received).toBe('🐌');
  await appendFile(path, snail.subarray(5));
  await expect.poll(received).toBe('🐌é');
});

test('a line that is drawn over shows its last drawing', async () => {
  await writeFile(path, 'plain\r\n10%\r20%\r30%');
  follow();
  await expect.poll(received).toBe('plain\n30%');
  texts = [];
  await appendFile(path, '\r40%\r');
  await expect.poll(received).toBe('\r40%');
  texts = [];
  await appendFile(path, '\nend\n');
  await expect.poll(received).toBe('\nend\n');
});

test('a file that was begun anew is read from its beginning', async () => {
  await writeFile(path, 'a long first text\n');
  follow();
  await expect.poll(received).toBe('a long first text\n');
  await writeFile(path, 'new\n');
  await expect.poll(() => texts.at(-1)).toEqual({ offset: 0, text: 'new\n' });
});

test.runIf(process.platform !== 'win32')('a link in the place of a console is not followed', async () => {
  const elsewhere = join(folder, 'elsewhere.txt');
  await writeFile(elsewhere, 'secret\n');
  await symlink(elsewhere, path);
  follow();
  // One that follows the same file by its own name has looked twice: so the other one has, too.
  let seen = '';
  const beside = new ConsoleTail(elsewhere, ({ text }) => (seen += text), { pollMs: 5 });
  await expect.poll(() => seen).toBe('secret\n');
  await appendFile(elsewhere, 'more\n');
  await expect.poll(() => seen).toBe('secret\nmore\n');
  beside.dispose();
  expect(texts).toEqual([]);
  await rm(path);
  await writeFile(path, 'own\n');
  await expect.poll(received).toBe('own\n');
});
