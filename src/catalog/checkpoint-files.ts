/** Which checkpoint a file belongs to, and what the file system says of it. */

import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { indexFile, prefixOf } from '../formats/bundle-file-names.ts';
import { v1Shard } from '../formats/v1-file-names.ts';

/** So much tells whether a file is text. */
const HEAD_BYTES = 4096;

/** The path prefix of a V2 checkpoint of which this is a file; otherwise the file itself. */
export function checkpointPath(file: string): string {
  return prefixOf(file) ?? file;
}

/** A file of the checkpoint that an editor can be opened on. */
export async function fileOfCheckpoint(path: string): Promise<string> {
  const index = indexFile(path);
  return (await statOf(index)) === undefined ? path : index;
}

/** What people call it: of a SavedModel, whose checkpoint is always called `variables`, the model's folder. */
export function checkpointName(path: string): string {
  const name = basename(path);
  const folder = dirname(path);
  return name === 'variables' && basename(folder) === 'variables' ? basename(dirname(folder)) : name;
}

export interface CheckpointState {
  /** Of all its files. */
  readonly bytes: number;
  /** When the newest of them was written, in milliseconds since 1970. */
  readonly saved: number;
  /** Differs when a file was written, added or removed. */
  readonly signature: string;
}

/** Undefined: no file of it is there. */
export async function stateOfCheckpoint(file: string): Promise<CheckpointState | undefined> {
  const folder = dirname(file);
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.filter(isFileOf(basename(file))).sort();
  const states = await Promise.all(
    files.map(async name => ({ name, state: await statOf(join(folder, name)) })),
  );
  const found = states.flatMap(({ name, state }) => (state === undefined ? [] : [{ name, ...state }]));
  if (!found.some(({ name }) => name === basename(file))) return undefined;
  return {
    bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
    saved: Math.max(...found.map(({ modified }) => modified)),
    signature: JSON.stringify(found),
  };
}

/** Which files of the folder make one checkpoint with that one. */
function isFileOf(name: string): (other: string) => boolean {
  const ofBundle = prefixOf(name);
  if (ofBundle !== undefined) return other => prefixOf(other) === ofBundle;
  const base = v1Shard(name)?.base;
  return base === undefined ? other => other === name : other => v1Shard(other)?.base === base;
}

async function statOf(path: string): Promise<{ bytes: number; modified: number } | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, modified: mtimeMs };
  } catch {
    return undefined;
  }
}

/** Whether a file that is named like a checkpoint is text: then VS Code's own editor is the right one. */
export async function isTextFile(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    // A sequence of UTF-8 may be cut at the end of what was read.
    const isUtf8 = !new TextDecoder().decode(head, { stream: true }).includes('\ufffd');
    return bytesRead > 0 && isUtf8 && !head.some(isControl);
  } finally {
    await file.close();
  }
}

/** All below a space but tab, line feed, form feed and carriage return. */
function isControl(byte: number): boolean {
  return byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13;
}
