/** Commands to a trainer as files in its run folder, for where its socket cannot be reached (another machine). */

import { lstat, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../formats/make-folder.ts';

const FILE_COMMANDS = ['stop', 'pause', 'resume', 'save'] as const;

export type FileCommand = (typeof FILE_COMMANDS)[number];

export async function leaveCommand(runFolder: string, command: FileCommand): Promise<void> {
  const folder = commandsFolder(runFolder);
  await makeFolder(folder);
  // The folder can have come with somebody else's: nothing is written where a link in it leads.
  if (!(await lstat(folder)).isDirectory())
    throw new Error(`${folder} is a link: no command is left there. Delete it.`);
  try {
    await writeFile(join(folder, command), '', { flag: 'wx' });
  } catch (error) {
    // It was left before, and is not taken yet.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The commands left since the last time, each taken once. */
export async function takeCommands(runFolder: string): Promise<FileCommand[]> {
  const folder = commandsFolder(runFolder);
  const names = await readdir(folder).catch((): string[] => []);
  const taken: FileCommand[] = [];
  for (const command of FILE_COMMANDS) {
    if (!names.includes(command)) continue;
    await rm(join(folder, command), { force: true });
    taken.push(command);
  }
  return taken;
}

function commandsFolder(runFolder: string): string {
  return join(runFolder, 'commands');
}
