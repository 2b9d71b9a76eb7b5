import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { LoadedFiles } from './install-module-hooks.ts';
import type { LoaderThreadData } from './module-hooks.ts';
import type { ModuleTable } from './module-resolution.ts';

/** Hooks for `import` on Nodes without `registerHooks`: they run in a thread of their own. */
export function installInLoaderThread(table: ModuleTable): LoadedFiles {
  const { port1, port2 } = new MessageChannel();
  const data: LoaderThreadData = { table, loaded: port2 };
  register(hooksEntry(), { parentURL: import.meta.url, data, transferList: [port2] });
  port1.unref();
  const loaded: string[] = [];
  return () => {
    for (let next = takeMessage(port1); next !== undefined; next = takeMessage(port1)) loaded.push(next);
    return loaded;
  };
}

/** Beside the bundles it is a bundle; from sources it is the source, which whoever loads this file can load as well. */
function hooksEntry(): string {
  const bundle = join(import.meta.dirname, 'module-hooks.js');
  return pathToFileURL(existsSync(bundle) ? bundle : join(import.meta.dirname, 'module-hooks.ts')).href;
}

function takeMessage(port: import('node:worker_threads').MessagePort): string | undefined {
  const received = receiveMessageOnPort(port) as { message: string } | undefined;
  return received?.message;
}
