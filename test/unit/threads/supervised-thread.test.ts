/** A thread of the test's own: what it can be asked, told, and what it says. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SupervisedThread } from '../../../src/threads/supervised-thread.ts';

interface MillRequests {
  grind: { readonly ask: { readonly grain: Float64Array }; readonly answer: Float64Array };
  sacks: { readonly ask: object; readonly answer: number };
  /** Dies of it. */
  burn: { readonly ask: { readonly why: string }; readonly answer: null };
  jam: { readonly ask: object; readonly answer: null };
}

interface ToMill {
  readonly type: 'deliver';
  readonly sacks: number;
}

interface FromMill {
  readonly type: 'delivered';
  readonly sacks: number;
}

let folder: string;
let mill: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'supervised-thread-'));
  const source = join(folder, 'mill.ts');
  mill = join(folder, 'mill.mjs');
  const host = join(import.meta.dirname, '../../../src/threads/thread-host.ts');
  writeFileSync(
    source,
    `import { appendFileSync } from 'node:fs';
import { ThreadHost } from ${JSON.stringify(host)};
appendFileSync(${JSON.stringify(join(folder, 'starts'))}, '.');
const host = new ThreadHost();
let sacks = 0;
host.serve(
  {
    grind: ({ grain }, transfer) => {
      const flour = grain.map(each => each / 2);
      transfer.push(flour.buffer);
      return flour;
    },
    sacks: () => sacks,
    burn: ({ why }) => {
      setImmediate(() => { throw new Error(why); });
      return new Promise(() => {});
    },
    jam: async () => { throw new Error('A stone is in it.'); },
  },
  message => {
    sacks = message.sacks;
    host.say({ type: 'delivered', sacks });
  },
);`,
  );
  await build({
    entryPoints: [source],
    outfile: mill,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let thread: SupervisedThread<MillRequests, ToMill, FromMill>;
let news: FromMill[];
/** How often another one took the place of the one before, and why there was no further one. */
let begun: number;
let reasons: Error[];

function start(workerPath: string): void {
  thread = new SupervisedThread(
    workerPath,
    { name: 'mill', does: 'grinds' },
    {
      news: message => news.push(message),
      again: () => {
        begun++;
        thread.tell({ type: 'deliver', sacks: 7 });
      },
      gaveUp: reason => reasons.push(reason),
    },
  );
}

beforeEach(() => {
  [news, begun, reasons] = [[], 0, []];
  rmSync(join(folder, 'starts'), { force: true });
  start(mill);
});
afterEach(() => {
  thread.dispose();
  vi.restoreAllMocks();
});

const starts = (): number =>
  existsSync(join(folder, 'starts')) ? readFileSync(join(folder, 'starts')).length : 0;
const burn = async (): Promise<void> => {
  await expect(thread.ask('burn', { why: 'fire' })).rejects.toThrow('The thread that grinds ended: fire.');
};

describe('a thread', () => {
  it('answers by a row of the map and a handler', async () => {
    expect([...(await thread.ask('grind', { grain: Float64Array.of(2, 4) }))]).toEqual([1, 2]);
  });

  it('says what it could not do, and goes on', async () => {
    await expect(thread.ask('jam', {})).rejects.toThrow('A stone is in it.');
    expect(await thread.ask('sacks', {})).toBe(0);
  });

  it('hears what it is told, and says what it was not asked', async () => {
    thread.tell({ type: 'deliver', sacks: 3 });
    expect(await thread.ask('sacks', {})).toBe(3);
    expect(news).toEqual([{ type: 'delivered', sacks: 3 }]);
  });

  it('starts when there is something to do, once', async () => {
    expect(starts()).toBe(0);
    await Promise.all([thread.ask('sacks', {}), thread.ask('sacks', {})]);
    expect(starts()).toBe(1);
  });
});

describe('a thread that dies', () => {
  it('rejects what it was asked, and the next one is told again', async () => {
    const waiting = expect(thread.ask('burn', { why: 'fire' })).rejects.toThrow(
      'The thread that grinds ended: fire.',
    );
    const others = expect(thread.ask('burn', { why: 'fire' })).rejects.toThrow(
      'The thread that grinds ended: fire.',
    );
    await Promise.all([waiting, others]);
    expect(await thread.ask('sacks', {})).toBe(7);
    expect([begun, reasons]).toEqual([1, []]);
  });

  it('three times, answering in between, is given up, and the reason is said to all who ask', async () => {
    for (let death = 0; death < 3; death++) {
      expect(await thread.ask('sacks', {})).toBe(death === 0 ? 0 : 7);
      await burn();
    }
    expect(reasons.map(({ message }) => message)).toEqual(['The thread that grinds ended: fire.']);
    expect([begun, thread.hasGivenUp]).toEqual([2, true]);
    await expect(thread.ask('sacks', {})).rejects.toThrow('The thread that grinds ended: fire.');
    thread.tell({ type: 'deliver', sacks: 1 });
    expect(starts()).toBe(3);
  });

  it('when it is born is given up, too', async () => {
    const stillborn = join(folder, 'stillborn.mjs');
    writeFileSync(stillborn, `throw new Error('no such instruction');`);
    start(stillborn);
    await expect(thread.ask('sacks', {})).rejects.toThrow(
      'The thread that grinds ended: no such instruction.',
    );
    await expect.poll(() => reasons).toHaveLength(1);
    expect(begun).toBe(2);
  });

  it('is not given up when each one lived long', async () => {
    let hours = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => hours * 3_600_000);
    for (let death = 0; death < 5; death++) {
      hours++;
      await burn();
    }
    expect([begun, reasons, thread.hasGivenUp]).toEqual([5, [], false]);
  });

  it('may be started anew after it was given up', async () => {
    for (let death = 0; death < 3; death++) await burn();
    thread.restart();
    expect(await thread.ask('sacks', {})).toBe(7);
    expect(thread.hasGivenUp).toBe(false);
    await burn();
    expect(await thread.ask('sacks', {})).toBe(7);
  });
});

describe('letting go of a thread', () => {
  it('to start it anew ends what it does', async () => {
    const burning = expect(thread.ask('jam', {})).rejects.toThrow('The thread that grinds was started anew.');
    thread.restart();
    await burning;
    expect(await thread.ask('sacks', {})).toBe(7);
  });

  it('for good rejects what it was asked, and what comes later', async () => {
    const asked = expect(thread.ask('sacks', {})).rejects.toThrow('The thread that grinds was closed.');
    thread.dispose();
    await asked;
    await expect(thread.ask('sacks', {})).rejects.toThrow('The thread that grinds was closed.');
    thread.restart();
    thread.tell({ type: 'deliver', sacks: 1 });
    await expect(thread.ask('sacks', {})).rejects.toThrow('The thread that grinds was closed.');
    expect([begun, reasons, thread.hasGivenUp]).toEqual([0, [], false]);
  });
});
