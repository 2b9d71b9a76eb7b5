/** Entry of the thread that {@link worker} starts: imports the user's module and fills the ring with its batches. */

import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs';
import { quietCpuBackend } from '../../backends/quiet-cpu-backend.ts';
import type { FromLoader, LoaderData, LoaderError, ToLoader } from '../../protocol/loader.ts';
import { installedImportScript } from '../../protocol/script-thread.ts';
import { setRandomSeed } from '../scope/graph.ts';
import { EventLoopTurn } from '../learning/event-loop-turn.ts';
import { isTensor } from '../scope/tensor-kind.ts';
import { isRecord, layOut } from './batch-layout.ts';
import { BatchRingWriter } from './batch-ring.ts';
import type { ArrayValues } from './columns.ts';
import type { Source, SourcePosition } from './source.ts';
import { stream, type Batches } from './stream.ts';
import type { LoaderModule } from './worker.ts';

class BatchLoader {
  readonly #port: MessagePort;
  readonly #ring: BatchRingWriter;
  readonly #turn = new EventLoopTurn();
  #asked: SourcePosition | null = null;
  #hasEnded = false;
  #wake: () => void = () => undefined;

  constructor(port: MessagePort, counters: SharedArrayBuffer) {
    this.#port = port;
    this.#ring = new BatchRingWriter(counters, (index, memory) => {
      this.tell({ type: 'slot', index, memory });
    });
    port.on('message', (message: ToLoader) => {
      if (message.type === 'seek') this.#asked = message.position;
      this.#wake();
    });
  }

  /** Goes on until the thread is ended: whoever is at the end of the data may go back. */
  async run(source: Source): Promise<never> {
    this.#tellReady(source);
    for (;;) {
      if (this.#asked !== null) await this.#seek(source, this.#asked);
      else if (this.#hasEnded) await this.#woken();
      else if (this.#ring.hasRoom) await this.#load(source);
      else if (this.#ring.waitForRoom()) await this.#woken();
      if (this.#turn.isDue()) await this.#turn.give();
    }
  }

  tell(message: FromLoader): void {
    this.#port.postMessage(message);
  }

  async #load(source: Source): Promise<void> {
    try {
      const batch = await source.next();
      if (batch === null) {
        this.#hasEnded = true;
        this.tell({ type: 'end' });
        return;
      }
      const isAwaited = this.#ring.write(layOut(batch), source.position());
      tf.dispose(batch);
      if (isAwaited) this.tell({ type: 'batch' });
    } catch (error) {
      this.#hasEnded = true;
      this.tell({ type: 'failed', error: partsOf(error) });
    }
  }

  async #seek(source: Source, position: SourcePosition): Promise<void> {
    this.#asked = null;
    this.#ring.clear();
    try {
      await source.seek(position);
      this.#hasEnded = false;
      this.#tellReady(source);
    } catch (error) {
      this.#hasEnded = true;
      this.tell({ type: 'refused', error: partsOf(error) });
    }
  }

  #tellReady(source: Source): void {
    const { batchesPerEpoch } = source;
    this.tell({ type: 'ready', position: source.position(), batchesPerEpoch });
  }

  /** Resolves at the next message. */
  #woken(): Promise<void> {
    return new Promise(resolve => {
      this.#wake = resolve;
    });
  }
}

async function sourceOf({ module, parameters }: LoaderData): Promise<Source> {
  const importScript = installedImportScript() ?? ((url: string) => import(url));
  const { load } = (await importScript(module)) as Partial<LoaderModule>;
  if (typeof load !== 'function') {
    throw new TypeError(
      `${fileURLToPath(module)} exports no function load: a loader has one, which gives its batches.`,
    );
  }
  const loaded = (await load(...(parameters as never[]))) as unknown;
  if (isSource(loaded)) return loaded;
  if (isBatches(loaded)) return stream(withTensors(loaded));
  throw new TypeError(
    `load of ${fileURLToPath(module)} gives no batches: it returns a source of slim.data, an iterable of batches, or a ` +
      'function of the epoch that gives one.',
  );
}

function isSource(loaded: unknown): loaded is Source {
  return typeof loaded === 'object' && loaded !== null && 'next' in loaded && 'seek' in loaded;
}

function isBatches(loaded: unknown): loaded is Batches<unknown> {
  if (typeof loaded === 'function') return true;
  if (typeof loaded !== 'object' || loaded === null) return false;
  return Symbol.asyncIterator in loaded || Symbol.iterator in loaded || 'iterator' in loaded;
}

/** What is read over to resume is disposed of: arrays that are no tensors would be taken apart for it, number by number. */
function withTensors(batches: Batches<unknown>): Batches<tf.TensorContainer> {
  if (typeof batches === 'function') return epoch => eachWithTensors(batches(epoch));
  if ('iterator' in batches) return batches as Batches<tf.TensorContainer>;
  if ('next' in batches) return eachWithTensors(batches);
  return { [Symbol.asyncIterator]: () => eachWithTensors(batches) };
}

async function* eachWithTensors(
  batches: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncGenerator<tf.TensorContainer> {
  for await (const batch of batches) yield tensorsOf(batch) as tf.TensorContainer;
}

function tensorsOf(part: unknown): unknown {
  if (isTensor(part)) return part;
  if (isArrayValues(part)) {
    const { values, shape } = part;
    return tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32');
  }
  if (Array.isArray(part)) return part.map(tensorsOf);
  if (!isRecord(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, tensorsOf(each)]));
}

function isArrayValues(part: unknown): part is ArrayValues & Readonly<Record<string, unknown>> {
  return isRecord(part) && ArrayBuffer.isView(part['values']) && Array.isArray(part['shape']);
}

function partsOf(thrown: unknown): LoaderError {
  const error = thrown instanceof Error ? thrown : new Error(`The loader threw ${inspect(thrown)}`);
  const { name, message, stack = `${name}: ${message}` } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name, message, stack, ...code };
}

if (parentPort === null) throw new Error('The loader runs in a worker thread.');
const data = workerData as LoaderData;
const loader = new BatchLoader(parentPort, data.counters);
quietCpuBackend(tf);
setRandomSeed(data.seed);
try {
  await loader.run(await sourceOf(data));
} catch (error) {
  loader.tell({ type: 'refused', error: partsOf(error) });
}
