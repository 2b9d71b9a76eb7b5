/** Virtual environments of Python with packages from PyPI, in folders of `.cache`, made when they are not there yet. */

import { execFile } from 'node:child_process';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { inCache } from '../../scripts/project-folders.ts';
import { processExists } from '../../src/formats/process-exists.ts';

const run = promisify(execFile);

/** TensorFlow 2.12 and 2.15 have wheels for these. */
const MINOR_VERSIONS = [11, 10, 9];

const MISSING =
  'Python 3.9, 3.10 or 3.11 with venv is needed (Debian and Ubuntu: apt-get install python3-venv).';

export interface PythonEnvironment {
  /** The interpreter. */
  readonly python: string;
  /** `site-packages/tensorflow`: its shared libraries and headers are in there. */
  readonly tensorflow: string;
}

const environments = new Map<string, Promise<PythonEnvironment>>();

/**
 * Finds or makes the environment in `.cache/NAME`, once in this process, and by one process at a time. Making it takes
 * minutes.
 *
 * @throws Error with pip's own words when the packages cannot be had.
 */
export function virtualEnvironment(name: string, packages: readonly string[]): Promise<PythonEnvironment> {
  const known = environments.get(name);
  if (known !== undefined) return known;
  const folder = inCache(name);
  const made = withLock(
    `${folder}.lock`,
    async () => (await installed(folder, packages)) ?? (await install(folder, packages)),
  );
  environments.set(name, made);
  return made;
}

/** Written when everything is installed: what is in it decides whether the environment is good as it is. */
function stampOf(folder: string): string {
  return join(folder, 'installed.json');
}

async function installed(
  folder: string,
  packages: readonly string[],
): Promise<PythonEnvironment | undefined> {
  try {
    const stamp = JSON.parse(await readFile(stampOf(folder), 'utf8')) as PythonEnvironment & {
      readonly packages: string[];
    };
    // An environment does not work any more once its folder was moved.
    const good = stamp.packages.join() === packages.join() && stamp.python.startsWith(folder);
    return good ? stamp : undefined;
  } catch {
    return undefined;
  }
}

async function install(folder: string, packages: readonly string[]): Promise<PythonEnvironment> {
  const system = await systemPython();
  process.stderr.write(`Installing ${packages.join(', ')} into ${folder} ...\n`);
  await rm(folder, { recursive: true, force: true });
  try {
    await run(system, ['-m', 'venv', folder]);
  } catch (error) {
    throw new Error(MISSING, { cause: error });
  }
  const python =
    process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  await pipInstall(python, packages);
  const { stdout } = await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  const made = { python, tensorflow: join(stdout.trim(), 'tensorflow'), packages };
  await writeFile(stampOf(folder), JSON.stringify(made, null, 2));
  return made;
}

async function pipInstall(python: string, packages: readonly string[]): Promise<void> {
  try {
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    const reasons = stderr.split('\n').filter(line => line.startsWith('ERROR:'));
    throw new Error(
      `pip did not install ${packages.join(', ')}: ${reasons.join(' ') || String(error)}\n` +
        'It asks PyPI, or the index that PIP_INDEX_URL names.',
      { cause: error },
    );
  }
}

async function systemPython(): Promise<string> {
  for (const command of [...MINOR_VERSIONS.map(minor => `python3.${minor}`), 'python3', 'python']) {
    try {
      const { stdout } = await run(command, [
        '-c',
        'import sys, venv, ensurepip; print(sys.version_info[:2])',
      ]);
      if (MINOR_VERSIONS.some(minor => stdout.includes(`(3, ${minor})`))) return command;
    } catch {
      // Not there, or without venv: the next one.
    }
  }
  throw new Error(MISSING);
}

/** The lock is a file with its owner's pid. That of a process which has ended is taken over. */
async function withLock<T>(lock: string, use: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lock), { recursive: true });
  while (!(await tryLock(lock))) {
    if (!(await ownerLives(lock))) await rm(lock, { force: true });
    else await delay(500);
  }
  try {
    return await use();
  } finally {
    await rm(lock, { force: true });
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function ownerLives(lock: string): Promise<boolean> {
  const pid = Number(await readFile(lock, 'utf8').catch(() => ''));
  // Just made and not filled yet, or just removed.
  return pid === 0 || processExists(pid);
}
