/**
 * `npm run build:notices`: dist/THIRD-PARTY-NOTICES.txt, the licences of all packages of which something is in dist/:
 * esbuild's metafiles tell which.
 */
import type { Metafile } from 'esbuild';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { inCache, inProject } from './project-folders.ts';

/** Their typings are in dist/types. */
const typings = ['node_modules/@tensorflow/tfjs', 'node_modules/@types/node'];

/** For the packages of TensorFlow.js, which name their licence and have no copy of it. */
const apacheLicense = 'node_modules/typescript/LICENSE.txt';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const folders = new Set([...(await bundledPackages()), ...typings]);
const notices = await Promise.all([...folders].sort().map(notice));
await writeFile(inProject('dist/THIRD-PARTY-NOTICES.txt'), notices.join(`\n\n${'-'.repeat(80)}\n\n`));

async function bundledPackages(): Promise<string[]> {
  const names = await readdir(inCache('metafiles'));
  const metafiles = names.map(
    async name => JSON.parse(await readFile(inCache('metafiles', name), 'utf8')) as Metafile,
  );
  // What tree shaking has left out has no bytes in the output.
  const used = (await Promise.all(metafiles)).flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)),
  );
  return used.flatMap(file => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
}

async function notice(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(inProject(folder, 'package.json'), 'utf8')) as Manifest;
  const files = (await readdir(inProject(folder))).filter(name => /^(licen[cs]e|copying|notice)/i.test(name));
  const own = await Promise.all(files.sort().map(name => readFile(inProject(folder, name), 'utf8')));
  if (own.length === 0 && manifest.license.includes('Apache-2.0'))
    own.push(await readFile(inProject(apacheLicense), 'utf8'));
  const title = `${manifest.name} ${manifest.version} (${manifest.license})`;
  return [title, ...own.map(text => text.trim())].join('\n\n');
}
