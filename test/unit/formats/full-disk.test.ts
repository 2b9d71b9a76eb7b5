/** An event file on a disk that fills up in the middle of a write, and is emptied again. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';

const disk = vi.hoisted(() => ({ free: Infinity }));

vi.mock('node:fs', async importOriginal => {
  const { promisify } = await import('node:util');
  const original = await importOriginal<typeof import('node:fs')>();
  const realWrite = promisify(original.write);
  const write = (): void => undefined;
  Reflect.set(
    write,
    promisify.custom,
    async (descriptor: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
      if (disk.free === 0) throw new Error('ENOSPC: no space left on device, write');
      const { bytesWritten } = await realWrite(
        descriptor,
        bytes,
        offset,
        Math.min(length, disk.free),
        position,
      );
      disk.free -= bytesWritten;
      return { bytesWritten };
    },
  );
  return { ...original, write };
});

const { EventFileWriter } = await import('../../../src/formats/event-file-writer.ts');
const { readGrowing } = await import('./event-oracle.ts');

it('reports the path, and loses and breaks nothing once there is space', async () => {
  const logdir = mkdtempSync(join(tmpdir(), 'full-disk-'));
  const writer = new EventFileWriter(logdir);
  await writer.flush();
  disk.free = 70;
  for (let step = 1; step <= 10; step++) writer.addScalar('loss', step, step);
  await expect(writer.flush()).rejects.toThrow(`could not be written to ${writer.path}: ENOSPC`);
  writer.addScalar('loss', 11, 11);
  disk.free = Infinity;
  await writer.close();
  const { records, gaps } = readGrowing(new Uint8Array(readFileSync(writer.path)));
  expect(records).toHaveLength(12);
  expect(gaps).toEqual([]);
  rmSync(logdir, { recursive: true });
});
