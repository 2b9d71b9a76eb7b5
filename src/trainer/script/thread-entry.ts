import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** URL of the trainer's code for a thread: a bundle beside the bundles; the source from sources, which whoever loads this file can load as well. */
export function threadEntry(name: string): string {
  const bundle = join(import.meta.dirname, `${name}.js`);
  return pathToFileURL(existsSync(bundle) ? bundle : join(import.meta.dirname, `${name}.ts`)).href;
}
