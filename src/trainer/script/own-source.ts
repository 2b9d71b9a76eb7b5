import { readFileSync } from 'node:fs';
import { moduleFormat, type ModuleFormat } from './module-format.ts';
import { isOwnFile } from './module-resolution.ts';
import { isTypeScript, typescriptToJavaScript } from './typescript-source.ts';

export interface OwnSource {
  readonly format: ModuleFormat | 'json';
  readonly source: string;
}

/**
 * What a file of the user's is to Node, for those that Node cannot load by itself: TypeScript, and JSON without an
 * import attribute. Undefined: let Node load it.
 */
export function ownSource(file: string): OwnSource | undefined {
  if (!isOwnFile(file)) return undefined;
  if (file.endsWith('.json')) return { format: 'json', source: readFileSync(file, 'utf8') };
  if (!isTypeScript(file)) return undefined;
  const source = typescriptToJavaScript(readFileSync(file, 'utf8'), file);
  return { format: moduleFormat(file, source), source };
}
