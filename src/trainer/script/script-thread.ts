/** What a thread of a script begins with: its modules load as the script's do. */

import { workerData } from 'node:worker_threads';
import { installImportScript, type ScriptThreadData } from '../../protocol/script-thread.ts';
import { prepareImports } from './import-script.ts';
import type { ModuleTable } from './module-resolution.ts';

const { modules, entry } = workerData as ScriptThreadData;
installImportScript(prepareImports(modules as ModuleTable).importScript);
await import(entry);
