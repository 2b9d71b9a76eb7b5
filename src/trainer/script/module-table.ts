import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { embeddedPackageFile } from '../../backends/embedded-backend.ts';
import type { Compute } from '../../backends/ensure-backend.ts';
import { embeddedFolder } from '../../backends/tensorflow-js.ts';
import type { ModuleTable } from './module-resolution.ts';

/** The packages of which `@tensorflow/tfjs` is made and all of whose names it has. */
const PARTS = ['core', 'layers', 'converter', 'backend-cpu'].map(part => `@tensorflow/tfjs-${part}`);
const DATA = '@tensorflow/tfjs-data';

/** What `slim-training` and the packages of TensorFlow.js are for a script, given what this process computes with. */
export function moduleTable({ tensorflowFile, native, info }: Compute): ModuleTable {
  const always: Record<string, string> = { '@tensorflow/tfjs-backend-wasm': embeddedPackageFile() };
  const refused: Record<string, string> = {};
  if (tensorflowFile !== undefined) Object.assign(always, tensorflowFiles(tensorflowFile));
  if (native === undefined) {
    refused['@tensorflow/tfjs-node'] =
      `@tensorflow/tfjs-node cannot be imported in this run, which computes with the backend ${info.description}. ` +
      "Import '@tensorflow/tfjs' instead: it computes with whatever backend there is. " +
      (info.note ?? '');
  } else {
    always['@tensorflow/tfjs-node'] = createRequire(join(native.folder, 'package.json')).resolve(
      native.folder,
    );
  }
  return { always, otherwise: { 'slim-training': libraryFile() }, refused };
}

function tensorflowFiles(tensorflow: string): Record<string, string> {
  const files: Record<string, string> = { '@tensorflow/tfjs': tensorflow };
  const embedded = embeddedFolder();
  if (embedded !== undefined && tensorflow === join(embedded, 'tfjs.cjs')) {
    for (const part of PARTS) files[part] = tensorflow;
    files[DATA] = join(embedded, 'tfjs-data.cjs');
    return files;
  }
  const { resolve } = createRequire(tensorflow);
  for (const part of [...PARTS, DATA]) files[part] = resolve(part);
  return files;
}

/** Beside the bundles it is a bundle; from sources it is the source. */
function libraryFile(): string {
  const bundle = join(import.meta.dirname, 'slim-training.js');
  return existsSync(bundle) ? bundle : join(import.meta.dirname, '..', '..', 'slim', 'index.ts');
}
