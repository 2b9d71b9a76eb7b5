/**
 * Questions and their answers, between two sides that post messages to each other: the extension host with a worker
 * thread or with a webview. A map has a row for each kind of question; from it come the messages, who asks
 * ({@link requestCaller}) and who answers ({@link respond}).
 */

import { messageOf } from './error-message.ts';

/** A row: the fields of the question, and what it is answered with. */
interface Request {
  readonly ask: object;
  readonly answer: unknown;
}

/** What a map of requests has to be: `interface CurveRequests { points: { ask: { tag: string }; answer: number[] } }`. */
export type Requests<R> = { readonly [T in keyof R]: Request };

/** Of all messages only questions have an `id` without being answers: by that they are told apart. */
export type Question<R extends Requests<R>> = {
  readonly [T in keyof R & string]: { readonly type: T; readonly id: number } & R[T]['ask'];
}[keyof R & string];

export type Answer<R extends Requests<R>> =
  | { readonly type: 'answer'; readonly id: number; readonly answer: R[keyof R & string]['answer'] }
  | { readonly type: 'failure'; readonly id: number; readonly failure: string };

/** A function for each row. What it throws becomes the failure that the asker gets. */
export type Handlers<R extends Requests<R>> = {
  readonly [T in keyof R & string]: (
    ask: R[T]['ask'],
    /** Buffers of the answer that are put in here are handed over, not copied. */
    transfer: ArrayBuffer[],
  ) => R[T]['answer'] | Promise<R[T]['answer']>;
};

/** Asks one question and promises its answer. */
export type Ask<R extends Requests<R>> = <T extends keyof R & string>(
  type: T,
  ask: R[T]['ask'],
  /** Aborted: nobody waits for the answer any more, and the promise never settles. */
  signal?: AbortSignal,
) => Promise<R[T]['answer']>;

export interface RequestCaller<R extends Requests<R>> {
  readonly ask: Ask<R>;
  /** How many questions wait for their answers. */
  readonly waiting: number;
  /** An answer has come: of one that nobody waits for, nothing happens. */
  take(answer: Answer<R>): void;
  /** Who was asked has ended: what waits for its answer rejects with the reason. */
  end(reason: Error): void;
}

/** The other side answers a question of each type with its type of answer: `resolve` is for that one. */
interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly signal: AbortSignal | undefined;
}

const isWaiting = ({ signal }: Waiting): boolean => signal?.aborted !== true;

/** The asking side. What {@link respond} posts on the other one is handed to `take`. */
export function requestCaller<R extends Requests<R>>(
  post: (question: Question<R>) => void,
): RequestCaller<R> {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  return {
    ask: (type, ask, signal) =>
      new Promise((resolve, reject) => {
        const id = asked++;
        waiting.set(id, { resolve, reject, signal });
        post({ ...ask, type, id });
      }),
    get waiting() {
      return [...waiting.values()].filter(isWaiting).length;
    },
    take: answer => {
      const asker = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (asker === undefined || !isWaiting(asker)) return;
      if (answer.type === 'failure') asker.reject(new Error(answer.failure));
      else asker.resolve(answer.answer);
    },
    end: reason => {
      const askers = [...waiting.values()].filter(isWaiting);
      waiting.clear();
      for (const { reject } of askers) reject(reason);
    },
  };
}

/**
 * Answers a question by its handler, whatever happens: the other side would wait for it. The handler is called at once,
 * so that what handlers change, they change in the order of the questions.
 */
export async function respond<R extends Requests<R>>(
  handlers: Handlers<R>,
  question: Question<R>,
  post: (answer: Answer<R>, transfer: ArrayBuffer[]) => void,
): Promise<void> {
  const { id, type } = question;
  try {
    if (!Object.hasOwn(handlers, type)) throw new Error(`There is no question ${type}.`);
    const transfer: ArrayBuffer[] = [];
    const answer = await handlers[type](question, transfer);
    post({ type: 'answer', id, answer }, transfer);
  } catch (error) {
    post({ type: 'failure', id, failure: messageOf(error) }, []);
  }
}
