/**
 * `npm run build:types`: the library's typings as one file (and again for those who `require` it, which TypeScript tells
 * from those who import by the file's name), and in dist/types/ what an editor needs in a workspace
 * without node_modules: the same file, and TensorFlow.js's and Node's typings as one file each.
 */
import { appendFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { rollup, type Plugin } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import ts from 'typescript';
import { inProject } from './project-folders.ts';

const libraryTypes = inProject('dist/slim-training.d.ts');
const editorTypes = inProject('dist/types');

await mkdir(editorTypes, { recursive: true });
await Promise.all([rollUpLibrary(), rollUpTensorFlow(), joinNode()]);

async function rollUpLibrary(): Promise<void> {
  const external = (id: string): boolean => /^(@tensorflow\/|node:)/.test(id);
  await rollUp(inProject('src/slim/index.ts'), libraryTypes, { external, plugins: [dts()] });
  const typings = await readFile(libraryTypes, 'utf8');
  await writeFile(inProject('dist/slim-training.d.cts'), typings);
  const forEditor = `/// <reference path="./node.d.ts" />\n${typings}`;
  await writeFile(path.join(editorTypes, 'slim-training.d.ts'), forEditor);
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

/** Node's typings are ambient: they may as well stand in one file, in the order in which their index names them. */
async function joinNode(): Promise<void> {
  const text = await withReferences(inProject('node_modules/@types/node/index.d.ts'));
  await writeFile(path.join(editorTypes, 'node.d.ts'), text);
}

async function withReferences(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const reference = /^\/\/\/ <reference path="(.+)" \/>$/gm;
  const referred = Array.from(text.matchAll(reference), match =>
    path.join(path.dirname(file), match[1] ?? ''),
  );
  const own = text.replaceAll(reference, '');
  const isModule = /^(import|export) /m.test(own);
  return [
    ...(await Promise.all(referred.map(withReferences))),
    isModule ? asAmbientModule(file, own) : own,
  ].join('\n');
}

/** A file that is a module because it has an import or export, for the sake of what it declares globally. */
function asAmbientModule(file: string, text: string): string {
  const body = text.replace(/^export \{\};?$/m, '').replaceAll('declare global', 'global');
  return `declare module "@types/node/${path.basename(file)}" {\n${body}\n}`;
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
