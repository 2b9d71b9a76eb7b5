/**
 * How the slim library starts a thread in which the script's modules load as they do in the script itself: whoever loads
 * scripts says it on `globalThis`, by a well-known symbol, because the script may load the workspace's own copy of the
 * library. Where nobody did, Node's own ways are the script's.
 */

const SCRIPT_THREAD = Symbol.for('slim-training.script-thread');

export interface ScriptThread {
  /** URL of the module that a thread has to begin with: it installs what modules need, then imports {@link ScriptThreadData.entry}. */
  readonly preparation: string;
  /** For {@link ScriptThreadData.modules}. Can be cloned. */
  readonly modules: unknown;
}

/** A part of the thread's `workerData`. */
export interface ScriptThreadData {
  readonly modules: unknown;
  /** URL of the thread's own code. */
  readonly entry: string;
}

export function installScriptThread(thread: ScriptThread): void {
  Reflect.set(globalThis, SCRIPT_THREAD, thread);
}

export function installedScriptThread(): ScriptThread | undefined {
  return Reflect.get(globalThis, SCRIPT_THREAD) as ScriptThread | undefined;
}

/** Imports a module of the user's, inside such a thread: as `import()`, and with the place of a syntax error. */
export type ImportScript = (url: string) => Promise<unknown>;

const IMPORT_SCRIPT = Symbol.for('slim-training.import-script');

export function installImportScript(importScript: ImportScript): void {
  Reflect.set(globalThis, IMPORT_SCRIPT, importScript);
}

export function installedImportScript(): ImportScript | undefined {
  return Reflect.get(globalThis, IMPORT_SCRIPT) as ImportScript | undefined;
}
