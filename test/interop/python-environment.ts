/**
 * The real TensorFlow and TensorBoard, in a virtual environment under `.cache/python` of this repository, made when it
 * is not there yet. The native backend is built against the same TensorFlow.
 */

import { execFile } from 'node:child_process';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const FOLDER = join(import.meta.dirname, '..', '..', '.cache', 'python');
/** Written when everything is installed: what is in it decides whether the environment is good as it is. */
const STAMP = join(FOLDER, 'installed.json');
const LOCK = `${FOLDER}.lock`;

const PACKAGES = ['tensorflow-cpu==2.15.1', 'tensorboard==2.15.2', 'numpy==1.26.4'];

/** TensorFlow 2.15 has wheels for these. */
const MINOR_VERSIONS = [11, 10, 9];

const MISSING =
  'The interop tests need Python 3.9, 3.10 or 3.11 with venv (Debian and Ubuntu: apt-get install python3-venv).';

export interface PythonEnvironment {
  /** The interpreter. */
  readonly python: string;
  /** `site-packages/tensorflow`: its shared libraries and headers are in there. */
  readonly tensorflow: string;
}

let environment: Promise<PythonEnvironment> | undefined;

/** Finds or makes the environment, once in this process, and by one process at a time. Making it takes minutes. */
export function pythonEnvironment(): Promise<PythonEnvironment> {
  environment ??= withLock(async () => (await installed()) ?? (await install()));
  return environment;
}

/**
 * Runs a Python snippet, which finds `input` (parsed from JSON) and leaves its answer in `result` (given out as JSON).
 *
 * @throws Error with Python's own message when the snippet fails.
 */
export async function runPython(snippet: string, input: unknown): Promise<unknown> {
  const { python } = await pythonEnvironment();
  const program = `import json, sys\ninput = json.load(sys.stdin)\n${snippet}\nprint('\\n' + json.dumps(result))`;
  const running = run(python, ['-c', program], {
    maxBuffer: 2 ** 30,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' },
  });
  running.child.stdin?.end(JSON.stringify(input));
  const { stdout } = await running;
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

async function installed(): Promise<PythonEnvironment | undefined> {
  try {
    const stamp = JSON.parse(await readFile(STAMP, 'utf8')) as PythonEnvironment & {
      readonly packages: string[];
    };
    // An environment does not work any more once its folder was moved.
    const good = stamp.packages.join() === PACKAGES.join() && stamp.python.startsWith(FOLDER);
    return good ? stamp : undefined;
  } catch {
    return undefined;
  }
}

async function install(): Promise<PythonEnvironment> {
  const system = await systemPython();
  process.stderr.write(`Installing ${PACKAGES.join(', ')} into ${FOLDER} ...\n`);
  await rm(FOLDER, { recursive: true, force: true });
  try {
    await run(system, ['-m', 'venv', FOLDER]);
  } catch (error) {
    throw new Error(MISSING, { cause: error });
  }
  const python =
    process.platform === 'win32' ? join(FOLDER, 'Scripts', 'python.exe') : join(FOLDER, 'bin', 'python');
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
  const { stdout } = await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  const made = { python, tensorflow: join(stdout.trim(), 'tensorflow'), packages: PACKAGES };
  await writeFile(STAMP, JSON.stringify(made, null, 2));
  return made;
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
async function withLock<T>(use: () => Promise<T>): Promise<T> {
  await mkdir(dirname(LOCK), { recursive: true });
  while (!(await tryLock())) {
    if (!(await ownerLives())) await rm(LOCK, { force: true });
    else await delay(500);
  }
  try {
    return await use();
  } finally {
    await rm(LOCK, { force: true });
  }
}

async function tryLock(): Promise<boolean> {
  try {
    const file = await open(LOCK, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function ownerLives(): Promise<boolean> {
  const pid = Number(await readFile(LOCK, 'utf8').catch(() => ''));
  // Just made and not filled yet, or just removed.
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
