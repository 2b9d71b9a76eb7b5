import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { provideEditorTypes } from '../src/catalog/editor-types.ts';
import { inProject } from './project-folders.ts';

/**
 * Copies the example and the editor's typings into `folder`, as Create Example does, or brings the copy up to date: files that the example has changed since the last
 * time are copied again, but not over what the user has edited; runs stay.
 * @returns the names of edited files that were left as they are although the example has newer ones.
 */
export async function copyExample(folder: string): Promise<string[]> {
  const example = inProject('examples/digits');
  const listFile = path.join(folder, '.slim/example.json');
  const copied = existsSync(listFile)
    ? (JSON.parse(await readFile(listFile, 'utf8')) as Record<string, string>)
    : {};
  const kept: string[] = [];
  const entries = await readdir(example, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter(each => each.isFile())) {
    const source = path.join(entry.parentPath, entry.name);
    const name = path.relative(example, source);
    const target = path.join(folder, name);
    const newest = await digest(source);
    if (newest === copied[name] && existsSync(target)) continue;
    if (existsSync(target) && (await digest(target)) !== (copied[name] ?? newest)) {
      kept.push(name);
      continue;
    }
    await cp(source, target);
    copied[name] = newest;
  }
  await provideEditorTypes(inProject('dist/types'), folder);
  await mkdir(path.dirname(listFile), { recursive: true });
  await writeFile(listFile, JSON.stringify(copied, null, 2));
  return kept;
}

async function digest(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
