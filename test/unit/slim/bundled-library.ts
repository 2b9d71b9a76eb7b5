/** The library as it is installed: a thread's code has to be a file that Node can load, and on Node 20 that is no source. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildOptions, bundles, type Bundle } from '../../../scripts/bundles.ts';
import { inCache } from '../../../scripts/project-folders.ts';

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
    await build(buildOptions(library(), folder));
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

/** As the project's own table has them. */
function library(): Bundle {
  const node = bundles.find(({ name }) => name === 'node');
  const entries = Object.entries(node?.entries ?? {}).filter(([file]) => ENTRIES.includes(file));
  if (node === undefined || entries.length < ENTRIES.length)
    throw new Error(`scripts/bundles.ts builds not all of ${ENTRIES.join(', ')}.`);
  return { ...node, entries: Object.fromEntries(entries) };
}
