import { build } from 'esbuild';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { bundledAlias } from '../../scripts/bundles.ts';
import { inCache } from '../../scripts/project-folders.ts';

/**
 * Bundles modules for the extension host: one CommonJS file for each, as VS Code loads test modules.
 * @returns their folder.
 */
export async function bundleForHost(name: string, entryPoints: readonly string[]): Promise<string> {
  const outdir = inCache(name);
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: [...entryPoints],
    entryNames: '[name]',
    outExtension: { '.js': '.cjs' },
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    alias: bundledAlias,
    // The one file that asks where it is, fixture-files.ts, is told by SLIM_FIXTURES.
    define: { 'import.meta.dirname': '__dirname' },
    logLevel: 'warning',
  });
  return outdir;
}

export function bundleFile(folder: string, entryPoint: string): string {
  return path.join(folder, `${path.basename(entryPoint, '.ts')}.cjs`);
}
