/** `slim-train native install`: gets the native backend for all of a user's workspaces. */

import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import { makeFolder } from '../formats/make-folder.ts';
import { messageOf } from '../protocol/error-message.ts';
import { buildNative, findPythonTensorFlow, obstacleToBuild, type BuildOptions } from './native-build.ts';
import { findNative, type NativeCandidate } from './native-backend.ts';
import { nativeFolder } from './native-folder.ts';
import { smokeTestNative } from './native-smoke-test.ts';
import { runTool } from './run-tool.ts';

const TFJS_NODE_VERSION = '4.22.0';
const PACKAGES = [`@tensorflow/tfjs-node@${TFJS_NODE_VERSION}`, 'node-api-headers@^1.5.0'];

/** Where tfjs-node's own installation downloads from, unless its variables name another place. */
const GOOGLE_STORAGE = 'https://storage.googleapis.com/tensorflow/libtensorflow/';
const REACH_TIMEOUT_MS = 10_000;
const STOCK_TIMEOUT_MS = 15 * 60_000;

export interface NativeInstallOptions {
  /** A Python environment with TensorFlow, or that package's folder: link to its libraries instead of downloading any. */
  readonly pythonTensorflow?: string;
  /** Default: {@link nativeFolder}. */
  readonly folder?: string;
  /** Install anew although what is there works. */
  readonly force?: boolean;
}

export interface InstalledNative {
  readonly folder: string;
  readonly libtensorflow: string;
  readonly how: 'already there' | 'downloaded' | 'built';
}

/**
 * Installs `@tensorflow/tfjs-node`: its own download first, and where that fails or does not load, built from its own
 * sources against PyPI's TensorFlow. What was there before stays until the new one works.
 *
 * The environment variable `SLIM_TRAINING_PYTHON_TENSORFLOW` stands for the option `pythonTensorflow`.
 *
 * @param report is told each step before it begins
 * @throws Error that says what is missing and what to do
 */
export async function installNative(
  options: NativeInstallOptions,
  report: (message: string) => void,
): Promise<InstalledNative> {
  const folder = options.folder ?? nativeFolder();
  if (options.force !== true && existsSync(packageIn(folder))) {
    try {
      return { folder, libtensorflow: await smokeTestNative(packageIn(folder)), how: 'already there' };
    } catch {
      report(`What is in ${folder} does not work: it is installed anew`);
    }
  }
  const python = options.pythonTensorflow ?? process.env['SLIM_TRAINING_PYTHON_TENSORFLOW'] ?? '';
  const build: BuildOptions = python === '' ? {} : { pythonTensorflow: await findPythonTensorFlow(python) };
  await makeFolder(dirname(folder));
  await removeAbandoned(folder);
  const work = `${folder}.installing-${process.pid}`;
  await mkdir(work);
  try {
    await installPackages(work, report);
    const how = await downloadOrBuild(work, build, report);
    report('Training a step with it');
    const libtensorflow = await smokeTestNative(packageIn(work));
    await takePlace(work, folder);
    return { folder, libtensorflow, how };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export interface NativeStatus extends NativeCandidate {
  readonly libtensorflow?: string;
  /** Why it does not work, when it does not. */
  readonly problem?: string;
}

/** Each installed copy of tfjs-node, best first, and whether it works: a process of its own tries it. */
export async function nativeStatus(searchFrom: readonly string[]): Promise<NativeStatus[]> {
  return Promise.all(
    findNative(searchFrom).map(async candidate => {
      try {
        return { ...candidate, libtensorflow: await smokeTestNative(candidate.folder) };
      } catch (error) {
        return { ...candidate, problem: messageOf(error) };
      }
    }),
  );
}

function packageIn(folder: string): string {
  return join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
}

async function installPackages(work: string, report: (message: string) => void): Promise<void> {
  report(`Installing @tensorflow/tfjs-node ${TFJS_NODE_VERSION} from npm`);
  await writeFile(join(work, 'package.json'), '{ "private": true }\n');
  const [command, ...first] = npmCommand();
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  await runTool(command, [...first, 'install', '--ignore-scripts', ...quiet, ...PACKAGES], { cwd: work });
}

async function downloadOrBuild(
  work: string,
  build: BuildOptions,
  report: (message: string) => void,
): Promise<'downloaded' | 'built'> {
  let failure = 'it was left out, because there is a TensorFlow to build with';
  if (build.pythonTensorflow === undefined) {
    try {
      await downloadStock(packageIn(work), report);
      return 'downloaded';
    } catch (error) {
      failure = messageOf(error);
      report(`Its own download failed: ${failure}`);
    }
  }
  const obstacle = obstacleToBuild(build);
  if (obstacle !== undefined) {
    throw new Error(`The native backend cannot be installed. Its own download: ${failure}. ${obstacle}`);
  }
  await buildNative(work, build, report);
  return 'built';
}

/** What `npm install` would have run, had it been allowed to: fetches libtensorflow and the addon. */
async function downloadStock(folder: string, report: (message: string) => void): Promise<void> {
  await reachStorage();
  report('Downloading libtensorflow and the addon (about 100 MB)');
  const { PATH = '' } = process.env;
  const tools = join(folder, '..', '..', '.bin');
  await runTool(process.execPath, ['scripts/install.js'], {
    cwd: folder,
    environment: { PATH: `${tools}${delimiter}${PATH}` },
    timeoutMs: STOCK_TIMEOUT_MS,
  });
  await smokeTestNative(folder);
}

/** A firewall that drops packets would hold up its download for minutes. Behind a proxy only the download can tell. */
async function reachStorage(): Promise<void> {
  const elsewhere = [
    'TFJS_NODE_CDN_STORAGE',
    'TFJS_NODE_BASE_URI',
    'CDN_STORAGE',
    'HTTPS_PROXY',
    'https_proxy',
  ];
  if (elsewhere.some(name => process.env[name] !== undefined)) return;
  try {
    await fetch(GOOGLE_STORAGE, { method: 'HEAD', signal: AbortSignal.timeout(REACH_TIMEOUT_MS) });
  } catch (error) {
    throw new Error(`${new URL(GOOGLE_STORAGE).host} cannot be reached (${reasonOf(error)})`, {
      cause: error,
    });
  }
}

/** What fetch says of a failure is only that it failed; why is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** npm as this Node's own, where it lies; otherwise the one on the PATH. */
function npmCommand(): [string, ...string[]] {
  const beside = dirname(process.execPath);
  const scripts = [
    process.env['npm_execpath'] ?? '',
    join(beside, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(beside, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = scripts.find(file => basename(file) === 'npm-cli.js' && existsSync(file));
  return script === undefined ? ['npm'] : [process.execPath, script];
}

async function takePlace(work: string, folder: string): Promise<void> {
  const former = `${folder}.former-${process.pid}`;
  if (existsSync(folder)) await rename(folder, former);
  await rename(work, folder);
  await rm(former, { recursive: true, force: true });
}

/** What an installation left behind that was killed: half a gigabyte. */
async function removeAbandoned(folder: string): Promise<void> {
  const working = `${basename(folder)}.installing-`;
  const former = `${basename(folder)}.former-`;
  for (const name of await readdir(dirname(folder))) {
    const isAbandoned = name.startsWith(working) && !isRunning(Number(name.slice(working.length)));
    if (isAbandoned || name.startsWith(former))
      await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch (error) {
    // It runs, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
