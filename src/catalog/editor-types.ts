/**
 * IntelliSense where nothing is installed: a copy of the typings of `slim-training` and TensorFlow.js in `.slim/types`,
 * and a tsconfig.json whose `paths` lead to it.
 */

import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../formats/make-folder.ts';

const TYPES = '.slim/types';

/** Module -> its file of typings. */
const modules = { 'slim-training': 'slim-training.d.ts', '@tensorflow/tfjs': 'tfjs.d.ts' } as const;

const tsconfig = {
  compilerOptions: {
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'bundler',
    strict: true,
    allowJs: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    paths: Object.fromEntries(Object.entries(modules).map(([name, file]) => [name, [`./${TYPES}/${file}`]])),
  },
};

/**
 * Does nothing where the modules are installed or where a configuration of the user's does not ask for these typings.
 * @param types the folder of the typings that the extension brings
 */
export async function provideEditorTypes(types: string, folder: string): Promise<void> {
  const configuration = await readConfiguration(folder);
  if (configuration === undefined && (await areInstalled(folder))) return;
  if (configuration !== undefined && !configuration.includes(TYPES)) return;
  await copyTypes(types, join(folder, TYPES));
  await writeUnlessThere(join(folder, '.slim', '.gitignore'), '*\n');
  if (configuration === undefined) {
    await writeUnlessThere(join(folder, 'tsconfig.json'), `${JSON.stringify(tsconfig, null, 2)}\n`);
  }
}

/** Brings an earlier copy up to date, or back, where the user's configuration asks for one. */
export async function refreshEditorTypes(types: string, folder: string): Promise<void> {
  if ((await readConfiguration(folder))?.includes(TYPES) === true) await provideEditorTypes(types, folder);
}

/** The folder, from the script's upwards to `root`, whose configuration the editor uses for that script; else `root`. */
export async function configuredFolder(script: string, root: string): Promise<string> {
  for (let folder = dirname(script); ; folder = dirname(folder)) {
    const isAbove = folder === dirname(folder) || folder.length < root.length;
    if (folder === root || isAbove) return root;
    if ((await readConfiguration(folder)) !== undefined) return folder;
  }
}

async function readConfiguration(folder: string): Promise<string | undefined> {
  for (const name of ['tsconfig.json', 'jsconfig.json']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** As Node looks for them: in node_modules here and in all folders above. */
async function areInstalled(folder: string): Promise<boolean> {
  const found = await Promise.all(Object.keys(modules).map(name => isInstalled(name, folder)));
  return found.every(is => is);
}

async function isInstalled(name: string, folder: string): Promise<boolean> {
  const there = await stat(join(folder, 'node_modules', name)).catch(() => undefined);
  if (there !== undefined) return true;
  const above = dirname(folder);
  return above !== folder && isInstalled(name, above);
}

async function copyTypes(from: string, to: string): Promise<void> {
  await makeFolder(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTypes(source, target);
    else if (!(await isSameText(source, target))) await copyFile(source, target);
  }
}

/** A file that is written anew makes the editor check everything anew. */
async function isSameText(a: string, b: string): Promise<boolean> {
  const [textA, textB] = await Promise.all([a, b].map(path => readFile(path, 'utf8').catch(() => undefined)));
  return textA === textB;
}

async function writeUnlessThere(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}
