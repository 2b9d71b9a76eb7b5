/**
 * `npm run build:types`: the library's typings as one file, and in dist/types/ what an editor needs in a workspace
 * without node_modules: the same file, and TensorFlow.js's typings as one file, too.
 */
import { appendFile, copyFile, mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { rollup, type Plugin } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import ts from 'typescript';
import { inProject } from './project-folders.ts';

const libraryTypes = inProject('dist/slim-training.d.ts');
const editorTypes = inProject('dist/types');

await mkdir(editorTypes, { recursive: true });
await Promise.all([rollUpLibrary(), rollUpTensorFlow()]);

async function rollUpLibrary(): Promise<void> {
  const external = (id: string): boolean => /^(@tensorflow\/|node:)/.test(id);
  await rollUp(inProject('src/slim/index.ts'), libraryTypes, { external, plugins: [dts()] });
  await copyFile(libraryTypes, path.join(editorTypes, 'slim-training.d.ts'));
}

/** What `@tensorflow/tfjs` exports but for the browser's backends. */
async function rollUpTensorFlow(): Promise<void> {
  const entry = `
    export * from '@tensorflow/tfjs-core';
    export * from '@tensorflow/tfjs-layers';
    export * from '@tensorflow/tfjs-converter';
    import * as data from '@tensorflow/tfjs-data';
    export { data };
    export declare const version: { readonly [packageName: string]: string };`;
  const entryFile = inProject('node_modules/@tensorflow/tfjs/dist/editor-types.d.ts');
  const virtualEntry: Plugin = {
    name: 'virtual-entry',
    resolveId: id => (id === entryFile ? id : null),
    load: id => (id === entryFile ? entry : null),
  };
  const file = path.join(editorTypes, 'tfjs.d.ts');
  await rollUp(entryFile, file, { plugins: [virtualEntry, dts({ respectExternal: true })] });
  await appendFile(file, await chainedOperations());
}

/**
 * `tensor.relu()` and its like. TF.js declares each by augmenting its module of Tensor; once all is one module, that is
 * an interface beside the class. (rollup-plugin-dts leaves augmentations alone, which makes them refer to nothing.)
 */
async function chainedOperations(): Promise<string> {
  const folder = inProject('node_modules/@tensorflow/tfjs-core/dist/public/chained_ops');
  const members: string[] = [];
  for (const name of (await readdir(folder)).filter(each => each.endsWith('.d.ts'))) {
    const text = await readFile(path.join(folder, name), 'utf8');
    const visit = (node: ts.Node): void => {
      if (ts.isInterfaceDeclaration(node)) members.push(...node.members.map(member => member.getText()));
      else ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true));
  }
  return `\ninterface Tensor<R extends Rank = Rank> {\n${members.map(member => `  ${member}\n`).join('')}}\n`;
}

async function rollUp(
  input: string,
  file: string,
  options: { readonly plugins: Plugin[]; readonly external?: (id: string) => boolean },
): Promise<void> {
  const bundle = await rollup({ input, ...options });
  // Types of the browser's GPU, which nobody has installed where this is for.
  const withoutWebGpu: Plugin = {
    name: 'without-webgpu',
    renderChunk: code => code.replaceAll(/^\/\/\/ <reference types="@webgpu\/types.*\n/gm, ''),
  };
  await bundle.write({ file, format: 'es', plugins: [withoutWebGpu] });
  await bundle.close();
}
