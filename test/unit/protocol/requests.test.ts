/** A map of a test's own, between two sides that post copies of their messages to each other as a webview does. */

import { beforeEach, describe, expect, it } from 'vitest';
import { isCount, isId, isName } from '../../../src/protocol/checks.ts';
import { readMessage, type MessageShapes } from '../../../src/protocol/read-message.ts';
import {
  requestCaller,
  respond,
  type Answer,
  type Handlers,
  type Question,
  type RequestCaller,
} from '../../../src/protocol/requests.ts';

interface TreeRequests {
  height: { readonly ask: { readonly tree: string }; readonly answer: number };
  rings: { readonly ask: { readonly tree: string; readonly most: number }; readonly answer: Float64Array };
  cut: { readonly ask: { readonly tree: string }; readonly answer: null };
}

/** What the page says: its questions, and what has no answer. */
type FromForestPage = { readonly type: 'ready' } | Question<TreeRequests>;

const shapes: MessageShapes<FromForestPage> = {
  ready: {},
  height: { id: isId, tree: isName },
  rings: { id: isId, tree: isName, most: isCount },
  cut: { id: isId, tree: isName },
};

const kept = new Float64Array([1, 2, 3]);
const handlers: Handlers<TreeRequests> = {
  height: ({ tree }) => tree.length,
  rings: async ({ most }, transfer) => {
    await Promise.resolve();
    const rings = kept.slice(0, most);
    transfer.push(rings.buffer);
    return rings;
  },
  cut: ({ tree }) => {
    throw new Error(`${tree} is protected.`);
  },
};

let caller: RequestCaller<TreeRequests>;
let problems: string[];
let answers: Answer<TreeRequests>[];
/** Answers are kept until the test lets them through. */
let isHeld: boolean;

beforeEach(() => {
  problems = [];
  answers = [];
  isHeld = false;
  const answered = (answer: Answer<TreeRequests>, transfer: ArrayBuffer[]): void => {
    const copy = structuredClone(answer, { transfer });
    if (isHeld) answers.push(copy);
    else caller.take(copy);
  };
  caller = requestCaller(question => {
    const reading = readMessage<FromForestPage>(shapes, structuredClone(question));
    if ('problem' in reading) problems.push(reading.problem);
    else if ('id' in reading.message) void respond(handlers, reading.message, answered);
  });
});

describe('a question', () => {
  it('is answered by its handler, at once or later', async () => {
    const [height, rings] = await Promise.all([
      caller.ask('height', { tree: 'oak' }),
      caller.ask('rings', { tree: 'oak', most: 2 }),
    ]);
    expect(height).toBe(3);
    expect([...rings]).toEqual([1, 2]);
    expect(caller.waiting).toBe(0);
  });

  it('rejects with what its handler threw', async () => {
    await expect(caller.ask('cut', { tree: 'oak' })).rejects.toThrow('oak is protected.');
  });

  it('of an unknown type is answered, too', async () => {
    const posted: unknown[] = [];
    await respond(
      handlers,
      { type: 'climb', id: 7, tree: 'oak' } as unknown as Question<TreeRequests>,
      answer => posted.push(answer),
    );
    expect(posted).toEqual([{ type: 'failure', id: 7, failure: 'There is no question climb.' }]);
  });

  it('whose answer cannot be posted fails, and says why', async () => {
    const careless: Handlers<TreeRequests> = {
      ...handlers,
      rings: (_ask, transfer) => {
        transfer.push(kept.buffer, kept.buffer);
        return kept;
      },
    };
    await respond(careless, { type: 'rings', id: 1, tree: 'oak', most: 1 }, (answer, transfer) => {
      answers.push(structuredClone(answer, { transfer }));
    });
    expect(answers).toMatchObject([
      { type: 'failure', id: 1, failure: 'Transfer list contains duplicate ArrayBuffer' },
    ]);
  });

  it('is checked like every message of a webview', () => {
    void caller.ask('rings', { tree: 'oak', most: -1 });
    expect(problems).toEqual(['a rings message with a bad most']);
  });

  it('without a check does not compile', () => {
    // @ts-expect-error: there is no check of `most`.
    const lacking: MessageShapes<Question<TreeRequests>>['rings'] = { id: isId, tree: isName };
    // @ts-expect-error: `tree` is text.
    const wrong: MessageShapes<Question<TreeRequests>>['height'] = { id: isId, tree: isCount };
    // @ts-expect-error: a row has no check.
    const missing: MessageShapes<Question<TreeRequests>> = { height: shapes.height, rings: shapes.rings };
    expect([lacking, wrong, missing]).toHaveLength(3);
  });
});

describe('who was asked', () => {
  it('may end: what waits rejects with the reason', async () => {
    isHeld = true;
    const height = caller.ask('height', { tree: 'oak' });
    caller.end(new Error('The forest burnt.'));
    await expect(height).rejects.toThrow('The forest burnt.');
  });

  it('may answer when nobody waits any more', async () => {
    isHeld = true;
    const leaving = new AbortController();
    const settled: unknown[] = [];
    const keep = (value: unknown): void => {
      settled.push(value);
    };
    void caller.ask('height', { tree: 'oak' }, leaving.signal).then(keep, keep);
    const staying = caller.ask('height', { tree: 'beech' });
    expect(caller.waiting).toBe(2);
    leaving.abort();
    expect(caller.waiting).toBe(1);
    await expect.poll(() => answers).toHaveLength(2);
    for (const answer of answers) caller.take(answer);
    expect(await staying).toBe(5);
    expect(settled).toEqual([]);
    expect(caller.waiting).toBe(0);
  });
});
