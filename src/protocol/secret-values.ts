/** Values that no record keeps: passwords and keys that a script or a program was given by names that tell. */

import type { RunRecord } from './run.ts';

/** What stands for such a value. */
export const HIDDEN = '(hidden)';

type WithValues = Partial<Pick<RunRecord, 'command' | 'hparams' | 'overrides'>>;

/** The record without them. What has none is the same. */
export function withoutSecrets<R extends WithValues>(record: R): R {
  const { command, hparams, overrides } = record;
  return {
    ...record,
    ...(command === undefined ? {} : { command: hideInArguments(command) }),
    ...(hparams === undefined ? {} : { hparams: hideInValues(hparams) }),
    ...(overrides?.hparams === undefined
      ? {}
      : { overrides: { ...overrides, hparams: hideInValues(overrides.hparams) } }),
  };
}

/** `apiKey`, `HF_TOKEN`, `db.password`; not `keyDim`, `maxTokens`, `padToken`. */
export function isSecretName(name: string): boolean {
  const words = (name.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+/g) ?? []).map(word =>
    word.toLowerCase(),
  );
  const [before, last = ''] = words.length > 1 ? words.slice(-2) : [undefined, words[0]];
  if (last === 'token') return before === undefined || !VOCABULARY.has(before);
  if (last === 'key') return before === undefined || KEYS.has(before);
  return SECRETS.has(last);
}

const SECRETS: ReadonlySet<string> = new Set([
  ...['password', 'passwd', 'passphrase', 'pwd', 'secret', 'secrets', 'credential', 'credentials'],
  ...['apikey', 'apitoken', 'authtoken', 'accesskey', 'accesstoken', 'authorization', 'bearer'],
]);

/** Tokens that are words of a text. */
const VOCABULARY: ReadonlySet<string> = new Set([
  ...['pad', 'padding', 'mask', 'unk', 'unknown', 'oov', 'bos', 'eos', 'cls', 'sep', 'start', 'begin'],
  ...['stop', 'end', 'go', 'special', 'class', 'image', 'blank', 'per', 'word', 'next', 'first', 'last'],
]);

/** Keys that are not names of columns: whose they are, or what they are for. */
const KEYS: ReadonlySet<string> = new Set([
  ...['api', 'access', 'secret', 'private', 'auth', 'account', 'service', 'client', 'license', 'storage'],
  ...['encryption', 'signing', 'ssh', 'hf', 'wandb', 'comet', 'neptune', 'openai', 'aws', 'azure', 'gcp'],
]);

function hideInValues<V>(values: Readonly<Record<string, V>>): Readonly<Record<string, V | string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' && value !== '' && isSecretName(name) ? HIDDEN : value,
    ]),
  );
}

/** `--api-key=VALUE`, `--api-key VALUE`, `API_KEY=VALUE`, `--hparam=apiKey=VALUE`. */
function hideInArguments(command: readonly string[]): readonly string[] {
  return command.map((argument, index) => {
    const [, name = '', assigned = ''] = /^((?:--hparam=)?-{0,2}[\w.-]+)=(.+)$/s.exec(argument) ?? [];
    if (assigned !== '' && isSecretName(name)) return `${name}=${HIDDEN}`;
    const option = index === 0 ? undefined : /^--?[\w.-]+$/.exec(command[index - 1] ?? '')?.[0];
    const isValue = option !== undefined && !argument.startsWith('-') && isSecretName(option);
    return isValue ? HIDDEN : argument;
  });
}
