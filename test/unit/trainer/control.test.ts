import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  createMessageConnection,
  ErrorCodes,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { RunProgress } from '../../../src/protocol/run.ts';
import { newControlAddress } from '../../../src/runs/control-address.ts';
import { ControlClient } from '../../../src/runs/control-client.ts';
import type { Attempt } from '../../../src/trainer/attempt/attempt.ts';
import { ControlServer, type TrainerControls } from '../../../src/trainer/attempt/control-server.ts';
import { RunHost } from '../../../src/trainer/script/run-host.ts';
import { beginAttempt } from './begin-attempt.ts';

let folder: string;
let address: string;
let attempt: Attempt;
let host: RunHost;
let server: ControlServer | undefined;
let clients: ControlClient[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slim-control-'));
  address = await newControlAddress();
  attempt = await beginAttempt(folder);
  host = new RunHost(attempt, {}, false);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  clients = [];
  await serve();
});

afterEach(async () => {
  for (const one of clients) one.dispose();
  await server?.close();
  await attempt.end({ state: 'done', exitCode: 0 });
  await rm(folder, { recursive: true });
  vi.restoreAllMocks();
});

async function serve(): Promise<void> {
  const controls: TrainerControls = {
    stop: () => {
      if (!host.stop()) throw new Error('nothing trains');
    },
    pause: () => {
      host.pause();
    },
    resume: () => {
      host.resume();
    },
    save: () => host.save(),
  };
  server = await ControlServer.listen(address, attempt, controls);
}

function client(): ControlClient {
  const one = new ControlClient(address);
  clients.push(one);
  return one;
}

function beginTraining(): void {
  host.onTrainBegin({ logdir: join(folder, 'logs'), startStep: 10, numberOfSteps: 110 });
}

test('several clients see the same record, states and progress', async () => {
  const watchers = [client(), client(), client()].map(one => {
    const seen: { records: unknown[]; progress: RunProgress[] } = { records: [], progress: [] };
    one.onRecord(record => seen.records.push(record));
    one.onProgress(progress => seen.progress.push(progress));
    return { one, seen };
  });
  for (const { one } of watchers) expect(await one.request('run/status')).toEqual(attempt.record);
  beginTraining();
  host.onStep({ step: 11, loss: 0.5, secPerStep: 0.1 });
  for (const { one, seen } of watchers) {
    expect(await one.request('run/status')).toMatchObject({ state: 'running', startStep: 10, name: 'logs' });
    expect(seen.records).toEqual([expect.objectContaining({ state: 'running', startStep: 10 })]);
    expect(seen.progress.at(-1)).toMatchObject({ step: 11, numberOfSteps: 110, loss: 0.5 });
  }
});

test('progress comes at most 30 times a second, the last step always', async () => {
  const watcher = client();
  const seen: number[] = [];
  watcher.onProgress(({ step }) => seen.push(step));
  await watcher.request('run/status');
  beginTraining();
  const begin = performance.now();
  let step = 10;
  while (seen.length < 15) {
    host.onStep({ step: ++step, loss: 0.5, secPerStep: 0.001 });
    if (step % 100 === 0) await delay(1);
  }
  host.onTrainEnd({ step, loss: 0.4, reason: 'done' });
  const status = await watcher.request('run/status');
  expect(status).toMatchObject({ progress: { step, loss: 0.4 } });
  expect(seen.at(-1)).toBe(step);
  // One comes at once, one at the end.
  expect(seen.length).toBeLessThanOrEqual(2 + ((performance.now() - begin) / 1000) * 30);
});

test('commands reach the loop, and the state follows when it obeys', async () => {
  const watcher = client();
  beginTraining();
  const arrived = host.commandArrived();
  await watcher.request('run/pause');
  await arrived;
  expect(attempt.record.state).toBe('running');
  expect(host.takeCommand()).toEqual({ type: 'pause' });
  expect(await watcher.request('run/status')).toMatchObject({ state: 'paused' });
  await watcher.request('run/resume');
  expect(host.takeCommand()).toEqual({ type: 'resume' });
  expect(attempt.record.state).toBe('running');

  const saving = watcher.request('run/save');
  await host.commandArrived();
  const save = host.takeCommand();
  if (save?.type === 'save') save.done({ path: 'model.ckpt-10', step: 10 });
  expect(await saving).toEqual({ path: 'model.ckpt-10', step: 10 });

  await watcher.request('run/stop');
  expect(attempt.record.state).toBe('stopping');
  expect(host.takeCommand()).toEqual({ type: 'stop' });
  expect(host.takeCommand()).toBe(undefined);
});

test('what cannot be done is answered with why', async () => {
  const watcher = client();
  await expect(watcher.request('run/pause')).rejects.toThrow(
    /^Training has not begun yet: there is nothing to pause\.$/,
  );
  beginTraining();
  const saving = watcher.request('run/save');
  await host.commandArrived();
  host.onTrainEnd({ step: 10, loss: null, reason: 'stopped' });
  await expect(saving).rejects.toThrow('Training has ended');
});

test('a question that is not answered in time says which', async () => {
  const watcher = client();
  beginTraining();
  await expect(watcher.request('run/save', 100)).rejects.toThrow('did not answer run/save within 0.1 s');
  await server?.close();
  await expect(watcher.request('run/status', 100)).rejects.toThrow('did not answer run/status within 0.1 s');
});

test('a lost connection is made again', async () => {
  const watcher = client();
  await watcher.request('run/status');
  const lost = new Promise(resolve => watcher.onDisconnected(resolve));
  await server?.close();
  await lost;
  await serve();
  expect(await watcher.request('run/status')).toEqual(attempt.record);
});

test('noise on the socket harms nobody else', async () => {
  const noise = connect(address);
  noise.on('error', () => undefined);
  noise.write('Content-Length: 4\r\n\r\n{{{{GET / HTTP/1.1\r\n\r\n');
  noise.write('Content-Length: 99999999999\r\n\r\n');
  const watcher = client();
  expect(await watcher.request('run/status')).toEqual(attempt.record);
  noise.destroy();
});

test('a NaN loss is told as no number', async () => {
  const watcher = client();
  beginTraining();
  await delay(40);
  host.onStep({ step: 11, loss: Number.NaN, secPerStep: 0.1 });
  expect(await watcher.request('run/status')).toMatchObject({ progress: { step: 11, loss: null } });
});

/** A client of any version, by the protocol alone. */
async function rawClient(): Promise<MessageConnection> {
  const socket = connect(address);
  const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  rpc.listen();
  await once(socket, 'connect');
  return rpc;
}

test('a client of before there were versions does all that it did', async () => {
  const older = await rawClient();
  const states: unknown[] = [];
  older.onNotification('run/state', (state: unknown) => {
    states.push(state);
  });
  const steps: unknown[] = [];
  older.onNotification('run/progress', (progress: unknown) => {
    steps.push(progress);
  });
  expect(await older.sendRequest('run/status')).toEqual(attempt.record);
  beginTraining();
  expect(await older.sendRequest('run/pause')).toBe(null);
  host.takeCommand();
  expect(await older.sendRequest('run/stop')).toBe(null);
  expect(states).toEqual([
    expect.objectContaining({ state: 'running' }),
    expect.objectContaining({ state: 'paused' }),
    expect.objectContaining({ state: 'stopping' }),
  ]);
  expect(steps).toHaveLength(1);
  await expect(older.sendRequest('run/sing')).rejects.toThrow(
    'run/sing any more: a newer Slim Training started it (control version 1, asked by 0). Update this one.',
  );
  older.dispose();
});

test('a newer client learns that this is the older one', async () => {
  const newer = await rawClient();
  expect(await newer.sendRequest('run/hello', { version: 9, mood: 'good' })).toEqual({ version: 1 });
  expect(await newer.sendRequest('run/status')).toEqual(attempt.record);
  const rewinding = newer.sendRequest('run/rewind', { step: 3 });
  await expect(rewinding).rejects.toMatchObject({ code: ErrorCodes.MethodNotFound });
  await expect(rewinding).rejects.toThrow(
    'The run does not know run/rewind: an older Slim Training started it (control version 1, asked by 9). Stop it',
  );
  expect(await newer.sendRequest('run/hello', ['noise'])).toEqual({ version: 1 });
  newer.dispose();
});

test.each([
  ['a frame of 300 MB', 'Content-Length: 314572800\r\n\r\n{'],
  ['a frame of more digits than are read', 'Content-Length: 99999999999\r\n\r\n{'],
  ['a header without an end', 'X'.repeat(1000)],
  ['two lengths', 'Content-Length: 2\r\nContent-Length: 314572800\r\n\r\n{'],
  ['a length that is none', 'Content-Length: 0x2\r\n\r\n{'],
])('%s is hung up on before it is gathered', async (_, text) => {
  const socket = connect(address);
  await once(socket, 'connect');
  socket.write(text);
  await once(socket, 'close');
});

test('frames that come in pieces, and as large as questions can be, are answered', async () => {
  const socket = connect(address);
  await once(socket, 'connect');
  let said = '';
  socket.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ask = (id: number, length: number): string => {
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'run/status' }).padEnd(length);
    return `Content-Length: ${body.length}\r\n\r\n${body}`;
  };
  const text = ask(1, 1 << 16) + ask(2, 0) + ask(3, 1000);
  for (let at = 0; at < text.length; at += 9973) {
    socket.write(text.slice(at, at + 9973));
    await delay(1);
  }
  await expect.poll(() => [1, 2, 3].every(id => said.includes(`"id":${id},"result"`))).toBe(true);
  socket.destroy();
});

test('no more than 32 are let in', async () => {
  const sockets = await Promise.all(
    Array.from({ length: 32 }, async () => {
      const socket = connect(address);
      await once(socket, 'connect');
      return socket;
    }),
  );
  const one = connect(address);
  await once(one, 'close');
  expect(sockets.filter(({ destroyed }) => destroyed)).toEqual([]);
  for (const socket of sockets) socket.destroy();
});
