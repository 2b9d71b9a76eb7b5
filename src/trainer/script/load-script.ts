/** Loads a training script, TypeScript or JavaScript, ESM or CommonJS, with nothing to set up for whoever wrote it. */

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureCompute } from '../../backends/ensure-backend.ts';
import { installScriptThread } from '../../protocol/script-thread.ts';
import { prepareImports } from './import-script.ts';
import type { LoadedFiles } from './loaded-files.ts';
import { isOwnFile } from './module-resolution.ts';
import { moduleTable } from './module-table.ts';
import { threadEntry } from './thread-entry.ts';

/**
 * Runs the script's top level to its end.
 *
 * @param script absolute path
 * @throws what the script throws; ScriptSyntaxError, with its place, where it or one of its modules does not parse
 */
export async function loadScript(script: string): Promise<void> {
  const { load } = await prepareScript(script);
  await load();
}

export interface PreparedScript {
  /** The user's files that have been loaded so far; packages are none of them. */
  readonly loadedFiles: LoadedFiles;
  /** Runs its top level to the end. @throws as {@link loadScript} */
  readonly load: () => Promise<void>;
}

/** @param script absolute path */
export async function prepareScript(script: string): Promise<PreparedScript> {
  if (!existsSync(script)) throw new ScriptMissingError(script);
  const compute = await ensureCompute({ searchFrom: [dirname(script), process.cwd()] });
  const modules = moduleTable(compute);
  const { importScript, loadedFiles } = prepareImports(modules);
  installScriptThread({ preparation: threadEntry('script-thread'), modules });
  return {
    loadedFiles: () => loadedFiles().filter(isOwnFile),
    load: async () => {
      await importScript(pathToFileURL(script).href);
    },
  };
}

class ScriptMissingError extends Error {
  override readonly name = 'ScriptMissingError';

  constructor(script: string) {
    super(`There is no file ${script}. Check the path: it is relative to ${process.cwd()}`);
  }
}
