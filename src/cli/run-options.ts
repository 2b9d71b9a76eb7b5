/** Options that more than one command takes. */

import { UsageError } from './usage-error.ts';

/** Each `NAME=VALUE`. */
export function parseHparams(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map(parseHparam));
}

function parseHparam(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--hparam needs NAME=VALUE, not '${text}'.`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}

export function parseBackend(text: string | undefined): 'native' | 'embedded' | undefined {
  if (text === undefined || text === 'native' || text === 'embedded') return text;
  throw new UsageError(`--backend is native or embedded, not '${text}'.`);
}

export function nonEmpty(name: string, text: string): string {
  if (text.trim() === '') throw new UsageError(`--${name} needs a value.`);
  return text;
}
