import { statSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { ensurePackaged, vsixFile } from '../../scripts/build.ts';

/** What may be in it, each with the reason of its being there. */
const allowed = [
  /^extension\.vsixmanifest$|^\[Content_Types\]\.xml$/, // the format's own
  /^extension\/package(\.nls)?\.json$/,
  /^extension\/(readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/media\/[\w-]+\.(svg|png|schema\.json)$/,
  /^extension\/dist\/(catalog\/)?[\w-]+\.(js|cjs)$/,
  /^extension\/dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^extension\/dist\/embedded\/[\w-]+\.(cjs|wasm)$/, // runs on every platform
  /^extension\/dist\/webview\/[\w-]+\.(js|css|ttf)$/,
  /^extension\/dist\/types\/(slim-training|tfjs|node)\.d\.ts$/, // for editors without node_modules
  /^extension\/examples\/digits\/(train\.ts|tsconfig\.json|README\.md|(images|labels)\.u8)$/, // for Create Example
];

const needed = [
  'extension/LICENSE.txt',
  'extension/readme.md',
  'extension/changelog.md',
  'extension/media/icon.png',
  'extension/dist/extension.cjs',
  'extension/dist/slim-train.js',
  'extension/dist/slim-training.js',
  'extension/dist/module-hooks.js',
  'extension/dist/script-thread.js',
  'extension/dist/loader-worker.js',
  'extension/dist/summary-worker.js',
  'extension/dist/monitor-worker.js',
  'extension/dist/THIRD-PARTY-NOTICES.txt',
  'extension/dist/embedded/tfjs.cjs',
  'extension/dist/embedded/tfjs-backend-wasm-threaded-simd.wasm',
  'extension/dist/webview/dashboard.js',
  'extension/dist/webview/dashboard.css',
  'extension/dist/types/slim-training.d.ts',
  'extension/examples/digits/train.ts',
];

describe('the VSIX', () => {
  const names: string[] = [];

  beforeAll(async () => {
    await ensurePackaged();
    const archive = await openPromise(vsixFile, { lazyEntries: true });
    for await (const { fileName } of archive.eachEntry()) names.push(fileName);
  }, 120_000);

  it('holds nothing but what it is allowed to: no sources, tests, maps or binaries of one platform', () => {
    expect(names.filter(name => !allowed.some(pattern => pattern.test(name)))).toEqual([]);
  });

  it('holds all that the extension needs', () => {
    expect(needed.filter(name => !names.includes(name))).toEqual([]);
  });

  it('is smaller than 3 MB', () => {
    expect(statSync(vsixFile).size).toBeLessThan(3_000_000);
  });
});
