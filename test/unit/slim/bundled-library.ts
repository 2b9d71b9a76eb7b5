/** The library as it is installed: a thread's code has to be a file that Node can load, and on Node 20 that is no source. */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { inCache, inProject } from '../../../scripts/project-folders.ts';

type Library = typeof import('../../../src/slim/index.ts');

const ENTRIES = ['slim-training', 'loader-worker', 'summary-worker'];

export class BundledLibrary {
  readonly folder: string;
  readonly slim: Library;

  private constructor(folder: string, slim: Library) {
    this.folder = folder;
    this.slim = slim;
  }

  /** In a folder of its own, from which TensorFlow.js is found. */
  static async build(): Promise<BundledLibrary> {
    await mkdir(inCache(), { recursive: true });
    const folder = await mkdtemp(inCache('bundled-library-'));
    await build({
      entryPoints: await entryPoints(),
      outdir: folder,
      bundle: true,
      splitting: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      external: ['@tensorflow/*'],
      alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
      logLevel: 'error',
      banner: {
        js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
      },
    });
    const slim = (await import(pathToFileURL(join(folder, 'slim-training.js')).href)) as Library;
    return new BundledLibrary(folder, slim);
  }

  /** Writes a module beside the library, in JavaScript. */
  async write(name: string, text: string): Promise<string> {
    const file = join(this.folder, name);
    await writeFile(file, text);
    return file;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** As package.json's build has them. */
async function entryPoints(): Promise<Record<string, string>> {
  const manifest = await readFile(inProject('package.json'), 'utf8');
  const sources = ENTRIES.map(name => {
    const source = new RegExp(` ${name}=(\\S+)`).exec(manifest)?.[1];
    if (source === undefined) throw new Error(`package.json builds no ${name}.`);
    return [name, inProject(source)] as const;
  });
  return Object.fromEntries(sources);
}
