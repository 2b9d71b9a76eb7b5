import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Emitter, type Event } from 'vscode-jsonrpc/node';
import { newControlAddress } from '../../../src/runs/control-address.ts';
import { ControlClient } from '../../../src/runs/control-client.ts';
import { MAX_RECORD_BYTES } from '../../../src/runs/run-record.ts';
import { exampleRecord } from './example-record.ts';
import { FakeTrainer, type Answers } from './fake-trainer.ts';

let address: string;
let trainer: FakeTrainer | undefined;
let client: ControlClient;

beforeEach(async () => {
  address = await newControlAddress();
});

afterEach(async () => {
  client.dispose();
  await trainer?.close();
  trainer = undefined;
});

async function meet(answers: Answers): Promise<FakeTrainer> {
  trainer = await FakeTrainer.listen(address, answers);
  client = new ControlClient(address);
  return trainer;
}

/** All that trainers answered before they said their version. */
const unversioned: Answers = {
  'run/status': () => exampleRecord,
  'run/stop': () => null,
  'run/pause': () => null,
  'run/resume': () => null,
  'run/save': () => ({ path: 'model.ckpt-7', step: 7 }),
};

describe('a trainer of before there were versions', () => {
  test('is asked for all that it knows, and listened to', async () => {
    const older = await meet(unversioned);
    const records: unknown[] = [];
    client.onRecord(record => records.push(record));
    const steps: number[] = [];
    client.onProgress(({ step }) => steps.push(step));
    expect(await client.request('run/status')).toEqual(exampleRecord);
    expect(await client.request('run/pause')).toBe(null);
    expect(await client.request('run/resume')).toBe(null);
    expect(await client.request('run/save')).toEqual({ path: 'model.ckpt-7', step: 7 });
    await older.tell('run/state', { state: 'running', record: exampleRecord });
    await older.tell('run/checkpoint', { step: 7, path: 'model.ckpt-7' });
    await older.tell('run/progress', exampleRecord.progress);
    expect(await client.request('run/stop')).toBe(null);
    expect(records).toEqual([exampleRecord]);
    expect(steps).toEqual([50]);
  });

  test('that does not know what it is asked is said to be the older one', async () => {
    await meet({ 'run/status': () => exampleRecord });
    await expect(client.request('run/save')).rejects.toThrow(
      'The run does not know run/save: an older Slim Training started it (control version 0, asked by 1). Stop it',
    );
  });
});

describe('a newer trainer', () => {
  const newer: Answers = {
    'run/hello': () => ({ version: 7, mood: 'good' }),
    'run/status': () => ({ ...exampleRecord, schemaVersion: 3 }),
    'run/stop': () => null,
  };

  test('is told our version first', async () => {
    const said: unknown[] = [];
    const note = (method: string) => (params: unknown) => {
      said.push([method, params]);
      return null;
    };
    await meet({ 'run/hello': note('hello'), 'run/stop': note('stop') });
    await client.request('run/stop');
    expect(said).toEqual([
      ['hello', { version: 1 }],
      ['stop', expect.anything()],
    ]);
  });

  test('is asked for what it still knows; what is missing it has dropped', async () => {
    const trainer = await meet(newer);
    const problems: string[] = [];
    client.onProblem(problem => problems.push(problem));
    const steps: number[] = [];
    client.onProgress(({ step }) => steps.push(step));
    await expect(client.request('run/pause')).rejects.toThrow(
      'run/pause any more: a newer Slim Training started it (control version 7, asked by 1). Update this one.',
    );
    await trainer.tell('run/weather', { sky: 'grey' });
    await trainer.tell('run/progress', { epoch: 3 });
    await trainer.tell('run/progress', { ...exampleRecord.progress, epoch: 3 });
    expect(await client.request('run/stop')).toBe(null);
    expect(problems).toEqual(['The progress that the run sent is not understood here.']);
    expect(steps).toEqual([50]);
  });
});

test.each([undefined, null, 7, { version: 'one' }, { version: -1 }])(
  'a greeting answered with %j leaves the rest as it is',
  async answer => {
    await meet({ ...unversioned, 'run/hello': () => answer ?? null, 'run/save': () => ({ path: 7 }) });
    expect(await client.request('run/status')).toEqual(exampleRecord);
    await expect(client.request('run/save')).rejects.toThrow(/answered run\/save with what is no answer/);
  },
);

test('a state without a record is passed on as none', async () => {
  const trainer = await meet(unversioned);
  const records: unknown[] = [];
  client.onRecord(record => records.push(record));
  await client.request('run/status');
  for (const bad of [{ state: 'running' }, {}]) await trainer.tell('run/state', bad);
  await client.request('run/status');
  expect(records).toEqual([undefined, undefined]);
});

test('once it is disposed nothing waits for an answer', async () => {
  await meet({ ...unversioned, 'run/save': () => new Promise(() => undefined) });
  await client.request('run/status');
  const saving = client.request('run/save', 600_000);
  client.dispose();
  await expect(saving).rejects.toThrow('no longer followed');
  await expect(client.request('run/status', 600_000)).rejects.toThrow('no longer followed');

  client = new ControlClient(`${address}-nowhere`);
  const waiting = client.request('run/status', 600_000);
  client.dispose();
  await expect(waiting).rejects.toThrow('no longer followed');
});

test('a question whose time is over leaves nobody waiting for the connection', async () => {
  const own = Object.getOwnPropertyDescriptor(Emitter.prototype, 'event');
  let listeners = 0;
  const counting = function (this: Emitter<unknown>): Event<unknown> {
    const event = own?.get?.call(this) as Event<unknown>;
    return (...args) => {
      const subscription = event(...args);
      listeners += 1;
      return {
        dispose: () => {
          listeners -= 1;
          subscription.dispose();
        },
      };
    };
  };
  Object.defineProperty(Emitter.prototype, 'event', { ...own, get: counting });
  try {
    client = new ControlClient(`${address}-nowhere`);
    const waiting = client.request('run/status', 50);
    expect(listeners).toBe(1);
    await expect(waiting).rejects.toThrow('did not answer run/status within 0.05 s');
    expect(listeners).toBe(0);
  } finally {
    Object.defineProperty(Emitter.prototype, 'event', { ...own });
  }
});

test('a connection that is lost before the answer is said to be that', async () => {
  let asked = (): void => undefined;
  const wasAsked = new Promise<void>(resolve => {
    asked = resolve;
  });
  const save = (): Promise<never> => {
    asked();
    return new Promise(() => undefined);
  };
  const trainer = await meet({ ...unversioned, 'run/save': save });
  const saving = client.request('run/save', 600_000);
  const lost = expect(saving).rejects.toThrow(
    'The connection to the run was lost before it answered run/save.',
  );
  await wasAsked;
  trainer.hangUp();
  await lost;
});

test('a run that sends more than any record has is hung up on', async () => {
  await meet({ 'run/status': () => 'x'.repeat(MAX_RECORD_BYTES) });
  await expect(client.request('run/status')).rejects.toThrow('The connection to the run was lost');
});
