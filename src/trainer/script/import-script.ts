import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ImportScript } from '../../protocol/script-thread.ts';
import { findSyntaxError } from './find-syntax-error.ts';
import { installModuleHooks } from './install-module-hooks.ts';
import type { LoadedFiles } from './loaded-files.ts';
import type { ModuleTable } from './module-resolution.ts';
import { registerHooks } from './sync-module-hooks.ts';

export interface PreparedImports {
  readonly importScript: ImportScript;
  readonly loadedFiles: LoadedFiles;
}

/**
 * Lets this thread import training scripts and their modules, with stack traces that speak of the files that the user
 * wrote. The function that imports throws what the module throws; ScriptSyntaxError, with its place, where it or one of
 * its modules does not parse.
 */
export function prepareImports(table: ModuleTable): PreparedImports {
  const loadedFiles = installModuleHooks(table);
  showSourcePositions();
  const importScript: ImportScript = async url => {
    try {
      if (registerHooks === undefined) await importLibrary(fileURLToPath(url));
      return (await import(url)) as unknown;
    } catch (error) {
      throw error instanceof SyntaxError ? await findSyntaxError(error, loadedFiles()) : error;
    }
  };
  return { importScript, loadedFiles };
}

/**
 * A CommonJS script requires the library, which is an ES module. Node can do that, but where hooks have a thread of
 * their own, what a required module imports passes them by. One that is loaded already is simply taken.
 */
async function importLibrary(script: string): Promise<void> {
  await import(pathToFileURL(nodeModule.createRequire(script).resolve('slim-training')).href);
}

/** Packages are left out: TensorFlow.js's maps take long to read. */
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
