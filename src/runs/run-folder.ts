/** Where attempts are recorded: `.slim/runs/ID/` in the folder that they were started from. */

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../formats/make-folder.ts';
import { messageOf } from '../protocol/error-message.ts';

export function runsFolder(root: string): string {
  return join(root, '.slim', 'runs');
}

/** The folder that a run was started from. */
export function rootOf(runFolder: string): string {
  return dirname(dirname(dirname(runFolder)));
}

export function recordPath(runFolder: string): string {
  return join(runFolder, 'run.json');
}

/** What became of each variable at a warm start: a RestoreReport, as JSON. */
export function restoreReportPath(folder: string): string {
  return join(folder, 'restore-report.json');
}

export function consolePath(runFolder: string): string {
  return join(runFolder, 'console.log');
}

/** Sorted as text, ids are sorted by time: `20260314-092653-589-3f9a1c`, in UTC. */
export function newRunId(now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const clock = time.replace(/[:.]/g, '').replace('Z', '');
  const random = randomBytes(3).toString('hex');
  return `${date.replaceAll('-', '')}-${clock.slice(0, 6)}-${clock.slice(6)}-${random}`;
}

/** Makes a new run folder below `root`, and says to git that none of it is source. Returns its path. */
export async function createRunFolder(root: string): Promise<string> {
  const folder = join(runsFolder(root), newRunId(new Date()));
  try {
    await makeFolder(folder);
    await ignoreInGit(root);
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`No run can be recorded in ${root} (${why}). Start it in a folder that can be written.`, {
      cause: error,
    });
  }
  return folder;
}

async function ignoreInGit(root: string): Promise<void> {
  try {
    await writeFile(join(root, '.slim', '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
