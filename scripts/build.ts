import { execa } from 'execa';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundleSources } from './bundles.ts';
import { cacheFolder, inCache, inProject } from './project-folders.ts';

/** What the VSIX takes besides. */
const packageSources = [
  ...bundleSources,
  ...['examples', 'media', '.vscodeignore', 'package.nls.json', 'README.md', 'CHANGELOG.md', 'LICENSE'],
];

export const vsixFile = inCache('slim-training.vsix');

/** Builds dist/ if its sources have changed since the last time. */
export async function ensureBuilt(): Promise<'built' | 'unchanged'> {
  return await whenChanged('dist', bundleSources, inProject('dist/extension.cjs'), () => npmRun('build'));
}

/** Packs {@link vsixFile}, and builds before, if anything in it has changed since the last time. */
export async function ensurePackaged(): Promise<'built' | 'unchanged'> {
  await ensureBuilt();
  return await whenChanged('vsix', packageSources, vsixFile, () => npmRun('package'));
}

async function npmRun(script: string): Promise<void> {
  await execa('npm', ['run', '--silent', script], { cwd: inProject(), all: true, stdin: 'ignore' });
}

async function whenChanged(
  name: string,
  sources: readonly string[],
  product: string,
  make: () => Promise<void>,
): Promise<'built' | 'unchanged'> {
  const stamp = inCache(`${name}.stamp`);
  const state = await fingerprint(sources);
  if (existsSync(product) && existsSync(stamp) && (await readFile(stamp, 'utf8')) === state)
    return 'unchanged';
  await rm(stamp, { force: true });
  await make();
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(stamp, state);
  return 'built';
}

/** Of names, sizes and times, not of contents: it takes milliseconds. */
async function fingerprint(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources.map(name => inProject(name)).filter(file => existsSync(file))) {
    for (const file of (await filesBelow(source)).sort()) {
      const { size, mtimeMs } = await stat(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

async function filesBelow(source: string): Promise<string[]> {
  if ((await stat(source)).isFile()) return [source];
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
}

if (process.argv[1] === import.meta.filename) console.log(await ensureBuilt());
