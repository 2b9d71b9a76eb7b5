/** `run.json` on disk: written so that a reader never sees half of it, read so that nothing in it can surprise. */

import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { RunRecord, RunState } from '../protocol/run.ts';

export const RUN_RECORD_VERSION = 1;

export type RunRecordReading =
  /** `note` says what to know of a record that a newer version wrote. */
  { readonly record: RunRecord; readonly note?: string } | { readonly problem: string };

/** Never throws: what is wrong with the file is the answer. */
export async function readRunRecord(path: string): Promise<RunRecordReading> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return { problem: `${path} cannot be read: ${(error as Error).message}` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      problem: `${path} is not JSON (${(error as Error).message}). Delete its folder to forget the run.`,
    };
  }
  return parseRunRecord(value, path);
}

function parseRunRecord(value: unknown, path: string): RunRecordReading {
  if (!isObject(value) || !isNumber(value['schemaVersion'])) {
    return {
      problem: `${path} is not a run record: it has no schemaVersion. Delete its folder to forget the run.`,
    };
  }
  const version = value['schemaVersion'];
  const known = Object.entries(fieldChecks).filter(([field, check]) => check(value[field]));
  const fields = Object.fromEntries(known.map(([field]) => [field, value[field]]));
  const missing = requiredFields.filter(field => fields[field] === undefined);
  if (version > RUN_RECORD_VERSION) {
    const newer = `written by a newer Slim Training (schema version ${version}): update this one to see all of it`;
    if (missing.length > 0)
      return { problem: `${path} was ${newer}. It has no ${missing.join(', ')} known here.` };
    return { record: complete(fields, value, path), note: `The run record was ${newer}.` };
  }
  const damaged = [
    ...missing,
    ...Object.keys(fieldChecks).filter(f => value[f] !== undefined && !(f in fields)),
  ];
  if (!isState(value['state'])) damaged.push('state');
  if (damaged.length > 0) {
    return { problem: `${path} is damaged: ${damaged.join(', ')}. Delete its folder to forget the run.` };
  }
  return { record: complete(fields, value, path) };
}

/** Fields that a record may lack get the value that says nothing. */
function complete(fields: Record<string, unknown>, value: Record<string, unknown>, path: string): RunRecord {
  const id = basename(dirname(path));
  const unknownState: RunState = fields['endedAt'] === undefined ? 'running' : 'done';
  const record = {
    id,
    name: id,
    launcher: 'local',
    command: [],
    script: null,
    cwd: dirname(dirname(dirname(dirname(path)))),
    logdir: null,
    overrides: {},
    hparams: {},
    host: '',
    processStartTime: null,
    ...fields,
    schemaVersion: 1,
    state: isState(value['state']) ? value['state'] : unknownState,
  };
  return record as unknown as RunRecord;
}

/** Write, fsync, rename: after a crash at any instant the file is the old one or the new one. */
export async function writeRunRecord(
  path: string,
  record: RunRecord,
  isWanted: () => boolean,
): Promise<void> {
  const temporary = temporaryPath(path);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(toText(record));
    await file.sync();
  } finally {
    await file.close();
  }
  // The rename is not left to a thread: between the question and the answer nobody else may rename.
  if (isWanted()) renameSync(temporary, path);
  else await rm(temporary, { force: true });
}

/** For a process that is ending, where nothing asynchronous comes to its end any more. */
export function writeRunRecordSync(path: string, record: RunRecord): void {
  const temporary = temporaryPath(path);
  const file = openSync(temporary, 'w');
  try {
    writeSync(file, toText(record));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

let written = 0;

/** Its own for each write, so that two at once do not write into one. */
function temporaryPath(path: string): string {
  written += 1;
  return `${path}.${process.pid}-${written}.tmp`;
}

function toText(record: RunRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

type Check = (value: unknown) => boolean;

const isString: Check = value => typeof value === 'string';
const isNullOr =
  (check: Check): Check =>
  value =>
    value === null || check(value);
const isOptional =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
const isEvery =
  (check: Check): Check =>
  value =>
    isObject(value) && Object.values(value).every(check);
const isShape =
  (shape: Readonly<Record<string, Check>>): Check =>
  value =>
    isObject(value) && Object.entries(shape).every(([field, check]) => check(value[field]));

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const states: ReadonlySet<unknown> = new Set<RunState>([
  'starting',
  'running',
  'paused',
  'stopping',
  'done',
  'stopped',
  'failed',
  'lost',
]);

function isState(value: unknown): value is RunState {
  return states.has(value);
}

const requiredFields = ['pid', 'startedAt'] as const;

const fieldChecks: Readonly<Record<Exclude<keyof RunRecord, 'schemaVersion' | 'state'>, Check>> = {
  id: isString,
  name: isString,
  launcher: isString,
  command: value => Array.isArray(value) && value.every(isString),
  script: isNullOr(isString),
  cwd: isString,
  logdir: isNullOr(isString),
  overrides: isShape({
    logdir: isOptional(isString),
    numberOfSteps: isOptional(isNumber),
    saveIntervalSecs: isOptional(isNumber),
    saveSummariesSecs: isOptional(isNumber),
    hparams: isOptional(isEvery(isString)),
    restore: isOptional(isString),
    eager: isOptional(value => typeof value === 'boolean'),
  }),
  hparams: isEvery(
    value => isString(value) || isNumber(value) || value === null || typeof value === 'boolean',
  ),
  restored: isShape({ from: isString, mapping: isNullOr(isString) }),
  gitCommit: isString,
  host: isString,
  pid: isNumber,
  processStartTime: isNullOr(isString),
  control: isString,
  backend: isShape({
    name: isString,
    description: isString,
    libtensorflow: isOptional(isString),
    note: isOptional(isString),
  }),
  mode: isString,
  modeReason: isString,
  startedAt: isNumber,
  endedAt: isNumber,
  startStep: isNumber,
  progress: isShape({
    step: isNumber,
    numberOfSteps: isNullOr(isNumber),
    loss: isNullOr(isNumber),
    stepsPerSec: isNullOr(isNumber),
    secondsLeft: isNullOr(isNumber),
  }),
  exitCode: isNumber,
  failure: isShape({
    message: isString,
    stack: isOptional(isString),
    location: isOptional(isShape({ file: isString, line: isNumber, column: isNumber })),
  }),
};
