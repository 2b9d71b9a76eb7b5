/** How each side is started. The kernels of all of them may use as many threads as the machine has cores. */

import { availableParallelism } from 'node:os';
import { childEnvironment } from '../../../scripts/child-environment.ts';
import { inProject } from '../../../scripts/project-folders.ts';
import { virtualEnvironment } from '../../interop/virtual-environment.ts';
import type { SideCommand } from './side.ts';

const here = import.meta.dirname;

/** What `tf_slim` is measured on; `tf_slim-same` has the version of our native backend. */
export const TF_SLIM_TENSORFLOW = '2.12.1';

export interface SideSetting {
  /** Where it runs, and what it may write goes. */
  readonly folder: string;
  readonly backend: 'native' | 'embedded';
}

/** A script (its path) that trains by our library, as `slim-train run` runs it. */
export function ours(script: string, { folder, backend }: SideSetting): SideCommand {
  return {
    command: process.execPath,
    args: [inProject('dist', 'slim-train.js'), 'run', script, '--backend', backend],
    cwd: folder,
    env: environment({ BENCH_WORKLOAD: folder }),
  };
}

/** A script that trains by TensorFlow.js alone. */
export function tfjs(script: string, { folder, backend }: SideSetting): SideCommand {
  return {
    command: process.execPath,
    args: ['--import', 'tsx', `${here}/tfjs/${script}`],
    cwd: inProject(),
    env: environment({ BENCH_WORKLOAD: folder, BENCH_BACKEND: backend }),
  };
}

/** A script that trains by TF-Slim, on that version of TensorFlow, in a virtual environment that is made if need be. */
export async function tfSlim(script: string, tensorflow: string, folder: string): Promise<SideCommand> {
  const packages = [`tensorflow-cpu==${tensorflow}`, 'tf_slim==1.1.0'];
  const { python } = await virtualEnvironment(`tf-slim-${tensorflow}`, packages);
  return {
    command: python,
    args: [`${here}/tf_slim/${script}`],
    cwd: folder,
    env: environment({
      BENCH_WORKLOAD: folder,
      PYTHONDONTWRITEBYTECODE: '1',
      BENCH_DIGITS: inProject('examples', 'digits'),
    }),
  };
}

function environment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return childEnvironment({
    TF_CPP_MIN_LOG_LEVEL: '3',
    CUDA_VISIBLE_DEVICES: '',
    TF_NUM_INTRAOP_THREADS: String(availableParallelism()),
    ...own,
  });
}
