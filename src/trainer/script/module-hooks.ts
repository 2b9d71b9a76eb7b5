/**
 * Node's module hooks for training scripts. This file is also the entry that runs in Node's loader thread, on Nodes
 * without `module.registerHooks`: there it must not know anything but what {@link initialize} is given.
 */

import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fallbackModule, fixedModule, type ModuleTable } from './module-resolution.ts';
import { ownSource } from './own-source.ts';

export interface LoaderThreadData {
  readonly table: ModuleTable;
  /** Is sent the path of each file that is loaded. */
  readonly loaded: MessagePort;
}

let data: LoaderThreadData | undefined;

export const initialize: InitializeHook<LoaderThreadData> = given => {
  data = given;
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  if (data === undefined) return nextResolve(specifier, context);
  const fixed = fixedModule(data.table, specifier);
  if (fixed !== undefined) return resolved(fixed);
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    const file = fallbackModule(data.table, specifier, pathOf(context.parentURL));
    if (file === undefined) throw error;
    return resolved(file);
  }
};

export const load: LoadHook = async (url, context, nextLoad) => {
  const file = pathOf(url);
  if (file === undefined) return nextLoad(url, context);
  data?.loaded.postMessage(file);
  const own = ownSource(file);
  if (own === undefined) return nextLoad(url, context);
  // A CommonJS module whose source comes from here would get a require that knows nothing but ES modules.
  return own.format === 'commonjs'
    ? { format: 'commonjs', shortCircuit: true }
    : { ...own, shortCircuit: true };
};

export function resolved(file: string): { url: string; shortCircuit: true } {
  return { url: pathToFileURL(file).href, shortCircuit: true };
}

export function pathOf(url: string | undefined): string | undefined {
  return url?.startsWith('file:') === true ? fileURLToPath(url) : undefined;
}
