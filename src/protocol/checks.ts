/** Looks at a value that came from outside, before anything is done with it: the compiler holds each check to its type. */

/** Exactly T: a check of a wider or narrower type is another one. Invariant, so that the compiler says so. */
export type Check<in out T> = (value: unknown) => value is T;

/** For each field of T, what it has to be. A field that may be missing is checked with {@link isOptional}. */
export type FieldChecks<T> = {
  readonly [F in keyof T]-?: object extends Pick<T, F> ? Check<T[F] | undefined> : Check<T[F]>;
};

const MAX_TEXT = 1_000_000;
const MAX_NAME = 4096;
const MAX_LIST = 10_000;
const MAX_DEPTH = 32;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** For those that look at it themselves. Nested deeper it would fill the stack of whoever compares or copies it. */
export const isAnything: Check<unknown> = (value): value is unknown => isFlatterThan(MAX_DEPTH, value);
export const isBoolean: Check<boolean> = value => typeof value === 'boolean';
export const isId: Check<number> = (value): value is number => Number.isSafeInteger(value);
export const isFinite: Check<number> = (value): value is number => Number.isFinite(value);
export const isCount: Check<number> = (value): value is number => isId(value) && value >= 0;
/** Of any length: for files and for processes of the user's own. */
export const isString: Check<string> = value => typeof value === 'string';
export const isName: Check<string> = (value): value is string =>
  typeof value === 'string' && value.length <= MAX_NAME;
export const isText: Check<string> = (value): value is string =>
  typeof value === 'string' && value.length <= MAX_TEXT;

export const isBetween =
  (least: number, most: number): Check<number> =>
  (value): value is number =>
    isFinite(value) && value >= least && value <= most;
/** One of those: a check of just these words. */
export const isOneOf =
  <const T>(...allowed: readonly T[]): Check<T> =>
  (value): value is T =>
    allowed.includes(value as T);
export const isNullOr =
  <T>(check: Check<T>): Check<T | null> =>
  (value): value is T | null =>
    value === null || check(value);
export const isOptional =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || check(value);
export const isListOf =
  <T>(check: Check<T>, most = MAX_LIST): Check<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.length <= most && value.every(check);
/** An object of any field names. */
export const isRecordOf =
  <T>(check: Check<T>): Check<Readonly<Record<string, T>>> =>
  (value): value is Readonly<Record<string, T>> =>
    isObject(value) && Object.values(value).every(check);
/** Whatever else an object holds is let be. */
export const isShape =
  <T extends object>(shape: FieldChecks<T>): Check<T> =>
  (value): value is T =>
    isObject(value) && wrongField(shape, value) === undefined;

/** The first field that is not what it has to be. */
export function wrongField<T extends object>(
  shape: FieldChecks<T>,
  value: Readonly<Record<string, unknown>>,
): string | undefined {
  const checks: readonly [string, (value: unknown) => boolean][] = Object.entries(shape);
  return checks.find(([field, check]) => !check(value[field]))?.[0];
}

/** Of a union, by a check for each of its members. */
export const isEither =
  <A, B>(one: Check<A>, other: Check<B>): Check<A | B> =>
  (value): value is A | B =>
    one(value) || other(value);

function isFlatterThan(depth: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every(inner => isFlatterThan(depth - 1, inner));
}
