import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { compileFunction } from 'node:vm';

export type ModuleFormat = 'module' | 'commonjs';

/**
 * How Node would take a TypeScript file, were it JavaScript: by its extension, by the nearest `package.json`, and, where
 * that says nothing, by its syntax: what parses as a CommonJS module is one.
 *
 * @param code the file's JavaScript
 */
export function moduleFormat(file: string, code: string): ModuleFormat {
  const extension = extname(file);
  if (extension === '.mts') return 'module';
  if (extension === '.cts') return 'commonjs';
  return packageType(dirname(file)) ?? (parsesAsCommonJs(code) ? 'commonjs' : 'module');
}

function packageType(folder: string): ModuleFormat | undefined {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) {
    const { type } = JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown };
    return type === 'module' || type === 'commonjs' ? type : undefined;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : packageType(parent);
}

function parsesAsCommonJs(code: string): boolean {
  try {
    compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname']);
    return true;
  } catch {
    return false;
  }
}
