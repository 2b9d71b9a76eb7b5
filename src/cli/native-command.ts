/** `slim-train native`: the native backend on this machine. */

import { installNative, nativeStatus, type NativeStatus } from '../backends/native-install.ts';
import { parseCommandLine } from './command-line.ts';
import { UsageError } from './usage-error.ts';

export const nativeHelp = `slim-train native install [options]
slim-train native status

  install    gets the native backend, several times faster than the embedded one: tfjs-node's own download, and where
             that cannot be had, built against the TensorFlow of PyPI (Linux)
  status     says whether it is there and works

  --force                    install anew although what is there works
  --python-tensorflow DIR    build against this Python package tensorflow, instead of downloading one

Exit code: 0 it works, 1 it does not, 2 wrong usage.
`;

const options = {
  force: { type: 'boolean' },
  'python-tensorflow': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Resolves to the exit code. */
export async function nativeCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, options);
  if (values.help === true) {
    process.stdout.write(nativeHelp);
    return 0;
  }
  const { force = false, 'python-tensorflow': pythonTensorflow } = values;
  const [action, ...rest] = positionals;
  if (action === 'install' && rest.length === 0) {
    return install({ force, ...(pythonTensorflow === undefined ? {} : { pythonTensorflow }) });
  }
  if (action === 'status' && rest.length === 0) return status();
  throw new UsageError(`slim-train native install or status, not '${positionals.join(' ')}'.`);
}

async function install(how: { force: boolean; pythonTensorflow?: string }): Promise<number> {
  const installed = await installNative(how, message => {
    process.stdout.write(`${message}...\n`);
  });
  process.stdout.write(
    `The native backend works (libtensorflow ${installed.libtensorflow}, ${installed.how}): ${installed.folder}\n`,
  );
  return 0;
}

async function status(): Promise<number> {
  const found = await nativeStatus([process.cwd()]);
  if (found.length === 0) {
    process.stdout.write('The native backend is not installed: slim-train native install gets it.\n');
  }
  for (const copy of found) process.stdout.write(`${describe(copy)}\n`);
  return found.some(({ problem }) => problem === undefined) ? 0 : 1;
}

function describe({ folder, origin, libtensorflow, problem }: NativeStatus): string {
  const whose = origin === 'workspace' ? 'of this workspace' : 'of this user';
  if (problem !== undefined) return `${folder}, ${whose}, does not work: ${problem}`;
  return `${folder}, ${whose}, works: libtensorflow ${libtensorflow ?? 'of unknown version'}`;
}
