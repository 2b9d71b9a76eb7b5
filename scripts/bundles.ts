/**
 * All bundles of dist/: what they are made of and how. `npm run build` makes them, knip takes their entries from here,
 * and a change of their sources is what makes them stale.
 */
import type { BuildOptions } from 'esbuild';
import { inProject } from './project-folders.ts';

/** Some files of dist/ that are made in one go. */
export interface Bundle {
  readonly name: string;
  /** File in the bundle's folder, without its extension -> its entry. */
  readonly entries: Readonly<Record<string, string>>;
  /** In the project. */
  readonly folder: string;
  readonly options: BuildOptions;
}

/** jsonc-parser's other build finds its own files at run time only. */
export const bundledAlias = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };

const inNode: BuildOptions = { platform: 'node', target: 'node20', keepNames: true };

/** Modules that share their pieces, and find TensorFlow.js where the process does. */
export const nodeModules: BuildOptions = {
  ...inNode,
  format: 'esm',
  alias: bundledAlias,
  splitting: true,
  external: ['@tensorflow/*'],
  // For packages of CommonJS that come along.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
};

const tensorFlow = 'node_modules/@tensorflow';

export const bundles: readonly Bundle[] = [
  {
    name: 'extension',
    folder: 'dist',
    entries: { extension: 'src/extension.ts' },
    options: {
      ...inNode,
      format: 'cjs',
      alias: bundledAlias,
      outExtension: { '.js': '.cjs' },
      // Loaded after `activate` has returned: a bundle of its own, see there.
      external: ['vscode', '*/run-rooms.js'],
      sourcemap: true,
    },
  },
  {
    name: 'node',
    folder: 'dist',
    entries: {
      'slim-train': 'src/cli/main.ts',
      'slim-training': 'src/slim/index.ts',
      'module-hooks': 'src/trainer/script/module-hooks.ts',
      'monitor-worker': 'src/monitor/worker.ts',
      'mapping-worker': 'src/restore/mapping-worker.ts',
      'checkpoint-worker': 'src/monitor/checkpoints/worker.ts',
      'script-thread': 'src/trainer/script/script-thread.ts',
      'loader-worker': 'src/slim/data/loader-worker.ts',
      'summary-worker': 'src/slim/summaries/summary-worker.ts',
      'catalog/run-rooms': 'src/catalog/run-rooms.ts',
    },
    options: { ...nodeModules, sourcemap: true },
  },
  {
    name: 'tfjs',
    folder: 'dist/embedded',
    entries: { tfjs: 'src/backends/embedded/tfjs-bundle.ts' },
    options: {
      ...inNode,
      format: 'cjs',
      mainFields: ['module', 'main'],
      outExtension: { '.js': '.cjs' },
    },
  },
  {
    name: 'wasm',
    folder: 'dist/embedded',
    entries: {
      'tfjs-data': 'src/backends/embedded/tfjs-data-bundle.ts',
      'tfjs-backend-wasm': `${tensorFlow}/tfjs-backend-wasm/dist/index.js`,
      'tfjs-backend-wasm-threaded-simd': `${tensorFlow}/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm`,
    },
    options: {
      ...inNode,
      format: 'cjs',
      mainFields: ['module', 'main'],
      outExtension: { '.js': '.cjs' },
      // Both are in the bundle before.
      alias: { '@tensorflow/tfjs': './tfjs.cjs', '@tensorflow/tfjs-core': './tfjs.cjs' },
      external: ['./tfjs.cjs'],
      loader: { '.wasm': 'copy' },
    },
  },
  {
    name: 'webview',
    folder: 'dist/webview',
    entries: {
      dashboard: 'webview/dashboard/main.ts',
      mapping: 'webview/mapping/main.ts',
      checkpoint: 'webview/checkpoint/main.ts',
    },
    options: {
      format: 'esm',
      target: 'es2022',
      // What they share, and views of the dashboard that are loaded when somebody looks at them.
      splitting: true,
      loader: { '.ttf': 'file' },
      sourcemap: true,
    },
  },
];

/** The entries that are ours. */
export const bundleEntries: readonly string[] = bundles
  .flatMap(({ entries }) => Object.values(entries))
  .filter(entry => !entry.startsWith('node_modules/'));

/** Whatever of this changes makes dist/ stale: the rooms of the entries, what is installed, and what builds. */
export const bundleSources: readonly string[] = [
  ...new Set(bundleEntries.map(entry => entry.replace(/\/.*/, ''))),
  ...['package.json', 'package-lock.json', 'tsconfig.json'],
  ...['bundles', 'bundle', 'build-types', 'build-notices'].map(name => `scripts/${name}.ts`),
];

/** For esbuild's `build`. `folder`: where else than in the bundle's own, absolute. */
export function buildOptions(
  bundle: Bundle,
  folder = inProject(bundle.folder),
): BuildOptions & { metafile: true } {
  return {
    absWorkingDir: inProject(),
    entryPoints: { ...bundle.entries },
    outdir: folder,
    bundle: true,
    minify: true,
    logLevel: 'warning',
    ...bundle.options,
    metafile: true,
  };
}
