import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * URL of a thread's code: beside the bundles the bundle of that name; from sources the source, which whoever loads this
 * file can load as well.
 *
 * @param source its path in this folder, without its extension.
 */
export function workerEntry(bundle: string, source: string): URL {
  const file = join(import.meta.dirname, `${bundle}.js`);
  return pathToFileURL(existsSync(file) ? file : join(import.meta.dirname, `${source}.ts`));
}
