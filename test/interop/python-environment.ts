/**
 * The real TensorFlow and TensorBoard, in a virtual environment under `.cache/python` of this repository, made when it
 * is not there yet. The native backend is built against the same TensorFlow.
 */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { virtualEnvironment, type PythonEnvironment } from './virtual-environment.ts';

const run = promisify(execFile);

const PACKAGES = ['tensorflow-cpu==2.15.1', 'tensorboard==2.15.2', 'numpy==1.26.4'];

/** Finds or makes the environment. Making it takes minutes. */
export function pythonEnvironment(): Promise<PythonEnvironment> {
  return virtualEnvironment('python', PACKAGES);
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
