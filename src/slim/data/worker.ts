import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type * as tf from '@tensorflow/tfjs';
import type { FromLoader, LoaderData, LoaderError, ToLoader } from '../../protocol/loader.ts';
import { installedScriptThread } from '../../protocol/script-thread.ts';
import { getDefaultGraph } from '../scope/graph.ts';
import { workerEntry } from '../worker-entry.ts';
import { BatchRingReader, newRingCounters } from './batch-ring.ts';
import type { ArrayValues } from './columns.ts';
import { filePath, type FileName } from './file-path.ts';
import type { Source, SourcePosition } from './source.ts';
import type { Batches } from './stream.ts';

/**
 * A module for {@link worker}: it exports a function `load` that gives a source, or what `slim.data.stream` makes one of.
 * Batches that are not made of tensors may be made of `{ values, shape }`.
 */
export interface LoaderModule {
  readonly load: (...parameters: never[]) => Loadable | Promise<Loadable>;
}

/** What a loader gives: a source, or what `slim.data.stream` makes one of. */
export type Loadable = Source | Batches<unknown>;

/** The batches that a module gives, all of their `{ values, shape }` made tensors. */
export type LoadedBatch<M extends LoaderModule> = Extract<
  Tensors<BatchOfLoadable<Awaited<ReturnType<M['load']>>>>,
  tf.TensorContainer
>;

type BatchOfLoadable<L> = L extends Source<infer B> ? B : L extends Batches<infer B> ? B : never;

type Tensors<T> = T extends tf.Tensor
  ? T
  : T extends ArrayValues
    ? tf.Tensor
    : T extends object
      ? { [K in keyof T]: Tensors<T[K]> }
      : T;

/** Batches that a thread of its own loads. */
export interface WorkerSource<B extends tf.TensorContainer> extends Source<B> {
  /** Ends the thread. It needs not be called: a thread that has nothing to do keeps no process alive. */
  close(): Promise<void>;
}

/**
 * Loads batches in a thread of their own, beside the steps: the same batches in the same order as without it. Of use where
 * loading takes the processor's time (images are decoded, features computed), which {@link prefetch} cannot hide. It reads
 * ahead up to 16 batches or 64 MB, then waits until half of them are taken.
 *
 * A function cannot go from one thread to another, so what loads is a module. It is imported anew in the thread, as scripts
 * are, TypeScript included; TF.js computes there with plain JavaScript, and `setRandomSeed` holds there as well.
 *
 * ```ts
 * // load-digits.ts
 * export const load = (folder: string) => slim.data.imageFolder(folder, { batchSize: 32 });
 * // train.ts
 * const url = new URL('load-digits.ts', import.meta.url);
 * const data = await slim.data.worker<typeof import('./load-digits.ts')>(url, 'digits');
 * ```
 *
 * @param module exports {@link LoaderModule.load}.
 * @param parameters of `load`, copied as by `structuredClone`.
 * @throws what the module throws, with its own stack: here when it is loaded or `load` fails, later where the batch would
 * have come.
 */
export async function worker<M extends LoaderModule = LoaderModule>(
  module: FileName,
  ...parameters: Parameters<M['load']>
): Promise<WorkerSource<LoadedBatch<M>>> {
  const path = resolve(filePath(module));
  if (!existsSync(path)) throw new Error(`There is no loader ${path}.`);
  const source = new LoaderThread<LoadedBatch<M>>(pathToFileURL(path).href, parameters);
  await source.begun();
  return source;
}

class LoaderThread<B extends tf.TensorContainer> implements WorkerSource<B> {
  batchesPerEpoch: number | null = null;
  readonly #thread: Worker;
  readonly #ring: BatchRingReader;
  #here: SourcePosition = {};
  /** Whether the thread reads on from where it was told to. */
  #isReady = false;
  #hasEnded = false;
  /** What the thread said in place of a batch. */
  #failure: Error | null = null;
  /** Why the thread is no more. */
  #death: Error | null = null;
  #waiting: (() => void)[] = [];

  constructor(module: string, parameters: readonly unknown[]) {
    const counters = newRingCounters();
    this.#ring = new BatchRingReader(counters);
    const entry = workerEntry('loader-worker', 'data/loader-worker');
    const script = installedScriptThread();
    const workerData: LoaderData = {
      module,
      parameters,
      seed: getDefaultGraph().seed,
      counters,
      modules: script?.modules ?? null,
      entry: entry.href,
    };
    this.#thread = new Worker(script === undefined ? entry : new URL(script.preparation), { workerData });
    this.#thread.unref();
    this.#thread.on('message', (message: FromLoader) => {
      this.#receive(message);
      this.#wake();
    });
    this.#thread.on('error', error => {
      this.#death = error;
    });
    this.#thread.on('exit', () => {
      this.#death ??= new Error(`The thread of the loader ${fileURLToPath(module)} has ended.`);
      this.#wake();
    });
  }

  /** Resolves when the module's source is there. */
  async begun(): Promise<void> {
    try {
      await this.#ready();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  next(): Promise<B | null> {
    return this.#first(() => {
      const { batch, after } = this.#ring.look();
      if (this.#ring.release()) this.#tell({ type: 'room' });
      this.#here = after;
      return batch as B;
    });
  }

  peek(): Promise<B | null> {
    return this.#first(() => this.#ring.look().batch as B);
  }

  position(): SourcePosition {
    return this.#here;
  }

  async seek(position: SourcePosition): Promise<void> {
    if (isSame(position, this.#here) && this.#failure === null) return;
    this.#isReady = false;
    this.#hasEnded = false;
    this.#failure = null;
    this.#tell({ type: 'seek', position });
    await this.#ready();
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  async #ready(): Promise<void> {
    while (!this.#isReady) {
      this.#throwFailure();
      await this.#news();
    }
  }

  /** Waits for a batch or the end. Nothing is awaited once a batch is there, so that two who ask get one each. */
  async #first(take: () => B): Promise<B | null> {
    while (!this.#ring.hasBatch) {
      if (this.#hasEnded) return null;
      this.#throwFailure();
      if (this.#ring.waitForBatch()) await this.#news();
    }
    return take();
  }

  #receive(message: FromLoader): void {
    switch (message.type) {
      case 'ready':
        this.#here = message.position;
        this.batchesPerEpoch = message.batchesPerEpoch;
        this.#isReady = true;
        return;
      case 'refused':
        this.#failure = errorOf(message.error);
        return;
      case 'slot':
        this.#ring.setSlot(message.index, message.memory);
        return;
      case 'end':
        // While a seek is under way, it is the end of what was before.
        this.#hasEnded = this.#isReady;
        return;
      case 'failed':
        if (this.#isReady) this.#failure = errorOf(message.error);
        return;
      case 'batch':
        return;
    }
  }

  #throwFailure(): void {
    const error = this.#failure ?? this.#death;
    if (error !== null) throw error;
  }

  #tell(message: ToLoader): void {
    this.#thread.postMessage(message);
  }

  /** Resolves when the thread has said something. Only meanwhile it keeps the process alive. */
  #news(): Promise<void> {
    this.#thread.ref();
    return new Promise(told => this.#waiting.push(told));
  }

  #wake(): void {
    const told = this.#waiting;
    this.#waiting = [];
    if (told.length > 0) this.#thread.unref();
    for (const each of told) each();
  }
}

function errorOf({ name, message, stack, code }: LoaderError): Error {
  const error = new Error(message);
  return Object.assign(error, { name, stack }, code === undefined ? {} : { code });
}

function isSame(one: SourcePosition, other: SourcePosition): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every(name => one[name] === other[name]);
}
