/** Runs a training script up to where it would begin to train, to ask for its variables. */

import { stat } from 'node:fs/promises';
import { basename, dirname, resolve as resolvePath } from 'node:path';
import { ensureBackend } from '../../backends/ensure-backend.ts';
import type { InspectedModel, InspectedScript } from '../../protocol/model-variable.ts';
import {
  installTrainingHost,
  TRAINING_HOST_VERSION,
  type TrainingHost,
} from '../../protocol/training-host.ts';
import { prepareScript } from './load-script.ts';
import { describeScriptError } from './script-error.ts';
import { watchIdle } from './script-idle.ts';

export interface InspectRequest {
  /** Absolute path. */
  readonly script: string;
  readonly cwd: string;
  readonly hparams?: Readonly<Record<string, string>>;
  /** undefined: native where it is installed. */
  readonly backend?: 'native' | 'embedded';
}

/** What waits for its data does something now and then. */
const IDLE_MS = 30_000;

/**
 * What the script would train, and into which log folder. No step is trained and no file written, except by the
 * script itself; what it says on stdout goes to stderr. Once in a process: what the script has begun goes on, so the
 * caller is to end the process.
 *
 * @throws Error, one message for people, when the script fails or does not come to `train`
 */
export async function inspectScript(request: InspectRequest): Promise<InspectedScript> {
  const { script } = request;
  const found = await stat(script).catch(() => undefined);
  if (found === undefined) throw new Error(`There is no script ${script}.`);
  if (!found.isFile()) throw new Error(`${script} is a folder: give the script in it that trains.`);
  await ensureBackend({
    ...(request.backend === undefined ? {} : { prefer: request.backend }),
    searchFrom: [dirname(script), request.cwd],
  });
  const restoreStdout = stdoutToStderr();
  try {
    const prepared = await prepareScript(script);
    const model = await runToTrain(request, prepared.load);
    return { ...model, files: [...new Set(prepared.loadedFiles())] };
  } finally {
    restoreStdout();
  }
}

function runToTrain({ script, hparams }: InspectRequest, load: () => Promise<void>): Promise<InspectedModel> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => {
      process.stderr.write(`slim-train: ${withoutTraining(script)}\n`);
      process.exitCode = 1;
    };
    const fail = (message: string): void => {
      process.off('exit', onExit);
      reject(new Error(message));
    };
    const scriptFailed = (error: unknown): void => {
      fail(failureText(error, script));
    };
    const endedWithoutTraining = (): void => {
      fail(withoutTraining(script));
    };
    process.once('exit', onExit);
    process.setUncaughtExceptionCaptureCallback(scriptFailed);
    process.on('unhandledRejection', scriptFailed);
    process.on('beforeExit', endedWithoutTraining);
    installTrainingHost(
      inspectingHost(hparams ?? {}, model => {
        process.off('exit', onExit);
        resolve(model);
      }),
    );
    process.argv.splice(1, process.argv.length, script);
    load().then(() => watchIdle(() => IDLE_MS, endedWithoutTraining), scriptFailed);
  });
}

function inspectingHost(
  hparams: Readonly<Record<string, string>>,
  inspected: (model: InspectedModel) => void,
): TrainingHost {
  const ignore = (): void => undefined;
  return {
    version: TRAINING_HOST_VERSION,
    overrides: { hparams },
    inspect: ({ variables, logdir }) => {
      inspected({ variables, logdir: logdir === null ? null : resolvePath(logdir) });
      return new Promise<never>(ignore);
    },
    onHparams: ignore,
    onTrainBegin: ignore,
    onStep: ignore,
    onTrainEnd: ignore,
    log: line => {
      process.stderr.write(`${line}\n`);
    },
    takeCommand: () => undefined,
    commandArrived: () => new Promise(ignore),
  };
}

function failureText(error: unknown, script: string): string {
  const { message, stack = message } = describeScriptError(error, script);
  const text = stack.includes(message) ? stack : `${message}\n${stack}`;
  return `The model of ${basename(script)} cannot be inspected: ${text.trimEnd()}`;
}

function withoutTraining(script: string): string {
  return (
    `${basename(script)} ended without training, so it has no model to inspect. ` +
    'Call `await slim.learning.train(trainOp, logdir)` in it, and await the function that it is called from.'
  );
}

/** What asks for the variables reads stdout. Returns how to end it. */
function stdoutToStderr(): () => void {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  return () => {
    process.stdout.write = write;
  };
}
