/** Options and arguments of one command, with errors that say which and what instead. */

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usage-error.ts';

export type OptionKinds = NonNullable<ParseArgsConfig['options']>;

/** As `parseArgs`, strict. Throws {@link UsageError}. */
export function parseCommandLine<O extends OptionKinds>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError(error as NodeJS.ErrnoException, options);
  }
}

function usageError(error: NodeJS.ErrnoException, options: OptionKinds): UsageError {
  const option = /'(?:-\w, )?(--?[^'= ]+)/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION': {
      const known = Object.keys(options).map(name => `--${name}`);
      return new UsageError(`There is no option ${option}. There are: ${known.join(', ')}.`);
    }
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      return options[option.replace(/^-+/, '')]?.type === 'boolean'
        ? new UsageError(`${option} takes no value.`)
        : new UsageError(`${option} needs a value: ${option}=VALUE.`);
    default:
      return new UsageError(error.message);
  }
}
