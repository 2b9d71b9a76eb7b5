import { readFile } from 'node:fs/promises';

const UTF8 = new TextDecoder();

/** A file of UTF-8, without the byte order mark that Notepad and PowerShell put before it, which JSON does not know. */
export async function readText(path: string): Promise<string> {
  return UTF8.decode(await readFile(path));
}
