import { threadId } from 'node:worker_threads';
import type { NativeBinding, NativeOutput } from '../native-binding.ts';
import { SERVING_TAG } from './graph-def.ts';

const TF_STRING = 7;

/** How many were loaded by this thread: each needs a folder that no other had. */
let loaded = 0;

/**
 * A graph that TensorFlow has loaded. tfjs-node loads graphs from folders only; this one is in TensorFlow's file system in
 * memory, so that nothing is left on a disk, whatever ends the process.
 */
export class GraphSession {
  readonly #binding: NativeBinding;
  readonly #model: number;

  /** @param savedModel the bytes of `saved_model.pb` */
  constructor(binding: NativeBinding, savedModel: Uint8Array) {
    this.#binding = binding;
    const folder = `ram://slim-training/${threadId}-${loaded++}`;
    writeFile(binding, `${folder}/saved_model.pb`, savedModel);
    this.#model = binding.loadSavedModel(folder, SERVING_TAG);
  }

  run(feeds: readonly number[], feedNames: string, fetchNames: string): NativeOutput[] {
    return this.#binding.runSavedModel(this.#model, feeds, feedNames, fetchNames);
  }

  dispose(): void {
    this.#binding.deleteSavedModel(this.#model);
  }
}

function writeFile(binding: NativeBinding, path: string, bytes: Uint8Array): void {
  const text = (content: Uint8Array): number => binding.createTensor([], TF_STRING, [content]);
  const handles = [text(Buffer.from(path)), text(bytes)];
  binding.executeOp('WriteFile', [], handles, 0);
  for (const handle of handles) binding.deleteTensor(handle);
}
