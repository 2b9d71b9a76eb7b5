/** The whole life of an attempt, in a process of its own, whatever it is that the attempt runs. */

import { hostname } from 'node:os';
import { basename } from 'node:path';
import { makeFolder } from '../../formats/make-folder.ts';
import { messageOf } from '../../protocol/error-message.ts';
import type { RunFailure, RunRecord } from '../../protocol/run.ts';
import { RUN_RECORD_VERSION } from '../../protocol/run-record-checks.ts';
import { takeCommands } from '../../runs/command-file.ts';
import { newControlAddress } from '../../runs/control-address.ts';
import { launchedBy } from '../../runs/launchers/launched-by.ts';
import { processStartTime } from '../../runs/process-identity.ts';
import { createRunFolder } from '../../runs/run-folder.ts';
import { AttemptEnding } from './attempt-ending.ts';
import { Attempt } from './attempt.ts';
import { ControlServer } from './control-server.ts';
import { gitCommit } from './git-commit.ts';
import type { Workload } from './workload.ts';

/** What the record says of one kind of run only. */
type OwnRecord = Pick<RunRecord, 'name' | 'command' | 'script' | 'cwd' | 'logdir' | 'overrides'>;

/** How to keep it, besides what is run. */
export interface Keeping {
  /** undefined: a new one in the folder that it is started from. */
  readonly runFolder?: string;
  /** The record is on the disk. */
  readonly onBegin: (attempt: Attempt) => void;
}

const COMMAND_FILES_MS = 1000;

/**
 * Resolves to the exit code; the caller then ends the process, whatever was left open. Rejects when the run folder
 * cannot be written: then there is nothing to record.
 */
export async function keepAttempt(
  own: OwnRecord,
  { runFolder, onBegin }: Keeping,
  open: (attempt: Attempt, ending: AttemptEnding) => Workload,
): Promise<number> {
  const folder = runFolder ?? (await createRunFolder(own.cwd));
  await makeFolder(folder);
  const record = await newRecord(own, folder, runFolder !== undefined);
  const attempt = await Attempt.begin(folder, record, warn);
  onBegin(attempt);

  const ending = new AttemptEnding();
  const workload = open(attempt, ending);
  ending.takeSignals(workload);
  const [control] = await Promise.all([listen(attempt, workload), noteGitCommit(attempt, own.cwd)]);
  watchCommandFiles(folder, workload);
  workload.start();

  const end = await ending.end;
  if (end.failure !== undefined) say(end.failure);
  workload.tellLast();
  await attempt.end(end);
  await control?.close();
  return end.exitCode;
}

async function newRecord(own: OwnRecord, folder: string, wasLaunched: boolean): Promise<RunRecord> {
  return {
    schemaVersion: RUN_RECORD_VERSION,
    id: basename(folder),
    ...launchedBy(wasLaunched ? process.env : {}),
    ...own,
    hparams: {},
    host: hostname(),
    pid: process.pid,
    processStartTime: (await processStartTime(process.pid)) ?? null,
    state: 'starting',
    startedAt: Date.now(),
  };
}

/** A run that nobody can talk to still runs: its files, its signals and the command files are left. */
async function listen(attempt: Attempt, workload: Workload): Promise<ControlServer | undefined> {
  try {
    const address = await newControlAddress();
    const server = await ControlServer.listen(address, attempt, workload);
    attempt.update({ control: address });
    return server;
  } catch (error) {
    warn(`No control socket: ${messageOf(error)}`);
    return undefined;
  }
}

async function noteGitCommit(attempt: Attempt, cwd: string): Promise<void> {
  const commit = await gitCommit(cwd);
  if (commit !== undefined) attempt.update({ gitCommit: commit });
}

function watchCommandFiles(folder: string, workload: Workload): void {
  const obey = async (): Promise<void> => {
    for (const command of await takeCommands(folder)) {
      try {
        await workload[command]();
      } catch (error) {
        warn(`${command}: ${messageOf(error)}`);
      }
    }
  };
  setInterval(() => void obey(), COMMAND_FILES_MS).unref();
}

/** The stack begins with the error's own message, but not with what was added to it. */
function say({ message, stack = message }: RunFailure): void {
  const text = stack.includes(message) ? stack : `${message}\n${stack}`;
  process.stderr.write(`Training failed: ${text.trimEnd()}\n`);
}

function warn(message: string): void {
  process.stderr.write(`${message}\n`);
}
