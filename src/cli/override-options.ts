/** The overrides of a run as options of a command. */

import { resolve } from 'node:path';
import { messageOf } from '../protocol/error-message.ts';
import { overrideFields, readOverride, runOverrides, type OverrideField } from '../protocol/run-overrides.ts';
import type { RunOverrides } from '../protocol/training-host.ts';
import type { OptionKinds } from './command-line.ts';
import { UsageError } from './usage-error.ts';

/** For `parseCommandLine`. */
export function overrideOptions(fields: readonly OverrideField[] = overrideFields): OptionKinds {
  return Object.fromEntries(
    fields.map(field => {
      const { option, takes } = runOverrides[field];
      return [option, takes === null ? { type: 'boolean' } : { type: 'string', multiple: true }];
    }),
  );
}

/** Their lines in a command's help. */
export function overridesHelp(fields: readonly OverrideField[] = overrideFields): string {
  return fields
    .map(field => {
      const { option, takes, help } = runOverrides[field];
      return `  ${`--${option} ${takes ?? ''}`.padEnd(28)}${help}\n`;
    })
    .join('');
}

/** Those that a command line gives. Paths are relative to the folder that the command runs in. Throws {@link UsageError}. */
export function overridesOf(values: Readonly<Record<string, unknown>>): RunOverrides {
  const given = overrideFields.map(field => [field, overrideOf(field, values)] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

/** Throws {@link UsageError}. */
export function overrideOf<F extends OverrideField>(
  field: F,
  values: Readonly<Record<string, unknown>>,
): Required<RunOverrides>[F] | undefined {
  const given = values[runOverrides[field].option];
  const texts = given === true ? [''] : Array.isArray(given) ? (given as string[]) : [];
  try {
    return readOverride(field, texts, path => resolve(path));
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}
