import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensure-backend.ts';
import { quietCpuBackend } from '../backends/quiet-cpu-backend.ts';
import { installedTrainingHost } from '../protocol/training-host.ts';
import { log } from './log.ts';

// At import: a script makes its first tensors, its data, before it calls anything of ours.
quietCpuBackend(tf);

let chosen: Promise<void> | null = null;

/**
 * Resolves when TF.js has a backend to compute with. A host chose it before it loaded the script; otherwise the best there
 * is gets chosen here, once, looked for beside the script and in the working directory.
 */
export function backendReady(): Promise<void> {
  chosen ??= installedTrainingHost() === undefined ? chooseBackend() : Promise.resolve();
  return chosen;
}

async function chooseBackend(): Promise<void> {
  const script = process.argv[1];
  const searchFrom = [...(script === undefined ? [] : [dirname(script)]), process.cwd()];
  const { description } = await ensureBackend({ searchFrom, tensorflow: tf });
  log(`Backend: ${description}`);
}
