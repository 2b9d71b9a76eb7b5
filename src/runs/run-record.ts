/** `run.json` on disk: written so that a reader never sees half of it, read so that nothing in it can surprise. */

import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { readSmallFile } from '../formats/small-file.ts';
import { isFinite, isObject } from '../protocol/checks.ts';
import { messageOf } from '../protocol/error-message.ts';
import type { RunRecord, RunState } from '../protocol/run.ts';
import { RUN_RECORD_VERSION, runRecordChecks } from '../protocol/run-record-checks.ts';
import { rootOf } from './run-folder.ts';

export type RunRecordReading =
  /** `note` says what to know of a record that a newer version wrote. */
  { readonly record: RunRecord; readonly note?: string } | { readonly problem: string };

/** Never throws: what is wrong with the file is the answer. */
export async function readRunRecord(path: string): Promise<RunRecordReading> {
  let text: string;
  try {
    text = await readSmallFile(path, MAX_RECORD_BYTES, 'refused');
  } catch (error) {
    return { problem: `${path} cannot be read: ${messageOf(error)}` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `${path} is not JSON (${messageOf(error)}). ${FORGET}` };
  }
  return parseRunRecord(value, { name: path, folder: dirname(path), advice: FORGET });
}

/** A record that the run itself sent. Never throws: what is wrong with it is the answer. */
export function checkSentRecord(value: unknown, folder: string): RunRecordReading {
  const name = `The record that the run in ${folder} sent`;
  return parseRunRecord(value, { name, folder, advice: 'Its run.json is read instead.' });
}

/** Room for the longest command line that systems take, 2 MB, as JSON. */
export const MAX_RECORD_BYTES = 1 << 22;

/** Hyperparameters and arguments are nobody else's business. */
const OWNER_ONLY = 0o600;

const FORGET = 'Delete its folder to forget the run.';

interface Source {
  /** What a problem's sentence begins with. */
  readonly name: string;
  /** The run folder. */
  readonly folder: string;
  readonly advice: string;
}

function parseRunRecord(value: unknown, { name, folder, advice }: Source): RunRecordReading {
  const version = isObject(value) ? value['schemaVersion'] : undefined;
  if (!isObject(value) || !isFinite(version))
    return { problem: `${name} is not a run record: it has no schemaVersion. ${advice}` };
  const there = Object.entries(runRecordChecks).filter(([field]) => value[field] !== undefined);
  const known = there.filter(([field, check]) => check(value[field]));
  const fields = Object.fromEntries(known.map(([field]) => [field, value[field]]));
  const isMissing = (field: string): boolean => fields[field] === undefined;
  if (version > RUN_RECORD_VERSION) {
    const newer = `written by a newer Slim Training (schema version ${version}): update this one to see all of it`;
    const missing = requiredFields.filter(isMissing);
    if (missing.length > 0)
      return { problem: `${name} was ${newer}. It has no ${missing.join(', ')} known here.` };
    return { record: complete(fields, folder), note: `The run record was ${newer}.` };
  }
  const wrong = there.map(([field]) => field).filter(isMissing);
  const damaged = new Set([...[...requiredFields, 'state'].filter(isMissing), ...wrong]);
  if (damaged.size > 0) return { problem: `${name} is damaged: ${[...damaged].join(', ')}. ${advice}` };
  return { record: complete(fields, folder) };
}

/** What nothing can stand for, of whatever version the record is. */
const requiredFields: readonly string[] = ['startedAt'] satisfies (keyof RunRecord)[];

/** Fields that a record may lack get the value that says nothing. */
function complete(fields: Readonly<Record<string, unknown>>, folder: string): RunRecord {
  const id = basename(folder);
  const state: RunState = fields['endedAt'] === undefined ? 'running' : 'done';
  const record = {
    id,
    name: id,
    launcher: 'local',
    command: [],
    script: null,
    cwd: rootOf(folder),
    logdir: null,
    overrides: {},
    hparams: {},
    state,
    ...fields,
    schemaVersion: RUN_RECORD_VERSION,
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
  const file = await open(temporary, 'w', OWNER_ONLY);
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
  const file = openSync(temporary, 'w', OWNER_ONLY);
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
