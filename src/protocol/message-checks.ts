/** Looks at what a webview sent before anything is done with it: a webview shows data of others. */

export type Reading<M> = { readonly message: M } | { readonly problem: string };

export type Check<T> = (value: unknown) => value is T;
type Shape = Readonly<Record<string, Check<unknown>>>;

/** For each type of message, what its fields have to be. */
export type MessageShapes<M extends { readonly type: string }> = {
  readonly [T in M['type']]: FieldsOf<Extract<M, { readonly type: T }>>;
};

type FieldsOf<M> = Readonly<Record<Exclude<keyof M, 'type'>, Check<unknown>>>;

/** Never throws: what is wrong with the message is the answer. */
export function readMessage<M extends { readonly type: string }>(
  shapes: MessageShapes<M>,
  value: unknown,
): Reading<M> {
  if (!isObject(value) || typeof value['type'] !== 'string') return { problem: 'a message without a type' };
  const type = value['type'];
  if (!Object.hasOwn(shapes, type))
    return { problem: `a message of unknown type ${JSON.stringify(type.slice(0, 40))}` };
  const wrong = Object.entries(shapes[type as M['type']] as Shape).find(
    ([field, check]) => !check(value[field]),
  );
  if (wrong !== undefined) return { problem: `a ${type} message with a bad ${wrong[0]}` };
  return { message: value as unknown as M };
}

const MAX_TEXT = 1_000_000;
const MAX_NAME = 4096;
const MAX_LIST = 10_000;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const isBoolean: Check<boolean> = value => typeof value === 'boolean';
export const isId: Check<number> = (value): value is number => Number.isSafeInteger(value);
export const isFinite: Check<number> = (value): value is number => Number.isFinite(value);
export const isCount: Check<number> = (value): value is number => isId(value) && value >= 0;
export const isName: Check<string> = (value): value is string =>
  typeof value === 'string' && value.length <= MAX_NAME;
export const isText: Check<string> = (value): value is string =>
  typeof value === 'string' && value.length <= MAX_TEXT;

export const isBetween =
  (least: number, most: number): Check<number> =>
  (value): value is number =>
    isFinite(value) && value >= least && value <= most;
export const isOneOf =
  <T>(...allowed: readonly T[]): Check<T> =>
  (value): value is T =>
    allowed.includes(value as T);
export const isNullOr =
  <T>(check: Check<T>): Check<T | null> =>
  (value): value is T | null =>
    value === null || check(value);
export const isListOf =
  <T>(check: Check<T>, most = MAX_LIST): Check<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.length <= most && value.every(check);
export const isShape =
  <T>(shape: Shape): Check<T> =>
  (value): value is T =>
    isObject(value) && Object.entries(shape).every(([field, check]) => check(value[field]));
