import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findNative } from '../../../src/backends/native-backend.ts';
import { LoadingProcess } from './loading-process.ts';

let loading: LoadingProcess;

beforeAll(async () => {
  loading = await LoadingProcess.create();
}, 120_000);

afterAll(async () => {
  await loading.remove();
});

describe('kinds of scripts', () => {
  test('TypeScript with top-level await, and neighbours of all kinds', async () => {
    await loading.write('esm/without-extension.ts', 'export const a: number = 1;');
    await loading.write('esm/with-extension.ts', 'export const b: number = 2;');
    await loading.write('esm/as-compiled.ts', 'export const c: number = 3;');
    await loading.write('esm/folder/index.ts', 'export const d: number = 4;');
    await loading.write('esm/plain.mjs', 'export const e = 5;');
    await loading.write('esm/common.cjs', 'exports.f = 6;');
    await loading.write('esm/values.json', '{ "g": 7 }');
    await loading.write('esm/shape.ts', 'export interface Shape { readonly size: number }');
    await loading.write(
      'esm/train.ts',
      `import { a } from './without-extension';
import { b } from './with-extension.ts';
import { c } from './as-compiled.js';
import { d } from './folder';
import { e } from './plain.mjs';
import { f } from './common.cjs';
import values from './values.json';
import type { Shape } from './shape';
const shape: Shape = { size: await Promise.resolve(8) };
console.log([a, b, c, d, e, f, values.g, shape.size].join());`,
    );
    expect(await loading.run('esm/train.ts')).toEqual({
      failure: null,
      output: ['1,2,3,4,5,6,7,8'],
      stderr: '',
    });
  });

  test.each(['common.cts', 'common-by-syntax.ts'])('TypeScript that is CommonJS: %s', async name => {
    await loading.write('cjs/model.ts', 'const layers: number = 3;\nmodule.exports = { layers };');
    await loading.write(
      `cjs/${name}`,
      `const { layers } = require('./model') as { layers: number };
const slim = require('slim-training');
const tf = require('@tensorflow/tfjs');
console.log(layers, typeof slim.tensorflowOfLibrary.add, tf.getBackend(), __filename.endsWith('${name}'));`,
    );
    expect(await loading.run(`cjs/${name}`)).toEqual({
      failure: null,
      output: ['3 function wasm true'],
      stderr: '',
    });
  });

  test.each(['train.js', 'train.cjs'])('JavaScript that is CommonJS: %s', async name => {
    await loading.write('js/data.json', '{ "rows": 5 }');
    await loading.write('js/model.ts', 'export const units: number = 4;');
    await loading.write(
      `js/${name}`,
      `const { tensorflowOfLibrary } = require('slim-training');
const tf = require('@tensorflow/tfjs');
const { units } = require('./model.ts');
console.log(require('./data.json').rows, units, tf.add === tensorflowOfLibrary.add);`,
    );
    expect(await loading.run(`js/${name}`)).toEqual({ failure: null, output: ['5 4 true'], stderr: '' });
  });

  test.each(['train.mjs', 'train.mts', 'by-syntax.js'])('ES modules: %s', async name => {
    await loading.write(
      `modules/${name}`,
      `import { tensorflowOfLibrary } from 'slim-training';
import * as tf from '@tensorflow/tfjs';
console.log(tf.add === tensorflowOfLibrary.add, import.meta.url.endsWith('${name}'));`,
    );
    expect(await loading.run(`modules/${name}`)).toEqual({
      failure: null,
      output: ['true true'],
      stderr: '',
    });
  });

  test('package.json says what a .ts is, as for a .js', async () => {
    await loading.write('typed/package.json', '{ "type": "module" }');
    await loading.write('typed/train.ts', 'const answer: number = 1;\nconsole.log(typeof require, answer);');
    expect((await loading.run('typed/train.ts')).output).toEqual(['undefined 1']);
  });

  test('what stripping types cannot do: enums and parameter properties', async () => {
    await loading.write(
      'enums/train.ts',
      `enum Kind { Digits = 'digits', Letters = 'letters' }
class Model { constructor(readonly kind: Kind, private units: number) {} toString() { return this.kind + this.units; } }
export {};
console.log(String(new Model(Kind.Digits, 3)));`,
    );
    expect(await loading.run('enums/train.ts')).toEqual({ failure: null, output: ['digits3'], stderr: '' });
  });
});

describe('TensorFlow.js', () => {
  test('is one instance, whichever of its packages a script imports', async () => {
    await loading.write(
      'one/train.ts',
      `import { tensorflowOfLibrary } from 'slim-training';
import * as tf from '@tensorflow/tfjs';
import * as core from '@tensorflow/tfjs-core';
import { Tensor } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { csv } from '@tensorflow/tfjs-data';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
console.log(
  tf.Tensor === Tensor && core.Tensor === Tensor && tensorflowOfLibrary.Tensor === Tensor,
  layers.dense === tf.layers.dense,
  loadGraphModel === tf.loadGraphModel,
  csv === tf.data.csv,
  MathBackendCPU === tf.MathBackendCPU,
  typeof setWasmPaths,
  tf.add(1, 2) instanceof Tensor,
  tf.getBackend(),
);`,
    );
    const expected = 'true true true true true function true wasm';
    expect(await loading.run('one/train.ts')).toEqual({ failure: null, output: [expected], stderr: '' });
  });

  test("is the workspace's own where it is installed", async () => {
    const installed = join(import.meta.dirname, '..', '..', '..', 'node_modules', '@tensorflow');
    await mkdir(join(loading.workspace, 'installed', 'node_modules'), { recursive: true });
    await symlink(installed, join(loading.workspace, 'installed', 'node_modules', '@tensorflow'), 'junction');
    await loading.write(
      'installed/train.ts',
      `import { tensorflowOfLibrary } from 'slim-training';
import * as tf from '@tensorflow/tfjs';
import { Tensor } from '@tensorflow/tfjs-core';
import { createRequire } from 'node:module';
const own = createRequire(import.meta.url)('@tensorflow/tfjs');
console.log(own.Tensor === Tensor && tf.Tensor === Tensor && tensorflowOfLibrary.Tensor === Tensor, 'version_webgl' in tf, tf.getBackend());`,
    );
    expect(await loading.run('installed/train.ts')).toEqual({
      failure: null,
      output: ['true true wasm'],
      stderr: '',
    });
  });

  test('of another major version is passed over', async () => {
    const folder = 'old/node_modules/@tensorflow/tfjs';
    await loading.write(
      `${folder}/package.json`,
      '{ "name": "@tensorflow/tfjs", "version": "3.21.0", "main": "index.js" }',
    );
    await loading.write(`${folder}/index.js`, 'exports.old = true;');
    await loading.write(
      'old/train.ts',
      `import * as tf from '@tensorflow/tfjs';\nconsole.log(tf.version.tfjs, 'old' in tf);`,
    );
    expect((await loading.run('old/train.ts')).output).toEqual(['4.22.0 false']);
  });

  test('tfjs-node is refused where the backend is another, with what to do', async () => {
    await loading.write(
      'node/train.ts',
      `import * as tf from '@tensorflow/tfjs-node';\nconsole.log(tf.getBackend());`,
    );
    const { failure } = await loading.run('node/train.ts');
    expect(failure?.message).toContain("Import '@tensorflow/tfjs' instead");
    expect(failure?.message).toContain('embedded (WebAssembly');
  });
});

const noNative =
  findNative([]).length === 0 ? 'the native backend is not installed: slim-train native install' : '';

describe.skipIf(noNative !== '')(`on the native backend ${noNative}`, () => {
  test.each([
    ['train.ts', "import * as tf from '@tensorflow/tfjs';\nimport * as node from '@tensorflow/tfjs-node';"],
    ['train.cjs', "const tf = require('@tensorflow/tfjs');\nconst node = require('@tensorflow/tfjs-node');"],
  ])('tfjs-node is the loaded one and shares the instance: %s', async (name, imports) => {
    await loading.write(
      `native/${name}`,
      `${imports}
console.log(node.Tensor === tf.Tensor, tf.getBackend(), typeof node.node.summaryFileWriter, tf.add(1, 2).dataSync()[0]);`,
    );
    const expected = 'true tensorflow function 3';
    expect(await loading.run(`native/${name}`, 'native')).toEqual({
      failure: null,
      output: [expected],
      stderr: '',
    });
  });
});

describe('stack traces', () => {
  const throwing = (before: string) => `${before}
interface Options { readonly rate: number }

function fail(options: Options): never {
  const rate: number = options.rate as number; throw new RangeError('rate ' + rate);
}
export const run = (): void => fail({ rate: 3 });
`;

  test.each([
    ['without its types', ''],
    ['transpiled', 'enum Kind { A }'],
  ])('show the line and column of a script %s', async (_how, before) => {
    const model = await loading.write('stack/model.ts', throwing(before));
    const script = await loading.write('stack/train.ts', `import { run } from './model';\nrun();\n`);
    const { failure } = await loading.run('stack/train.ts');
    expect(failure?.message).toBe('RangeError: rate 3');
    expect(failure?.location).toEqual({ file: model, line: 5, column: 54 });
    const frames = failure?.stack?.split('\n') ?? [];
    expect(frames[0]).toBe('RangeError: rate 3');
    expect(frames).toHaveLength(4);
    expect(frames[3]).toContain(`${script}:2:1`);
  });
});

describe('scripts that fail', () => {
  test('a script that does not exist', async () => {
    const { failure } = await loading.run('nowhere.ts');
    expect(failure?.message).toContain(`There is no file ${join(loading.workspace, 'nowhere.ts')}`);
  });

  test.each([
    ['train.ts', 'const a: number = 1;\nlet b: number = a + ;\nexport {};\n', 2, 21],
    ['train.mjs', 'const a = 1;\n\nlet b = a + ;\n', 3, 13],
    ['train.js', "import fs from 'node:fs';\nlet b = 1 + ;\n", 2, 13],
    ['train.cjs', 'const a = 1;\nlet b = a + ;\n', 2, 13],
  ])('%s does not parse', async (name, content, line, column) => {
    const script = await loading.write(`broken/${name}`, content);
    const { failure } = await loading.run(`broken/${name}`);
    expect(failure?.location).toEqual({ file: script, line, column });
    expect(failure?.message).toMatch(/^[^\n]*: SyntaxError: [^\n]+$/);
    expect(failure?.message).toContain(`${script}:${line}:${column}`);
    expect(failure?.stack).toContain(`${line} | ${content.split('\n')[line - 1] ?? ''}\n`);
    expect(failure?.stack?.split('\n').at(-1)).toBe(`${' '.repeat(`${line} | `.length + column - 1)}^`);
  });

  test.each(['model.ts', 'model.mjs'])('a module of a script does not parse: %s', async name => {
    const module = await loading.write(
      `broken-module/${name}`,
      'export const a = 1;\nexport const b = = 2;\n',
    );
    await loading.write('broken-module/train.ts', `import { a } from './${name}';\nconsole.log(a);`);
    const { failure } = await loading.run('broken-module/train.ts');
    expect(failure?.location).toEqual({ file: module, line: 2, column: 18 });
  });

  test('namespaces, which would vanish', async () => {
    const script = await loading.write(
      'namespaces/train.ts',
      'enum A { B }\n  namespace Model { export const units = 3; }\n',
    );
    const { failure } = await loading.run('namespaces/train.ts');
    expect(failure?.location).toEqual({ file: script, line: 2, column: 3 });
    expect(failure?.message).toContain('namespace');
  });

  test('a package that is not installed', async () => {
    const script = await loading.write(
      'missing/train.ts',
      `const a: number = 1;\nimport { b } from '@scope/package/part';\nconsole.log(a, b);`,
    );
    const { failure } = await loading.run('missing/train.ts');
    expect(failure?.message).toBe(
      `${script} imports '@scope/package'. It is not installed: npm install @scope/package`,
    );
    expect(failure?.location).toEqual({ file: script, line: 2, column: 19 });
  });

  test('a package that is not installed, required', async () => {
    const script = await loading.write('missing/train.cjs', `\nconst b = require('some-package');`);
    const { failure } = await loading.run('missing/train.cjs');
    expect(failure?.message).toBe(
      `${script} imports 'some-package'. It is not installed: npm install some-package`,
    );
    expect(failure?.location).toEqual({ file: script, line: 2, column: 19 });
  });

  test('a neighbour that is not there', async () => {
    const script = await loading.write(
      'missing/neighbour.ts',
      `import { b } from './nobody';\nconsole.log(b);`,
    );
    const { failure } = await loading.run('missing/neighbour.ts');
    expect(failure?.message).toContain(`${script} imports '`);
    expect(failure?.message).toContain('There is no such file');
    expect(failure?.location).toEqual({ file: script, line: 1, column: 19 });
  });

  test('a name that a module does not export', async () => {
    await loading.write('names/model.mjs', 'export const units = 3;');
    const script = await loading.write(
      'names/train.ts',
      `import { Unit } from './model.mjs';\nconsole.log(Unit);`,
    );
    const { failure } = await loading.run('names/train.ts');
    expect(failure?.message).toContain("does not provide an export named 'Unit'");
    expect(failure?.message).toContain('import type { Unit }');
    expect(failure?.location).toMatchObject({ file: script, line: 1 });
  });

  test('a script that throws something that is no Error', async () => {
    await loading.write('thrown/train.ts', 'throw { reason: 3 };');
    const { failure } = await loading.run('thrown/train.ts');
    expect(failure).toEqual({ message: 'The script threw { reason: 3 }' });
  });
});
