import { readFileSync } from 'node:fs';
import { Module } from 'node:module';
import type { LoadedFiles } from './loaded-files.ts';
import { isOwnFile, fallbackModule, fixedModule, type ModuleTable } from './module-resolution.ts';
import { ownSource } from './own-source.ts';
import { typescriptToCommonJs } from './typescript-source.ts';

/** What Node's CommonJS loader lets others replace, as ts-node, pirates and many more do. Not in the typings. */
interface CommonJsLoader {
  _resolveFilename(
    request: string,
    parent: { filename?: string | null } | undefined,
    ...rest: unknown[]
  ): string;
  readonly _extensions: Record<string, (module: CompilableModule, file: string) => void>;
}

interface CompilableModule {
  _compile(code: string, file: string, format: 'commonjs'): void;
}

/** Gives `require` what the module hooks give `import`, on Nodes where hooks do not reach it. */
export function patchRequire(table: ModuleTable): LoadedFiles {
  const loader = Module as unknown as CommonJsLoader;
  patchResolution(loader, table);
  return patchExtensions(loader);
}

function patchResolution(loader: CommonJsLoader, table: ModuleTable): void {
  const resolve = loader._resolveFilename.bind(loader);
  loader._resolveFilename = (request, parent, ...rest) => {
    const fixed = fixedModule(table, request);
    if (fixed !== undefined) return fixed;
    try {
      return resolve(request, parent, ...rest);
    } catch (error) {
      const file = fallbackModule(table, request, parent?.filename ?? undefined);
      if (file === undefined) throw error;
      return file;
    }
  };
}

function patchExtensions(loader: CommonJsLoader): LoadedFiles {
  const loaded: string[] = [];
  for (const extension of ['.ts', '.mts', '.cts']) {
    loader._extensions[extension] = (module, file) => {
      if (!isOwnFile(file))
        throw new Error(`${file} is TypeScript in an installed package, which Node does not load`);
      loaded.push(file);
      const own = ownSource(file);
      // Where Node requires an ES module, its own imports pass the hooks by.
      const source =
        own?.format === 'commonjs' ? own.source : typescriptToCommonJs(readFileSync(file, 'utf8'), file);
      module._compile(source, file, 'commonjs');
    };
  }
  const javascript = loader._extensions['.js'];
  if (javascript !== undefined) {
    loader._extensions['.js'] = (module, file) => {
      if (isOwnFile(file)) loaded.push(file);
      javascript(module, file);
    };
  }
  return () => loaded;
}
