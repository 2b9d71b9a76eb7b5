/**
 * `npm run bundle`: makes the bundles of dist/, or only those that are named: `npm run bundle -- webview`. What went into
 * each is written beside the cache for build-notices.ts.
 */
import { build } from 'esbuild';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { buildOptions, bundles, type Bundle } from './bundles.ts';
import { inCache, inProject } from './project-folders.ts';

const names = process.argv.slice(2);
const unknown = names.filter(name => !bundles.some(bundle => bundle.name === name));
if (unknown.length > 0) {
  const known = bundles.map(({ name }) => name).join(', ');
  throw new Error(`There is no bundle ${unknown.join(', ')}. There are: ${known}.`);
}

await mkdir(inCache('metafiles'), { recursive: true });
if (names.length === 0) await rm(inProject('dist'), { recursive: true, force: true });
await Promise.all(bundles.filter(({ name }) => names.length === 0 || names.includes(name)).map(make));

async function make(bundle: Bundle): Promise<void> {
  const { metafile } = await build(buildOptions(bundle));
  await writeFile(inCache('metafiles', `${bundle.name}.json`), JSON.stringify(metafile));
}
