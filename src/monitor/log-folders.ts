/** Finds the log folders below a folder: those that hold logs or checkpoints. */

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isPartFolder } from './log-layout.ts';
import { logReaders } from './readers/log-readers.ts';

const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  'node_modules',
  '__pycache__',
  'venv',
  'site-packages',
]);

/** What a search may cost: whoever points it at a home folder gets what was found until then. */
const MAX_DEPTH = 8;
const MAX_MILLISECONDS = 5000;
const MAX_FOLDERS = 50_000;

/**
 * Absolute paths, sorted. A subfolder that is part of a run (`validation`, see log-layout.ts) stands for the folder
 * above it. Folders with a dot before their name, of Python environments and of node_modules are passed over, and links
 * are not followed; a search that takes too long ends with what it has found.
 */
export async function findLogFolders(root: string): Promise<string[]> {
  const found = new Set<string>();
  const deadline = performance.now() + MAX_MILLISECONDS;
  let level: string[] = [root];
  let looked = 0;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (performance.now() > deadline || looked++ > MAX_FOLDERS) return [...found].sort();
      const entries = await entriesOf(folder);
      if (entries.some(entry => isLogOrCheckpoint(folder, entry))) found.add(folder);
      for (const { name } of entries.filter(isSearched)) next.push(join(folder, name));
    }
    if (depth > 0) for (const folder of level.filter(isPart)) claimForParent(folder, found);
    level = next;
  }
  return [...found].sort();
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // Gone meanwhile, or not to be read: nothing of it can be shown.
    return [];
  }
}

function isLogOrCheckpoint(folder: string, entry: Dirent): boolean {
  return (
    logReaders.some(reader => reader.isLog(folder, entry)) ||
    (!entry.isDirectory() && isCheckpointIndex(entry.name))
  );
}

function isCheckpointIndex(name: string): boolean {
  return /\.ckpt.*\.index$/.test(name) || /^ckpt-\d+\.index$/.test(name);
}

function isSearched(entry: Dirent): boolean {
  return entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED_FOLDERS.has(entry.name);
}

function isPart(folder: string): boolean {
  return isPartFolder(basename(folder));
}

function claimForParent(folder: string, found: Set<string>): void {
  if (found.delete(folder)) found.add(join(folder, '..'));
}
