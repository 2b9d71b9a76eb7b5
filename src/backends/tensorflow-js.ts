/**
 * Which copy of TensorFlow.js a process computes with. There must be one: TF.js keeps its engine and its kernels on
 * `globalThis`, so that a second copy half works and is hard to tell from the first.
 *
 * The rule: the copy installed beside the script, when it is a 4.22 or a later 4.x; otherwise the one that comes with
 * Slim Training (`embedded/tfjs.cjs` beside the bundles, `node_modules` when run from sources).
 */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { join } from 'node:path';

/** Types only: nothing here imports TensorFlow.js before it is known which one. */
export type TensorFlow = typeof import('@tensorflow/tfjs');

export interface TensorFlowLocation {
  /** Absolute path of the CommonJS file that is `@tensorflow/tfjs`. */
  readonly file: string;
  readonly origin: 'workspace' | 'bundled';
  /** Why the workspace's own copy is not used although it has one. */
  readonly note?: string;
}

const SMALLEST_MINOR = 22;

/** @param searchFrom folders whose `node_modules` (or those above) may hold `@tensorflow/tfjs`, first wins */
export function locateTensorFlow(searchFrom: readonly string[]): TensorFlowLocation {
  const bundled: TensorFlowLocation = { file: bundledTensorFlow(), origin: 'bundled' };
  for (const folder of searchFrom) {
    const file = resolveFrom(folder, '@tensorflow/tfjs');
    if (file === undefined) continue;
    const version = versionOf(folder);
    if (isSupported(version)) return { file, origin: 'workspace' };
    return {
      ...bundled,
      note: `@tensorflow/tfjs ${version} of ${folder} is not used: Slim Training needs 4.${SMALLEST_MINOR} or a later 4.x`,
    };
  }
  return bundled;
}

export function loadTensorFlow(location: TensorFlowLocation): TensorFlow {
  return createRequire(import.meta.url)(location.file) as TensorFlow;
}

/** The folder of what was built for workspaces without node_modules; undefined when run from sources. */
export function embeddedFolder(): string | undefined {
  const folder = join(import.meta.dirname, 'embedded');
  return existsSync(join(folder, 'tfjs.cjs')) ? folder : undefined;
}

/** The file that `specifier` means in `folder`, by Node's rules; undefined when there is none. */
export function resolveFrom(folder: string, specifier: string): string | undefined {
  try {
    return createRequire(join(folder, 'resolve.js')).resolve(specifier);
  } catch {
    return undefined;
  }
}

/**
 * Lets a package that requires `specifier` get `tf`, whichever copy lies nearest to that package: Node looks into
 * `require.cache` before it reads a file.
 */
export function shareTensorFlow(tf: TensorFlow, packageFile: string, specifier: string): void {
  const require = createRequire(packageFile);
  const file = require.resolve(specifier);
  if (require.cache[file] !== undefined) return;
  const module = new Module(file);
  module.filename = file;
  module.loaded = true;
  module.exports = tf;
  require.cache[file] = module;
}

function bundledTensorFlow(): string {
  const folder = embeddedFolder();
  if (folder !== undefined) return join(folder, 'tfjs.cjs');
  const file = resolveFrom(import.meta.dirname, '@tensorflow/tfjs');
  if (file !== undefined) return file;
  throw new Error(
    `There is no TensorFlow.js: neither ${join(import.meta.dirname, 'embedded', 'tfjs.cjs')} nor an installed @tensorflow/tfjs. ` +
      'Install it beside the script: npm install @tensorflow/tfjs',
  );
}

function versionOf(folder: string): string {
  const file = resolveFrom(folder, '@tensorflow/tfjs/package.json');
  if (file === undefined) return 'of unknown version';
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
  return typeof version === 'string' ? version : 'of unknown version';
}

function isSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 4 && minor !== undefined && minor >= SMALLEST_MINOR;
}
