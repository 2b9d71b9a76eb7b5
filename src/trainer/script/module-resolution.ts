/** What the specifiers in a training script mean, beyond what Node makes of them. */

import { existsSync, statSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, sep } from 'node:path';

/** Made by the trainer once the backend is chosen; plain data, because Node's loader thread gets a copy. */
export interface ModuleTable {
  /** Specifier -> file, whatever is installed where: there is one TensorFlow.js in a process. */
  readonly always: Readonly<Record<string, string>>;
  /** Specifier -> file, where Node finds nothing: the library in a workspace without node_modules. */
  readonly otherwise: Readonly<Record<string, string>>;
  /** Specifier -> why it cannot be imported, for the person who wrote the import. */
  readonly refused: Readonly<Record<string, string>>;
}

/**
 * The file that stands for `specifier` whatever Node would find.
 *
 * @throws Error when the specifier is refused
 */
export function fixedModule(table: ModuleTable, specifier: string): string | undefined {
  const refusal = table.refused[specifier];
  if (refusal !== undefined) throw new Error(refusal);
  return table.always[specifier];
}

/** The file to take where Node finds nothing for `specifier`, imported by the file `parent`. */
export function fallbackModule(
  table: ModuleTable,
  specifier: string,
  parent: string | undefined,
): string | undefined {
  return table.otherwise[specifier] ?? neighbour(specifier, parent);
}

/** Files of the user's, as opposed to those of installed packages, which Node is left alone with. */
export function isOwnFile(file: string): boolean {
  return !file.includes(`${sep}node_modules${sep}`);
}

const EXTENSIONS = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];
const TYPESCRIPT_OF: Readonly<Record<string, string>> = { '.js': '.ts', '.mjs': '.mts', '.cjs': '.cts' };

/**
 * The module beside `parent` that TypeScript would find for `specifier`: without its extension, as a folder's index, or
 * written as the `.js` that the compiler would make of a `.ts`.
 */
function neighbour(specifier: string, parent: string | undefined): string | undefined {
  if (parent === undefined || !isOwnFile(parent)) return undefined;
  if (!/^\.{1,2}(\/|$)/.test(specifier) && !isAbsolute(specifier)) return undefined;
  const path = isAbsolute(specifier) ? specifier : join(dirname(parent), specifier);
  const extension = extname(path);
  const typescript = TYPESCRIPT_OF[extension];
  const candidates = [
    ...(typescript === undefined ? [] : [path.slice(0, -extension.length) + typescript]),
    ...EXTENSIONS.map(ending => path + ending),
    ...EXTENSIONS.map(ending => join(path, `index${ending}`)),
  ];
  return candidates.find(file => existsSync(file) && statSync(file).isFile());
}
