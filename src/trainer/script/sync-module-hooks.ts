import * as nodeModule from 'node:module';
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from 'node:module';
import type { LoadedFiles } from './loaded-files.ts';
import { pathOf, resolved } from './module-hooks.ts';
import { fallbackModule, fixedModule, type ModuleTable } from './module-resolution.ts';
import { ownSource } from './own-source.ts';

/** Node >= 22.15 has it; the typings are of Node 20. */
type RegisterHooks = (hooks: {
  resolve(
    specifier: string,
    context: ResolveHookContext,
    next: (specifier: string, context: ResolveHookContext) => ResolveFnOutput,
  ): ResolveFnOutput;
  load(
    url: string,
    context: LoadHookContext,
    next: (url: string, context: LoadHookContext) => LoadFnOutput,
  ): LoadFnOutput;
}) => void;

export const { registerHooks } = nodeModule as { registerHooks?: RegisterHooks };

export function installSyncHooks(register: RegisterHooks, table: ModuleTable): LoadedFiles {
  const loaded: string[] = [];
  register({
    resolve(specifier, context, next) {
      const fixed = fixedModule(table, specifier);
      if (fixed !== undefined) return resolved(fixed);
      try {
        return next(specifier, context);
      } catch (error) {
        const file = fallbackModule(table, specifier, pathOf(context.parentURL));
        if (file === undefined) throw error;
        return resolved(file);
      }
    },
    load(url, context, next) {
      const file = pathOf(url);
      if (file === undefined) return next(url, context);
      loaded.push(file);
      const own = ownSource(file);
      if (own === undefined) return next(url, context);
      // An imported CommonJS module whose source came from here would get a require that passes the hooks by. Without,
      // Node's CommonJS loader takes it, and asks here for its source.
      return own.format === 'commonjs' && context.conditions.includes('import')
        ? { format: 'commonjs', shortCircuit: true }
        : { ...own, shortCircuit: true };
    },
  });
  return () => loaded;
}
