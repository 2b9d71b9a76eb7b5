/** Options that more than one command takes. */

import { UsageError } from './usage-error.ts';

export function parseBackend(text: string | undefined): 'native' | 'embedded' | undefined {
  if (text === undefined || text === 'native' || text === 'embedded') return text;
  throw new UsageError(`--backend is native or embedded, not '${text}'.`);
}
