/** Looks at what the dashboard's webview sent before anything is done with it: a webview shows data of others. */

import type { DashboardPreferences, FromDashboard } from '../protocol/dashboard.ts';
import type { SeriesQuery } from '../protocol/series.ts';

export type Reading = { readonly message: FromDashboard } | { readonly problem: string };

const MAX_TEXT = 1_000_000;
const MAX_NAME = 4096;
const MAX_NAMES = 10_000;

type Check<T> = (value: unknown) => value is T;
type Shape = Readonly<Record<string, Check<unknown>>>;

/** Never throws: what is wrong with the message is the answer. */
export function readDashboardMessage(value: unknown): Reading {
  if (!isObject(value) || typeof value['type'] !== 'string') return { problem: 'a message without a type' };
  const type = value['type'];
  if (!Object.hasOwn(messages, type))
    return { problem: `a message of unknown type ${JSON.stringify(type.slice(0, 40))}` };
  const wrong = Object.entries(messages[type as FromDashboard['type']]).find(
    ([field, check]) => !check(value[field]),
  );
  if (wrong !== undefined) return { problem: `a ${type} message with a bad ${wrong[0]}` };
  return { message: value as unknown as FromDashboard };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isBoolean: Check<boolean> = value => typeof value === 'boolean';
const isId: Check<number> = (value): value is number => Number.isSafeInteger(value);
const isFinite: Check<number> = (value): value is number => Number.isFinite(value);
const isName: Check<string> = (value): value is string =>
  typeof value === 'string' && value.length <= MAX_NAME;
const isText: Check<string> = (value): value is string =>
  typeof value === 'string' && value.length <= MAX_TEXT;
const isNames: Check<string[]> = (value): value is string[] =>
  Array.isArray(value) && value.length <= MAX_NAMES && value.every(isName);

const isBetween =
  (least: number, most: number): Check<number> =>
  (value): value is number =>
    isFinite(value) && value >= least && value <= most;
const isOneOf =
  <T>(...allowed: readonly T[]): Check<T> =>
  (value): value is T =>
    allowed.includes(value as T);
const isNullOr =
  <T>(check: Check<T>): Check<T | null> =>
  (value): value is T | null =>
    value === null || check(value);
const isShape =
  <T>(shape: Shape): Check<T> =>
  (value): value is T =>
    isObject(value) && Object.entries(shape).every(([field, check]) => check(value[field]));

const isRange: Check<[number, number]> = (value): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isFinite);

const isSmoothing = isBetween(0, 0.99);
const isAxis = isOneOf('step', 'relative', 'wall');

const isQuery = isShape<SeriesQuery>({
  run: isName,
  tag: isName,
  axis: isAxis,
  range: isNullOr(isRange),
  pixels: isBetween(1, 32_768),
  smoothing: isSmoothing,
} satisfies Record<keyof SeriesQuery, Check<unknown>>);

export const isPreferences = isShape<DashboardPreferences>({
  tab: isOneOf('scalars', 'console'),
  smoothing: isSmoothing,
  axis: isAxis,
  logY: isBoolean,
  ignoreOutliers: isBoolean,
  cardsPerRow: isOneOf<DashboardPreferences['cardsPerRow']>(1, 2, 3, 4, 'auto'),
  pinned: isNames,
  collapsed: isNames,
  filter: isName,
} satisfies Record<keyof DashboardPreferences, Check<unknown>>);

type FieldsOf<M> = M extends { readonly type: string }
  ? Readonly<Record<Exclude<keyof M, 'type'>, Check<unknown>>>
  : never;

const messages: { readonly [T in FromDashboard['type']]: FieldsOf<Extract<FromDashboard, { type: T }>> } = {
  ready: {},
  runsTaken: {},
  query: { id: isId, query: isQuery },
  command: { command: isOneOf('stop', 'pause', 'resume', 'save', 'start'), run: isNullOr(isName) },
  open: { what: isOneOf('createExample', 'openLogFolder', 'manageTrust', 'installNative') },
  openConsole: { run: isNullOr(isName) },
  setPreferences: { preferences: isPreferences },
  setPlotted: { run: isName, plotted: isBoolean },
  copy: { text: isText },
  exportCsv: { tag: isName },
  openLocation: { run: isName },
};
