import { register } from 'node:module';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { LoadedFiles } from './loaded-files.ts';
import type { LoaderThreadData } from './module-hooks.ts';
import type { ModuleTable } from './module-resolution.ts';
import { threadEntry } from './thread-entry.ts';

/** Hooks for `import` on Nodes without `registerHooks`: they run in a thread of their own. */
export function installInLoaderThread(table: ModuleTable): LoadedFiles {
  const { port1, port2 } = new MessageChannel();
  const data: LoaderThreadData = { table, loaded: port2 };
  register(threadEntry('module-hooks'), { parentURL: import.meta.url, data, transferList: [port2] });
  port1.unref();
  const loaded: string[] = [];
  return () => {
    for (let next = takeMessage(port1); next !== undefined; next = takeMessage(port1)) loaded.push(next);
    return loaded;
  };
}

function takeMessage(port: import('node:worker_threads').MessagePort): string | undefined {
  const received = receiveMessageOnPort(port) as { message: string } | undefined;
  return received?.message;
}
