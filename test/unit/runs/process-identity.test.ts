import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isAlive, processStartTime } from '../../../src/runs/process-identity.ts';
import { interrupt, signalGroup } from '../../../src/runs/signal-process.ts';

test('the start time of a process is always the same one', async () => {
  const startTime = await processStartTime(process.pid);
  expect(startTime).toMatch(/\S/);
  expect(await processStartTime(process.pid)).toBe(startTime);
});

test('a process is alive until it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
  const pid = child.pid ?? 0;
  const identity = { pid, processStartTime: (await processStartTime(pid)) ?? null };
  expect(await isAlive(identity)).toBe(true);
  const ended = once(child, 'exit');
  expect(await signalGroup(identity, 'SIGKILL')).toBe(true);
  await ended;
  expect(await isAlive(identity)).toBe(false);
  expect(await signalGroup(identity, 'SIGKILL')).toBe(false);
});

test.runIf(process.platform !== 'win32')(
  'a signal to the group reaches what the process has started',
  async () => {
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
    const ended = once(parent, 'exit');
    const leader = parent.pid ?? 0;
    const identity = { pid: leader, processStartTime: (await processStartTime(leader)) ?? null };
    expect(await signalGroup(identity, 'SIGTERM')).toBe(true);
    await ended;
    await expect.poll(() => isAlive({ pid: Number(pid.toString()), processStartTime: null })).toBe(false);
  },
);

test('another process with the same pid is another one, and is not killed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
  try {
    const stranger = { pid: child.pid ?? 0, processStartTime: 'some other boot:1842' };
    expect(await isAlive(stranger)).toBe(false);
    expect(await signalGroup(stranger, 'SIGKILL')).toBe(false);
    expect(child.exitCode ?? child.signalCode).toBe(null);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

test.runIf(process.platform === 'linux')('a zombie is dead', async () => {
  // The shell's child ends at once; the shell becomes a program that never asks how.
  const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
    const zombie = { pid: Number(pid.toString()), processStartTime: null };
    await expect.poll(() => isAlive(zombie)).toBe(false);
    expect(() => process.kill(zombie.pid, 0)).not.toThrow();
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  }
});

test.each([0, -1, 2 ** 31 - 1, Number.NaN])('pid %d is no process', async pid => {
  expect(await isAlive({ pid, processStartTime: null })).toBe(false);
});

/** What would be signalled. Questions whether there is a process go through. */
function recordedSignals(): (readonly [pid: number, signal: string])[] {
  const signals: (readonly [number, string])[] = [];
  const real = process.kill.bind(process);
  const spy = vi.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    if (signal === 0) return real(pid, 0);
    signals.push([pid, String(signal)]);
    return true;
  });
  onTestFinished(() => {
    spy.mockRestore();
  });
  return signals;
}

test.runIf(process.platform !== 'win32')(
  'process 1 is never signalled, nor everybody in its stead',
  async () => {
    const signals = recordedSignals();
    const first = (await processStartTime(1)) ?? null;
    for (const processStartTime of [null, first]) {
      expect(await interrupt({ pid: 1, processStartTime })).toBe(false);
      await expect(signalGroup({ pid: 1, processStartTime }, 'SIGKILL')).rejects.toThrow(
        "names process 1, the system's first",
      );
    }
    expect(signals).toEqual([]);
  },
);

test.runIf(process.platform !== 'win32')(
  'a group is signalled only where the start time says whose it is',
  async () => {
    const signals = recordedSignals();
    expect(await signalGroup({ pid: process.pid, processStartTime: null }, 'SIGKILL')).toBe(true);
    expect(signals).toEqual([[process.pid, 'SIGKILL']]);
    const startTime = (await processStartTime(process.pid)) ?? null;
    expect(await signalGroup({ pid: process.pid, processStartTime: startTime }, 'SIGKILL')).toBe(true);
    expect(signals.slice(1)).toEqual([[-process.pid, 'SIGKILL']]);
  },
);
