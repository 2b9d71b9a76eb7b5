/** TypeScript -> JavaScript, by taking the types out. Lines stay where they are; columns too, or there is a source map. */

import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { transform, type Transform } from 'sucrase';
import { ScriptSyntaxError } from './script-syntax-error.ts';

/** Node >= 22.13 has it; the typings are of Node 20. */
const { stripTypeScriptTypes } = nodeModule as { stripTypeScriptTypes?: (code: string) => string };

export function isTypeScript(file: string): boolean {
  return /\.[mc]?ts$/.test(file);
}

/**
 * By Node's own type stripping where it exists. Sucrase does what stripping cannot (enums, parameter properties), and
 * everything on older Nodes.
 *
 * @throws ScriptSyntaxError with file, line and column
 */
export function typescriptToJavaScript(code: string, file: string): string {
  if (stripTypeScriptTypes === undefined) return sucraseToJavaScript(code, file, ['typescript']);
  try {
    return withoutExperimentalWarning(() => stripTypeScriptTypes(code));
  } catch (error) {
    if (errorCode(error) === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
      return sucraseToJavaScript(code, file, ['typescript']);
    throw strippingError(error, file);
  }
}

/** As {@link typescriptToJavaScript}, and makes a CommonJS module of an ES module. Top-level await stays an error. */
export function typescriptToCommonJs(code: string, file: string): string {
  return sucraseToJavaScript(code, file, ['typescript', 'imports']);
}

function sucraseToJavaScript(code: string, file: string, transforms: Transform[]): string {
  refuseNamespaces(code, file);
  const name = pathToFileURL(file).href;
  try {
    const result = transform(code, {
      transforms,
      disableESTransforms: true,
      filePath: file,
      sourceMapOptions: { compiledFilename: name },
    });
    const map = { ...result.sourceMap, sources: [name], sourcesContent: [code] };
    const inline = Buffer.from(JSON.stringify(map)).toString('base64');
    return `${result.code}\n//# sourceMappingURL=data:application/json;base64,${inline}\n`;
  } catch (error) {
    throw sucraseError(error, file);
  }
}

/** Sucrase drops them without a word, and the names that they define are missing when the script runs. */
function refuseNamespaces(code: string, file: string): void {
  for (const [index, text] of code.split('\n').entries()) {
    const found = /^\s*(?:export\s+)?(?:namespace|module)\s+[\w$.]+\s*\{/.exec(text);
    if (found === null) continue;
    const column = text.length - text.trimStart().length + 1;
    const location = { file, line: index + 1, column };
    throw new ScriptSyntaxError(
      'TypeScript namespaces are not supported: put their content into a module',
      location,
    );
  }
}

/** Node's stack begins with `:LINE`, a few lines of the text around, and a line of carets below the place. */
function strippingError(error: unknown, file: string): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const frame = /^.*:(\d+)\n(?:.*\n)*?([ \t]*)\^+$/m.exec(error.stack ?? '');
  const [, line = '1', indent = ''] = frame ?? [];
  return new ScriptSyntaxError(error.message, { file, line: Number(line), column: indent.length + 1 });
}

function sucraseError(error: unknown, file: string): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const { line = 1, column = 1 } = (error as { loc?: { line: number; column: number } }).loc ?? {};
  const message = error.message.replace(`Error transforming ${file}: `, '').replace(/ \(\d+:\d+\)$/, '');
  return new ScriptSyntaxError(message, { file, line, column });
}

/** Node says once in a process that type stripping is experimental, in a console where it helps nobody. */
function withoutExperimentalWarning<T>(act: () => T): T {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return act();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
