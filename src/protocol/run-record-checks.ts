/** What a record has to be, and what else a trainer tells: the same from `run.json` and from the control socket. */

import {
  isAnything,
  isFinite,
  isListOf,
  isNullOr,
  isOneOf,
  isOptional,
  isRecordOf,
  isShape,
  isBoolean,
  isString,
  isEither,
  type Check,
  type FieldChecks,
} from './checks.ts';
import { overrideChecks } from './run-overrides.ts';
import type { BackendInfo, RunFailure, RunOrigin, RunProgress, RunRecord } from './run.ts';

/** Raised when a field changes its meaning or a reader cannot do without a new one. */
export const RUN_RECORD_VERSION = 1;

export const isRunProgress = isShape<RunProgress>({
  step: isFinite,
  numberOfSteps: isNullOr(isFinite),
  loss: isNullOr(isFinite),
  stepsPerSec: isNullOr(isFinite),
  secondsLeft: isNullOr(isFinite),
});

const isOrigin = isShape<RunOrigin>({ from: isString, mapping: isNullOr(isString) });

const isBackend = isShape<BackendInfo>({
  name: isOneOf('native', 'embedded'),
  description: isString,
  libtensorflow: isOptional(isString),
  note: isOptional(isString),
});

type Location = NonNullable<RunFailure['location']>;

const isLocation = isShape<Location>({ file: isString, line: isFinite, column: isFinite });

const isFailure = isShape<RunFailure>({
  message: isString,
  stack: isOptional(isString),
  location: isOptional(isLocation),
});

const isHparam: Check<string | number | boolean | null> = isNullOr(
  isEither(isString, isEither(isFinite, isBoolean)),
);

/** Of the record of this version: `schemaVersion` is looked at before, as it says what the others are. */
export const runRecordChecks: FieldChecks<Omit<RunRecord, 'schemaVersion'>> = {
  id: isString,
  name: isString,
  launcher: isString,
  launched: isAnything,
  command: isListOf(isString, Number.POSITIVE_INFINITY),
  script: isNullOr(isString),
  cwd: isString,
  logdir: isNullOr(isString),
  overrides: isShape(overrideChecks),
  hparams: isRecordOf(isHparam),
  restored: isOptional(isOrigin),
  gitCommit: isOptional(isString),
  host: isOptional(isString),
  pid: isOptional(isFinite),
  processStartTime: isOptional(isNullOr(isString)),
  control: isOptional(isString),
  backend: isOptional(isBackend),
  mode: isOptional(isOneOf('eager', 'graph')),
  modeReason: isOptional(isString),
  state: isOneOf('starting', 'running', 'paused', 'stopping', 'done', 'stopped', 'failed', 'lost'),
  startedAt: isFinite,
  endedAt: isOptional(isFinite),
  startStep: isOptional(isFinite),
  progress: isOptional(isRunProgress),
  exitCode: isOptional(isFinite),
  failure: isOptional(isFailure),
};
