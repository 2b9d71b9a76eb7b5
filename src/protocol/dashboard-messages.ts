import type { DashboardPreferences, FromDashboard } from './dashboard.ts';
import type { SeriesQuery } from './series.ts';
import {
  isBetween,
  isBoolean,
  isFinite,
  isId,
  isListOf,
  isName,
  isNullOr,
  isOneOf,
  isShape,
  isText,
  type Check,
} from './checks.ts';
import { readMessage, type MessageShapes, type Reading } from './read-message.ts';

export function readDashboardMessage(value: unknown): Reading<FromDashboard> {
  return readMessage(shapes, value);
}

const isNames = isListOf(isName);
const isRange: Check<readonly [number, number]> = (value): value is readonly [number, number] =>
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
});

export const isPreferences = isShape<DashboardPreferences>({
  tab: isName,
  smoothing: isSmoothing,
  axis: isAxis,
  logY: isBoolean,
  ignoreOutliers: isBoolean,
  cardsPerRow: isOneOf<DashboardPreferences['cardsPerRow']>(1, 2, 3, 4, 'auto'),
  pinned: isNames,
  collapsed: isNames,
  filter: isName,
});

const shapes: MessageShapes<FromDashboard> = {
  ready: {},
  runsTaken: {},
  curve: { id: isId, query: isQuery },
  command: { command: isOneOf('stop', 'pause', 'resume', 'save', 'start'), run: isNullOr(isName) },
  open: { what: isOneOf('createExample', 'openLogFolder', 'manageTrust', 'installNative') },
  openConsole: { run: isNullOr(isName) },
  setPreferences: { preferences: isPreferences },
  setPlotted: { run: isName, plotted: isBoolean },
  copy: { text: isText },
  exportCsv: { tag: isName },
  openLocation: { run: isName },
  openOrigin: { run: isName },
};
