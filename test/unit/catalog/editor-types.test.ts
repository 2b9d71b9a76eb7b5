import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  configuredFolder,
  provideEditorTypes,
  refreshEditorTypes,
} from '../../../src/catalog/editor-types.ts';

let root: string;
let types: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'editor-types-'));
  [types, folder] = [join(root, 'types'), join(root, 'workspace')];
  await mkdir(types);
  await mkdir(folder);
  await writeFile(
    join(types, 'slim-training.d.ts'),
    'export declare function conv2d(units: number): string;\n',
  );
  await writeFile(join(types, 'tfjs.d.ts'), 'export declare function relu(x: number): number;\n');
});

afterEach(() => rm(root, { recursive: true }));

/** What the editor would underline in that script. */
async function squiggles(script: string): Promise<string[]> {
  await writeFile(join(folder, 'train.ts'), script);
  const configuration = ts.getParsedCommandLineOfConfigFile(join(folder, 'tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: diagnostic => {
      throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '));
    },
  });
  if (configuration === undefined) throw new Error('no configuration');
  const program = ts.createProgram(configuration.fileNames, configuration.options);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

describe('provideEditorTypes', () => {
  it('lets the editor know both modules where nothing is installed', async () => {
    await provideEditorTypes(types, folder);
    const script = `
      import * as slim from 'slim-training';
      import * as tf from '@tensorflow/tfjs';
      console.log(slim.conv2d(tf.relu(32)).length);`;
    expect(await squiggles(script)).toEqual([]);
    expect(await squiggles(`${script} slim.conv2d('32');`)).toHaveLength(1);
  });

  it('keeps the copy out of git', async () => {
    await provideEditorTypes(types, folder);
    expect(await readFile(join(folder, '.slim/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('leaves a folder alone in which the modules are installed, also above it', async () => {
    await mkdir(join(root, 'node_modules/@tensorflow/tfjs'), { recursive: true });
    await mkdir(join(folder, 'node_modules/slim-training'), { recursive: true });
    await provideEditorTypes(types, folder);
    expect(await exists(join(folder, 'tsconfig.json'))).toBe(false);
    expect(await exists(join(folder, '.slim'))).toBe(false);
  });

  it.each(['tsconfig.json', 'jsconfig.json'])("leaves the user's own %s alone", async name => {
    await writeFile(join(folder, name), '{}');
    await provideEditorTypes(types, folder);
    expect(await readFile(join(folder, name), 'utf8')).toBe('{}');
    expect(await exists(join(folder, '.slim'))).toBe(false);
  });

  it('brings an older copy up to date, and touches nothing that is', async () => {
    await provideEditorTypes(types, folder);
    const copy = (name: string): string => join(folder, '.slim/types', name);
    const before = await stat(copy('tfjs.d.ts'));
    await writeFile(join(types, 'slim-training.d.ts'), 'export declare const newer: true;\n');
    await refreshEditorTypes(types, folder);
    expect(await readFile(copy('slim-training.d.ts'), 'utf8')).toContain('newer');
    expect((await stat(copy('tfjs.d.ts'))).mtimeMs).toBe(before.mtimeMs);
  });
});

describe('configuredFolder', () => {
  it('is the nearest one with a configuration between the script and the root, else the root', async () => {
    const script = join(folder, 'examples/digits/train.ts');
    await mkdir(join(folder, 'examples/digits'), { recursive: true });
    await writeFile(join(root, 'tsconfig.json'), '{}');
    expect(await configuredFolder(script, folder)).toBe(folder);
    await writeFile(join(folder, 'examples/tsconfig.json'), '{}');
    expect(await configuredFolder(script, folder)).toBe(join(folder, 'examples'));
    expect(await configuredFolder('/elsewhere/train.ts', folder)).toBe(folder);
  });
});

describe('refreshEditorTypes', () => {
  it('makes a copy only where the configuration asks for it', async () => {
    await refreshEditorTypes(types, folder);
    expect(await exists(join(folder, '.slim'))).toBe(false);
    await writeFile(
      join(folder, 'tsconfig.json'),
      '{ "compilerOptions": { "paths": { "slim-training": ["./.slim/types/slim-training.d.ts"] } } }',
    );
    await refreshEditorTypes(types, folder);
    expect(await exists(join(folder, '.slim/types/slim-training.d.ts'))).toBe(true);
  });
});
