import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildOptions, bundles, nodeModules } from '../../../scripts/bundles.ts';
import type { RunFailure } from '../../../src/protocol/run.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

export interface LoadingResult {
  readonly failure: RunFailure | null;
  /** Lines that the script printed. */
  readonly output: readonly string[];
  readonly stderr: string;
}

/** A workspace without node_modules, and the bundles somewhere else, as an installed extension has them. */
export class LoadingProcess {
  readonly workspace: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.workspace = join(folder, 'workspace');
  }

  static async create(): Promise<LoadingProcess> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'slim-training-loading-')));
    const dist = join(folder, 'dist');
    const created = new LoadingProcess(folder);
    await mkdir(created.workspace);
    await build({
      entryPoints: {
        runner: join(import.meta.dirname, 'loading-runner.ts'),
        'slim-training': join(import.meta.dirname, 'stand-in-library.ts'),
        'module-hooks': join(ROOT, 'src', 'trainer', 'script', 'module-hooks.ts'),
      },
      outdir: dist,
      bundle: true,
      ...nodeModules,
    });
    await writeFile(join(dist, 'package.json'), '{ "type": "module" }');
    await buildEmbedded(join(dist, 'embedded'));
    return created;
  }

  /** Writes a file of the workspace and answers its path. */
  async write(name: string, content: string): Promise<string> {
    const file = join(this.workspace, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    return file;
  }

  /** Loads a script of the workspace in a process of its own. */
  run(name: string, backend: 'embedded' | 'native' = 'embedded'): Promise<LoadingResult> {
    const script = join(this.workspace, name);
    return new Promise((resolve, reject) => {
      const runner = join(this.#folder, 'dist', 'runner.js');
      execFile(
        process.execPath,
        [runner, script, backend],
        { cwd: this.workspace },
        (_error, stdout, stderr) => {
          const output = stdout.trimEnd().split('\n');
          const last = output.pop() ?? '';
          try {
            resolve({ failure: JSON.parse(last) as RunFailure | null, output, stderr });
          } catch {
            reject(new Error(`The runner said no result:\n${stdout}\n${stderr}`));
          }
        },
      );
    });
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** By the project's own table, so that what ships is what is tested. */
async function buildEmbedded(folder: string): Promise<void> {
  const embedded = bundles.filter(bundle => bundle.folder === 'dist/embedded');
  await Promise.all(embedded.map(bundle => build(buildOptions(bundle, folder))));
}
