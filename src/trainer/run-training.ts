/** The whole life of an attempt, in a process of its own. */

import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, extname } from 'node:path';
import { ensureBackend } from '../backends/ensure-backend.ts';
import { makeFolder } from '../formats/make-folder.ts';
import type { RunFailure, RunRecord } from '../protocol/run.ts';
import { installTrainingHost, type RunOverrides } from '../protocol/training-host.ts';
import { RUN_RECORD_VERSION } from '../protocol/run-record-checks.ts';
import { takeCommands } from '../runs/command-file.ts';
import { newControlAddress } from '../runs/control-address.ts';
import { launchedBy } from '../runs/launchers/launched-by.ts';
import { processStartTime } from '../runs/process-identity.ts';
import { createRunFolder } from '../runs/run-folder.ts';
import { Attempt } from './attempt/attempt.ts';
import { ControlServer, type TrainerControls } from './attempt/control-server.ts';
import { gitCommit } from './attempt/git-commit.ts';
import { loadScript } from './script/load-script.ts';
import { RunEnding } from './run-ending.ts';
import { RunHost } from './run-host.ts';

export interface TrainingRequest {
  /** Absolute path. */
  readonly script: string;
  readonly cwd: string;
  readonly overrides: RunOverrides;
  /** undefined: native where it is installed. */
  readonly backend?: 'native' | 'embedded';
  /** undefined: the log folder's name. */
  readonly name?: string;
  /** undefined: a new one in {@link cwd}. */
  readonly runFolder?: string;
  /** For the record. */
  readonly command: readonly string[];
}

const COMMAND_FILES_MS = 1000;

/**
 * Resolves to the exit code; the caller then ends the process, whatever the script has left open. Rejects when there
 * is nothing to record: the script is missing, or the run folder cannot be written.
 */
export async function runTraining(
  request: TrainingRequest,
  onBegin: (attempt: Attempt) => void,
): Promise<number> {
  await checkScript(request.script);
  const folder = request.runFolder ?? (await createRunFolder(request.cwd));
  await makeFolder(folder);
  const attempt = await Attempt.begin(folder, await newRecord(request, folder), warn);
  onBegin(attempt);

  const host = new RunHost(attempt, request.overrides, request.name !== undefined);
  const ending = new RunEnding(attempt, host, request.script);
  const controls = controlsOf(host, ending);
  const [control] = await Promise.all([listen(attempt, controls), noteGitCommit(attempt, request.cwd)]);
  watchCommandFiles(folder, controls);
  void startScript(request, attempt, host, ending);

  const end = await ending.end;
  if (end.failure !== undefined) say(end.failure);
  host.tellLastStep();
  await attempt.end(end);
  await control?.close();
  return end.exitCode;
}

async function checkScript(script: string): Promise<void> {
  const found = await stat(script).catch(() => undefined);
  if (found === undefined) throw new Error(`There is no script ${script}.`);
  if (!found.isFile()) throw new Error(`${script} is a folder: give the script in it that trains.`);
}

async function newRecord(request: TrainingRequest, folder: string): Promise<RunRecord> {
  const { script, cwd, overrides, command } = request;
  const logdir = overrides.logdir ?? null;
  return {
    schemaVersion: RUN_RECORD_VERSION,
    id: basename(folder),
    name: request.name ?? (logdir === null ? basename(script, extname(script)) : basename(logdir)),
    ...launchedBy(request.runFolder === undefined ? {} : process.env),
    command,
    script,
    cwd,
    logdir,
    overrides,
    hparams: {},
    host: hostname(),
    pid: process.pid,
    processStartTime: (await processStartTime(process.pid)) ?? null,
    state: 'starting',
    startedAt: Date.now(),
  };
}

function controlsOf(host: RunHost, ending: RunEnding): TrainerControls {
  return {
    stop: () => {
      ending.stop();
    },
    pause: () => {
      host.pause();
    },
    resume: () => {
      host.resume();
    },
    save: () => host.save(),
  };
}

/** A run that nobody can talk to still trains: its files, its signals and the command files are left. */
async function listen(attempt: Attempt, controls: TrainerControls): Promise<ControlServer | undefined> {
  try {
    const address = await newControlAddress();
    const server = await ControlServer.listen(address, attempt, controls);
    attempt.update({ control: address });
    return server;
  } catch (error) {
    warn(`No control socket: ${(error as Error).message}`);
    return undefined;
  }
}

async function noteGitCommit(attempt: Attempt, cwd: string): Promise<void> {
  const commit = await gitCommit(cwd);
  if (commit !== undefined) attempt.update({ gitCommit: commit });
}

function watchCommandFiles(folder: string, controls: TrainerControls): void {
  const obey = async (): Promise<void> => {
    for (const command of await takeCommands(folder)) {
      try {
        await controls[command]();
      } catch (error) {
        warn(`${command}: ${(error as Error).message}`);
      }
    }
  };
  setInterval(() => void obey(), COMMAND_FILES_MS).unref();
}

async function startScript(
  request: TrainingRequest,
  attempt: Attempt,
  host: RunHost,
  ending: RunEnding,
): Promise<void> {
  try {
    await chooseBackend(request, attempt, host);
  } catch (error) {
    ending.fail({ message: (error as Error).message });
    return;
  }
  installTrainingHost(host);
  process.argv.splice(1, process.argv.length, request.script);
  try {
    await loadScript(request.script);
    ending.scriptLoaded();
  } catch (error) {
    ending.scriptFailed(error);
  }
}

async function chooseBackend(request: TrainingRequest, attempt: Attempt, host: RunHost): Promise<void> {
  const backend = await ensureBackend({
    ...(request.backend === undefined ? {} : { prefer: request.backend }),
    searchFrom: [dirname(request.script), request.cwd],
  });
  attempt.update({ backend });
  const note = backend.note === undefined ? '' : `. ${backend.note}.`;
  host.log(`Backend: ${backend.description}${note}`);
}

/** The stack begins with the error's own message, but not with what was added to it. */
function say({ message, stack = message }: RunFailure): void {
  const text = stack.includes(message) ? stack : `${message}\n${stack}`;
  process.stderr.write(`Training failed: ${text.trimEnd()}\n`);
}

function warn(message: string): void {
  process.stderr.write(`${message}\n`);
}
