/**
 * Builds tfjs-node's addon from the package's own sources against the libtensorflow inside PyPI's TensorFlow, where its
 * own download cannot be had. Linux only: elsewhere the wheels have no such library.
 */

import { existsSync } from 'node:fs';
import { readdir, rename, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '../formats/make-folder.ts';
import { findTool, runTool } from './run-tool.ts';

/** The newest whose C API tfjs-node 4.22 was built and measured with; Python 3.9 to 3.11 have it as well. */
const TENSORFLOW_VERSION = '2.15.1';

/** PyPI's distribution for each of the processors. */
const DISTRIBUTIONS: Readonly<Record<string, string>> = {
  x64: 'tensorflow-cpu',
  arm64: 'tensorflow-cpu-aws',
};

/** Its Node-API is 9; tfjs-node 4.22 knows up to 8, and every later Node loads that. */
const NODE_API = 8;

export interface BuildOptions {
  /** The folder of an installed Python package `tensorflow`, to link to instead of downloading it; see {@link findPythonTensorFlow}. */
  readonly pythonTensorflow?: string;
}

/** Why this machine cannot build the addon; undefined: it can. */
export function obstacleToBuild({ pythonTensorflow }: BuildOptions): string | undefined {
  const { platform, arch } = process;
  if (platform !== 'linux' || DISTRIBUTIONS[arch] === undefined) {
    return `On ${platform} ${arch} there is no library to build it with. Train with the embedded backend, which needs nothing.`;
  }
  const missing = [
    ...(compiler() === undefined ? ['g++'] : []),
    ...(pythonTensorflow === undefined && python() === undefined ? ['python3 with pip'] : []),
  ];
  if (missing.length === 0) return undefined;
  return `To build it, ${missing.join(' and ')} must be installed. On Debian or Ubuntu: apt-get install g++ python3-pip`;
}

/**
 * @param root folder in whose node_modules are `@tensorflow/tfjs-node` and `node-api-headers`
 * @param report is told each step before it begins
 */
export async function buildNative(
  root: string,
  { pythonTensorflow }: BuildOptions,
  report: (message: string) => void,
): Promise<void> {
  const addon = join(root, 'node_modules', '@tensorflow', 'tfjs-node');
  const libraries = join(addon, 'deps', 'lib');
  await rm(join(addon, 'deps'), { recursive: true, force: true });
  await makeFolder(libraries);
  if (pythonTensorflow !== undefined) {
    report(`Linking to the TensorFlow in ${pythonTensorflow}`);
    for (const library of await librariesOf(pythonTensorflow)) {
      await symlink(join(pythonTensorflow, library), join(libraries, library));
    }
    await compile(root, addon, join(pythonTensorflow, 'include'), report);
    return;
  }
  const downloads = join(root, 'python');
  const tensorflow = await downloadTensorFlow(downloads, report);
  for (const library of await librariesOf(tensorflow)) {
    await rename(join(tensorflow, library), join(libraries, library));
  }
  await compile(root, addon, join(tensorflow, 'include'), report);
  await rm(downloads, { recursive: true, force: true });
}

async function downloadTensorFlow(downloads: string, report: (message: string) => void): Promise<string> {
  const distribution = `${DISTRIBUTIONS[process.arch] ?? ''}==${TENSORFLOW_VERSION}`;
  report(`Downloading ${distribution} from PyPI (about 200 MB)`);
  // Only its C library is wanted: the wheel for Python 3.11 serves, whatever Python there is.
  const wheel = ['--no-deps', '--only-binary=:all:', '--implementation=cp', '--python-version=3.11'];
  const quiet = ['--quiet', '--no-compile', '--disable-pip-version-check', '--no-warn-conflicts'];
  const pip = ['-m', 'pip', 'install', ...quiet, ...wheel, '--target', downloads, distribution];
  await runTool(python() ?? 'python3', pip);
  return findPythonTensorFlow(join(downloads, 'tensorflow'));
}

/**
 * The folder of the Python package `tensorflow`, given that or the environment in which it is installed.
 *
 * @throws Error when there is none, or one whose libraries are not what tfjs-node is built against
 */
export async function findPythonTensorFlow(folder: string): Promise<string> {
  const versions = existsSync(join(folder, 'lib')) ? await readdir(join(folder, 'lib')) : [];
  const inEnvironment = versions.map(python => join(folder, 'lib', python, 'site-packages', 'tensorflow'));
  for (const candidate of [folder, ...inEnvironment]) {
    if ((await librariesOf(candidate)).length === 2) return resolve(candidate);
  }
  throw new Error(
    `In ${folder} is no TensorFlow 2.12 or later for Python: ` +
      'its libtensorflow_cc.so.2, libtensorflow_framework.so.2 and include are looked for',
  );
}

async function librariesOf(tensorflow: string): Promise<string[]> {
  if (!existsSync(join(tensorflow, 'include'))) return [];
  return (await readdir(tensorflow)).filter(name => /^libtensorflow_(?:cc|framework)\.so\.\d+$/.test(name));
}

async function compile(
  root: string,
  addon: string,
  include: string,
  report: (message: string) => void,
): Promise<void> {
  report('Compiling the addon (about 20 seconds)');
  const output = join(addon, 'lib', `napi-v${NODE_API}`);
  await rm(join(addon, 'lib'), { recursive: true, force: true });
  await makeFolder(output);
  const libraries = join(addon, 'deps', 'lib');
  const linked = await readdir(libraries);
  await runTool(
    compiler() ?? 'g++',
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-fvisibility=hidden'],
      ...[`-DNAPI_VERSION=${NODE_API}`, '-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION'],
      ...['-I', join(root, 'node_modules', 'node-api-headers', 'include'), '-I', include],
      ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'],
      ...['-L', libraries, ...linked.map(library => `-l:${library}`)],
      // Found from where the addon lies, so that the whole folder can be moved.
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ...['-o', join(output, 'tfjs_binding.node')],
    ],
    { cwd: addon },
  );
}

function compiler(): string | undefined {
  return findTool([process.env['CXX'] ?? 'g++', 'g++', 'clang++']);
}

function python(): string | undefined {
  return findTool([process.env['PYTHON'] ?? 'python3', 'python3']);
}
