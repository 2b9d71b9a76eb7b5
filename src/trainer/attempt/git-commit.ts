import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The commit that `folder` is at; undefined where there is no git, no repository, or no answer within 2 seconds. */
export async function gitCommit(folder: string): Promise<string | undefined> {
  try {
    const options = { cwd: folder, timeout: 2000, windowsHide: true };
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], options);
    return /^[0-9a-f]{40,64}$/.exec(stdout.trim())?.[0];
  } catch {
    return undefined;
  }
}
