/** Which Node a trainer runs in. The extension host's own may be Electron, or too old. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { messageOf } from '../../protocol/error-message.ts';

export interface NodeExecutable {
  readonly path: string;
  /** What the environment needs besides, to make it a Node. */
  readonly env: Readonly<Record<string, string>>;
}

const OLDEST = [20, 19] as const;

/**
 * The user's setting, else `node` in PATH, else the program that runs this (Electron, told to be Node). A setting
 * that does not lead to a Node of version 20.19 or newer is an error; the others are passed over.
 */
export async function chooseNode(setting: string | undefined): Promise<NodeExecutable> {
  if (setting !== undefined) {
    const problem = await problemWith(setting);
    if (problem !== undefined) throw new Error(`The Node set for training, ${setting}, ${problem}.`);
    return { path: setting, env: {} };
  }
  const problem = await problemWith('node');
  if (problem === undefined) return { path: 'node', env: {} };
  if (!isRecent(process.versions.node)) {
    throw new Error(
      `Training needs Node ${OLDEST.join('.')} or newer: node in PATH ${problem}, and VS Code's own is ` +
        `${process.versions.node}. Install Node, or set its path.`,
    );
  }
  const isElectron = process.versions['electron'] !== undefined;
  return { path: process.execPath, env: isElectron ? { ELECTRON_RUN_AS_NODE: '1' } : {} };
}

/** This process's environment without what debuggers, VS Code and launchers put there for their own children. */
export function trainerEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) =>
      !/^(NODE_OPTIONS|NODE_CHANNEL_.*|NODE_INSPECT_.*|ELECTRON_.*|VSCODE_.*|SLIM_LAUNCHED_BY)$/i.test(name),
  );
  return Object.fromEntries(own);
}

async function problemWith(path: string): Promise<string | undefined> {
  try {
    const options = { timeout: 10_000, windowsHide: true, env: trainerEnvironment() };
    const answer = await promisify(execFile)(path, ['--version'], options);
    const version = answer.stdout.trim().replace(/^v/, '');
    return isRecent(version) ? undefined : `is of version ${version}: ${OLDEST.join('.')} or newer is needed`;
  } catch (error) {
    return `does not run (${(error as NodeJS.ErrnoException).code ?? messageOf(error)})`;
  }
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
