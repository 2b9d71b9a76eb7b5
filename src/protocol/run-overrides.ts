/** All that whoever starts a run can set. The command line, launchers and the check of a record read this one table. */

import {
  isBetween,
  isBoolean,
  isCount,
  isOptional,
  isRecordOf,
  isText,
  type Check,
  type FieldChecks,
} from './checks.ts';
import type { RunOverrides } from './training-host.ts';

/** One kind of value: what it has to be, and how it stands on a command line. */
interface ValueKind<T> {
  /** In the help, after the option; null: the option is there or not, and takes no value. */
  readonly takes: string | null;
  /** In an error: what the option needs. */
  readonly needs: string;
  readonly check: Check<T>;
  /** @param before what an earlier one of the same option gave. undefined: the text is no such value */
  readonly read: (text: string, toAbsolute: ToAbsolute, before: T | undefined) => T | undefined;
  /** The text of each option that says it; '' of one that takes no value. */
  readonly write: (value: T) => readonly string[];
}

/** A path as whoever typed it meant it. */
type ToAbsolute = (path: string) => string;

interface Override<T> extends ValueKind<T> {
  /** Without its dashes. */
  readonly option: string;
  readonly help: string;
}

const filled: Check<string> = (value): value is string => isText(value) && value.trim() !== '';

const path: ValueKind<string> = {
  takes: 'FILE',
  needs: 'a value',
  check: filled,
  read: (text, toAbsolute) => (filled(text) ? toAbsolute(text) : undefined),
  write: value => [value],
};

function number(check: Check<number>, takes: string, needs: string): ValueKind<number> {
  return {
    takes,
    needs,
    check,
    read: text => {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      return check(value) ? value : undefined;
    },
    write: value => [String(value)],
  };
}

const count = number(
  (value): value is number => isCount(value) && value >= 1,
  'N',
  'a whole number of at least 1',
);

const seconds = number(isBetween(0, Number.MAX_VALUE), 'S', 'a number of at least 0');

const flag: ValueKind<boolean> = {
  takes: null,
  needs: 'no value',
  check: isBoolean,
  read: text => (text === '' ? true : undefined),
  write: value => (value ? [''] : []),
};

const assignments: ValueKind<Readonly<Record<string, string>>> = {
  takes: 'NAME=VALUE',
  needs: 'NAME=VALUE',
  check: isRecordOf(isText),
  read: (text, _, before) => {
    const equals = text.indexOf('=');
    return equals < 1 ? undefined : { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
  },
  write: values => Object.entries(values).map(([name, value]) => `${name}=${value}`),
};

type Given = Required<RunOverrides>;

/** In the order of the help. */
export const runOverrides: { readonly [F in keyof Given]: Override<Given[F]> } = {
  logdir: { ...path, option: 'logdir', takes: 'DIR', help: 'log folder: event files and checkpoints' },
  numberOfSteps: { ...count, option: 'steps', help: 'train up to this global step' },
  saveIntervalSecs: {
    ...seconds,
    option: 'save-interval-secs',
    help: 'seconds between checkpoints; 0: only the last',
  },
  saveSummariesSecs: {
    ...seconds,
    option: 'save-summaries-secs',
    help: 'seconds between summaries; 0: none',
  },
  hparams: {
    ...assignments,
    option: 'hparam',
    help: 'a hyperparameter that the script gives to slim.hparams; may be repeated',
  },
  restore: {
    ...path,
    option: 'restore',
    help: "begin with a checkpoint's values, as this restore mapping (NAME.restore.json) says",
  },
  eager: { ...flag, option: 'eager', help: 'run each step operation by operation, never as a graph' },
};

export type OverrideField = keyof Given;

export const overrideFields = Object.keys(runOverrides) as readonly OverrideField[];

/** The check of a record's. */
export const overrideChecks = Object.fromEntries(
  overrideFields.map(field => [field, checkOf(field)]),
) as FieldChecks<RunOverrides>;

function checkOf<F extends OverrideField>(field: F): Check<Given[F] | undefined> {
  const { check }: Override<Given[F]> = runOverrides[field];
  return isOptional(check);
}

/**
 * One override from the texts of its options, the last of which counts; undefined: there are none.
 *
 * @throws Error that says what the option needs
 */
export function readOverride<F extends OverrideField>(
  field: F,
  texts: readonly string[],
  toAbsolute: ToAbsolute,
): Given[F] | undefined {
  const { option, needs, read }: Override<Given[F]> = runOverrides[field];
  let value: Given[F] | undefined;
  for (const text of texts) {
    value = read(text, toAbsolute, value);
    if (value === undefined) throw new Error(`--${option} needs ${needs}, not '${text}'.`);
  }
  return value;
}

/** The options that say them, one argument each, so that a value that begins with a dash stays a value. */
export function overrideArguments(overrides: RunOverrides): string[] {
  return overrideFields.flatMap(field => argumentsOf(field, overrides[field]));
}

function argumentsOf<F extends OverrideField>(field: F, value: Given[F] | undefined): string[] {
  if (value === undefined) return [];
  const { option, takes, write }: Override<Given[F]> = runOverrides[field];
  return write(value).map(text => (takes === null ? `--${option}` : `--${option}=${text}`));
}
