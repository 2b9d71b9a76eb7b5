/** What a run's record, the run view and the console say when a training script fails. */

import { readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { RunFailure } from '../../protocol/run.ts';
import { isOwnFile } from './module-resolution.ts';
import { placeInStackHead, type ScriptLocation } from './script-syntax-error.ts';

/**
 * @param error what the script threw, which can be anything
 * @param script absolute path of the script
 */
export function describeScriptError(error: unknown, script: string): RunFailure {
  if (!(error instanceof Error))
    return { message: `The script threw ${inspect(error, { depth: 1, breakLength: Infinity })}` };
  const stack = error.stack ?? '';
  const head = placeInStackHead(stack);
  if (head !== undefined) return describeParseError(error, head);
  const missing = missingModule(error);
  if (missing !== undefined) return describeMissingModule(missing, error, script);
  const { lines, location } = ownFrames(stack);
  const message = oneLine(error);
  const shown = lines.length === 0 ? stack : `${headOf(stack)}\n${lines.join('\n')}`;
  return {
    message,
    ...(shown === '' ? {} : { stack: shown }),
    ...(location === undefined ? {} : { location }),
  };
}

/** The script, or a module of it, does not parse, or asks a module for a name that it does not export. */
function describeParseError(error: Error, location: ScriptLocation): RunFailure {
  const { file, line, column } = location;
  const frame = codeFrame(location);
  const noExport = /does not provide an export named '(.+?)'/.exec(error.message)?.[1];
  const advice =
    noExport === undefined ? '' : `. If ${noExport} is a type, write: import type { ${noExport} }`;
  const message = `${file}:${line}:${column}: SyntaxError: ${error.message.split('\n')[0] ?? ''}${advice}`;
  return { message, stack: frame === undefined ? message : `${message}\n\n${frame}`, location };
}

function codeFrame({ file, line, column }: ScriptLocation): string | undefined {
  const text = linesOf(file)?.[line - 1];
  if (text === undefined) return undefined;
  // Tabs stay tabs, so that the caret stands below its place however wide they are shown.
  const indent = text.slice(0, column - 1).replaceAll(/[^\t]/g, ' ');
  const number = `${line} | `;
  return `${number}${text}\n${' '.repeat(number.length)}${indent}^`;
}

interface MissingModule {
  readonly specifier: string;
  readonly importer: string | undefined;
}

/** Node's ERR_MODULE_NOT_FOUND of import, MODULE_NOT_FOUND of require. */
function missingModule(error: Error): MissingModule | undefined {
  const code = 'code' in error ? error.code : undefined;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return undefined;
  const found = /^Cannot find (?:package|module) '(.+?)'(?: imported from (.+))?$/m.exec(error.message);
  const required = /^Require stack:\n- (.+)$/m.exec(error.message);
  const importer = found?.[2] ?? required?.[1];
  return found?.[1] === undefined
    ? undefined
    : { specifier: found[1], importer: importer === undefined ? undefined : toPath(importer) };
}

function describeMissingModule(
  { specifier, importer }: MissingModule,
  error: Error,
  script: string,
): RunFailure {
  const file = importer ?? script;
  const isPackage = !/^[./]|^[A-Za-z]:|^file:/.test(specifier);
  const advice = isPackage
    ? `It is not installed: npm install ${packageOf(specifier)}`
    : 'There is no such file';
  const location = isOwnFile(file) ? placeOfImport(file, specifier) : undefined;
  return {
    message: `${file} imports '${specifier}'. ${advice}`,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(location === undefined ? {} : { location }),
  };
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Where `file` writes what Node speaks of as `specifier`: a package without its subpath, a neighbour by its whole path. */
function placeOfImport(file: string, specifier: string): ScriptLocation | undefined {
  const written = /^[./]|^[A-Za-z]:|^file:/.test(specifier)
    ? new RegExp(`['"][^'"]*${literally(specifier.split(/[\\/]/).at(-1) ?? '')}['"]`)
    : new RegExp(`['"]${literally(specifier)}['"/]`);
  for (const [index, text] of (linesOf(file) ?? []).entries()) {
    const column = text.search(written) + 1;
    if (column > 0) return { file, line: index + 1, column };
  }
  return undefined;
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The lines of a stack that are in files of the user's, and the place of the innermost. */
function ownFrames(stack: string): { lines: string[]; location: ScriptLocation | undefined } {
  const lines: string[] = [];
  let location: ScriptLocation | undefined;
  for (const line of stack.split('\n')) {
    const place = placeOfFrame(line);
    if (place === undefined || !isUsers(place.file)) continue;
    lines.push(line);
    location ??= place;
  }
  return { lines, location };
}

function placeOfFrame(line: string): ScriptLocation | undefined {
  const found = /^\s+at (?:.*\()?((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/.exec(line);
  if (found === null) return undefined;
  const [, file = '', lineNumber, column] = found;
  return { file: toPath(file), line: Number(lineNumber), column: Number(column) };
}

/** Not of an installed package, and not ours. */
function isUsers(file: string): boolean {
  return isOwnFile(file) && !file.startsWith(OWN_FOLDER);
}

/** Where the running code of Slim Training lies: `dist` of the bundles, `src` of the sources. */
const OWN_FOLDER = import.meta.dirname.replace(/[\\/]trainer[\\/]script$/, '') + sep;

function oneLine(error: Error): string {
  const message = error.message.split('\n').find(line => line.trim() !== '') ?? '';
  if (message === '') return error.name;
  return error.name === 'Error' ? message : `${error.name}: ${message}`;
}

/** Name and message as the stack has them, up to its first frame. */
function headOf(stack: string): string {
  const frames = stack.search(/^\s+at /m);
  return (frames < 0 ? stack : stack.slice(0, frames)).trimEnd();
}

function linesOf(file: string): string[] | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return undefined;
  }
}

function toPath(name: string): string {
  return name.startsWith('file:') ? fileURLToPath(name) : name;
}
