/** Loads a training script, TypeScript or JavaScript, ESM or CommonJS, with nothing to set up for whoever wrote it. */

import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureCompute } from '../backends/ensure-backend.ts';
import { findSyntaxError } from './find-syntax-error.ts';
import { installModuleHooks } from './install-module-hooks.ts';
import { moduleTable } from './module-table.ts';
import { registerHooks } from './sync-module-hooks.ts';

/**
 * Runs the script's top level to its end.
 *
 * @param script absolute path
 * @throws what the script throws; ScriptSyntaxError, with its place, where it or one of its modules does not parse
 */
export async function loadScript(script: string): Promise<void> {
  if (!existsSync(script)) throw new ScriptMissingError(script);
  const compute = await ensureCompute({ searchFrom: [dirname(script), process.cwd()] });
  const loadedFiles = installModuleHooks(moduleTable(compute));
  showSourcePositions();
  try {
    if (registerHooks === undefined) await loadLibrary(script);
    await import(pathToFileURL(script).href);
  } catch (error) {
    throw error instanceof SyntaxError ? await findSyntaxError(error, loadedFiles()) : error;
  }
}

/**
 * A CommonJS script requires the library, which is an ES module. Node can do that, but where hooks have a thread of
 * their own, what a required module imports passes them by. One that is loaded already is simply taken.
 */
async function loadLibrary(script: string): Promise<void> {
  await import(pathToFileURL(nodeModule.createRequire(script).resolve('slim-training')).href);
}

export class ScriptMissingError extends Error {
  override readonly name = 'ScriptMissingError';

  constructor(script: string) {
    super(`There is no file ${script}. Check the path: it is relative to ${process.cwd()}`);
  }
}

/** Stack traces speak of the file that the user wrote. Packages are left out: TensorFlow.js's maps take long to read. */
function showSourcePositions(): void {
  const { setSourceMapsSupport } = nodeModule as {
    /** Node >= 22.14 has it; the typings are of Node 20. */
    setSourceMapsSupport?: (
      enabled: boolean,
      options: { nodeModules: boolean; generatedCode: boolean },
    ) => void;
  };
  if (setSourceMapsSupport === undefined) process.setSourceMapsEnabled(true);
  else setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
}
