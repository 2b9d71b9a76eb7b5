/**
 * Entry of `dist/embedded/tfjs.cjs`: `@tensorflow/tfjs` for workspaces that have none, without its WebGL backend,
 * which Node has no use for. It mirrors `@tensorflow/tfjs/dist/index.js`.
 */

import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';

import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import { version_converter } from '@tensorflow/tfjs-converter';
import { version_core } from '@tensorflow/tfjs-core';
import * as data from '@tensorflow/tfjs-data';
import { version_layers } from '@tensorflow/tfjs-layers';
import { version as version_union } from '@tensorflow/tfjs/dist/version.js';

export * from '@tensorflow/tfjs-core';
export * from '@tensorflow/tfjs-layers';
export * from '@tensorflow/tfjs-converter';
export * from '@tensorflow/tfjs-backend-cpu';
export { data };

export const version = {
  'tfjs-core': version_core,
  'tfjs-backend-cpu': version_cpu,
  'tfjs-data': data.version_data,
  'tfjs-layers': version_layers,
  'tfjs-converter': version_converter,
  tfjs: version_union,
};
