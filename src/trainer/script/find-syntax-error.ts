import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { isOwnFile } from './module-resolution.ts';
import { ownSource } from './own-source.ts';
import { placeInStackHead, ScriptSyntaxError, type ScriptLocation } from './script-syntax-error.ts';

/**
 * V8 knows where an ES module does not parse, and Node tells it only to the console of a process that dies of it. So
 * each file is given to such a process, the last one first, until one does.
 *
 * @returns `error`, or the same with its place
 */
export async function findSyntaxError(error: SyntaxError, files: readonly string[]): Promise<SyntaxError> {
  if (placeInStackHead(error.stack ?? '') !== undefined) return error;
  for (const file of files.toReversed()) {
    const location = isOwnFile(file) && !file.endsWith('.json') ? await syntaxErrorOf(file) : undefined;
    if (location !== undefined) return new ScriptSyntaxError(error.message, location);
  }
  return error;
}

async function syntaxErrorOf(file: string): Promise<ScriptLocation | undefined> {
  const own = ownSource(file);
  const source = own?.source ?? (await readFile(file, 'utf8'));
  const extension = own === undefined ? extname(file) : own.format === 'module' ? '.mjs' : '.cjs';
  const folder = await mkdtemp(join(tmpdir(), 'slim-training-check-'));
  try {
    let place: ScriptLocation | undefined;
    // A .js file is a CommonJS module when it parses as one.
    for (const ending of extension === '.js' ? ['.cjs', '.mjs'] : [extension]) {
      const copy = join(folder, `module${ending}`);
      await writeFile(copy, source);
      place = placeInStackHead(await complaintOfNode(copy));
      if (place === undefined) return undefined;
    }
    return place && sourcePosition({ ...place, file }, source);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function complaintOfNode(file: string): Promise<string> {
  return new Promise(resolve => {
    execFile(process.execPath, ['--no-warnings', '--check', file], (_error, _stdout, stderr) => {
      resolve(stderr);
    });
  });
}

function sourcePosition(place: ScriptLocation, source: string): ScriptLocation {
  const inline = /\n\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(source)?.[1];
  if (inline === undefined) return place;
  const payload = JSON.parse(Buffer.from(inline, 'base64').toString()) as SourceMapPayload;
  const entry = new SourceMap(payload).findEntry(place.line - 1, place.column - 1);
  if (!('originalLine' in entry)) return place;
  return { ...place, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}
