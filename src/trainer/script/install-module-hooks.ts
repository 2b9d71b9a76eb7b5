import type { LoadedFiles } from './loaded-files.ts';
import { installInLoaderThread } from './loader-thread.ts';
import type { ModuleTable } from './module-resolution.ts';
import { patchRequire } from './require-patch.ts';
import { installSyncHooks, registerHooks } from './sync-module-hooks.ts';

/**
 * Lets this process load training scripts: TypeScript, and the specifiers of `table`. On Nodes that have it,
 * `registerHooks` serves import and require alike; on others, import has a thread of its own and require is patched.
 */
export function installModuleHooks(table: ModuleTable): LoadedFiles {
  if (registerHooks !== undefined) return installSyncHooks(registerHooks, table);
  const required = patchRequire(table);
  const imported = installInLoaderThread(table);
  return () => [...required(), ...imported()];
}
