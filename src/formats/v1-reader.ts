/**
 * Reads V1 checkpoints (core/util/tensor_slice_reader.cc), as TF-Slim's published models and TensorFlow before 1.0 have
 * them: one table file, or several of which each has some of the variables or some of their slices.
 */

import { open, type FileHandle } from 'node:fs/promises';
import type { Checkpoint, CheckpointVariable } from './checkpoint.ts';
import { dtypeSize, type DType } from './dtype.ts';
import { errorReason } from './error-reason.ts';
import { FormatError } from './format-error.ts';
import { inNameOrder } from './name-order.ts';
import { decodeSavedSlice, decodeSavedTensors, type SavedTensor } from './saved-tensor-slices.ts';
import { copySlice } from './slice-copy.ts';
import { TableReader } from './table-reader.ts';
import { boundedSlice, tensorSliceKey, type TensorSlice } from './tensor-slice.ts';
import { byteLengthOf, elementCount, type TensorValue } from './tensor-value.ts';

interface V1File {
  readonly path: string;
  readonly handle: FileHandle;
  readonly table: TableReader;
}

interface StoredSlice {
  readonly file: V1File;
  /** As stored: its key is made of this. */
  readonly slice: TensorSlice;
}

interface StoredVariable extends CheckpointVariable {
  readonly slices: StoredSlice[];
}

export class V1Reader implements Checkpoint {
  readonly prefix: string;
  readonly format = 'v1';
  readonly problems = [];
  readonly #files: readonly V1File[];
  readonly #stored = new Map<string, StoredVariable>();
  readonly variables: ReadonlyMap<string, CheckpointVariable>;

  private constructor(prefix: string, files: readonly V1File[]) {
    this.prefix = prefix;
    this.#files = files;
    this.variables = this.#stored;
  }

  /**
   * Reads the tables of contents of all files of a checkpoint.
   *
   * @param prefix what the checkpoint is called: its path, or the pattern that its files fit.
   * @throws FormatError naming the file that is damaged, or no V1 checkpoint.
   */
  static async open(prefix: string, paths: readonly string[]): Promise<V1Reader> {
    const files: V1File[] = [];
    const reader = new V1Reader(prefix, files);
    try {
      for (const path of paths) {
        const handle = await open(path);
        // Known from here on, so that it is closed whatever happens.
        const file = { path, handle, table: await tableOf(handle, path) };
        files.push(file);
        await reader.#readContents(file);
      }
    } catch (error) {
      await reader.close();
      throw error;
    }
    reader.#sort();
    return reader;
  }

  async #readContents(file: V1File): Promise<void> {
    const { path, table } = file;
    const first = await table.first();
    const tensors = explain(path, 'its table of contents', () =>
      first?.key.length === 0 ? decodeSavedTensors(first.value) : undefined,
    );
    if (tensors === undefined) {
      throw new FormatError(`${path} is no checkpoint: its first entry is no table of contents.`);
    }
    for (const tensor of tensors) this.#addTensor(file, tensor);
  }

  #addTensor(file: V1File, { name, dtype, shape, slices }: SavedTensor): void {
    const known = this.#stored.get(name) ?? {
      dtype,
      shape,
      nbytes: byteLengthOf(dtype, shape) ?? 0,
      slices: [],
    };
    if (known.dtype !== dtype || known.shape.join() !== shape.join()) {
      throw new FormatError(
        `${file.path}: ${name} is ${dtype} [${shape.join(', ')}] here and ${known.dtype} [${known.shape.join(', ')}] in another file of ${this.prefix}.`,
      );
    }
    for (const slice of slices) known.slices.push({ file, slice });
    this.#stored.set(name, known);
  }

  #sort(): void {
    const sorted = inNameOrder(this.#stored);
    this.#stored.clear();
    for (const [name, variable] of sorted) this.#stored.set(name, variable);
  }

  async read(name: string): Promise<TensorValue> {
    const variable = this.#stored.get(name);
    if (variable === undefined)
      throw new FormatError(`The checkpoint ${this.prefix} has no variable ${name}.`);
    const { dtype, shape, slices } = variable;
    const places = slices.map(({ file, slice }) =>
      explain(file.path, name, () => ({ file, slice, place: boundedSlice(slice, shape) })),
    );
    const [first] = places;
    if (first !== undefined && sizesOf(first.place).join() === shape.join()) {
      return readSlice(first.file, name, dtype, first.slice, shape);
    }
    const elementSize = dtypeSize(dtype);
    if (elementSize === null)
      throw new FormatError(`${name} in ${this.prefix}: ${dtype} slices are not supported.`);
    const covered = places.reduce((sum, { place }) => sum + elementCount(sizesOf(place)), 0);
    if (covered !== elementCount(shape)) {
      throw new FormatError(
        `${name} in ${this.prefix}: its slices hold ${covered} of ${elementCount(shape)} elements.`,
      );
    }
    // The slices come first: memory for the whole is taken only when its parts are all there.
    const pieces: { place: TensorSlice; bytes: Uint8Array }[] = [];
    for (const { file, slice, place } of places) {
      const { bytes } = await readSlice(file, name, dtype, slice, sizesOf(place));
      pieces.push({ place, bytes });
    }
    const whole = new Uint8Array(elementCount(shape) * elementSize);
    for (const { place, bytes } of pieces) copySlice(whole, shape, bytes, place, elementSize);
    return { dtype, shape, bytes: whole };
  }

  async check(name: string): Promise<void> {
    await this.read(name);
  }

  async verify(): Promise<void> {
    for (const name of this.variables.keys()) await this.check(name);
  }

  readableNames(): Promise<ReadonlyMap<string, string>> {
    return Promise.resolve(new Map([...this.variables.keys()].map(name => [name, name])));
  }

  async close(): Promise<void> {
    for (const { handle } of this.#files) await handle.close();
  }
}

async function tableOf(handle: FileHandle, path: string): Promise<TableReader> {
  try {
    return await TableReader.open(handle, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The checksum is that of the table's block. */
async function readSlice(
  { path, table }: V1File,
  name: string,
  dtype: DType,
  slice: TensorSlice,
  sizes: readonly number[],
): Promise<TensorValue> {
  const entry = await table.get(tensorSliceKey(Buffer.from(name), slice)).catch((error: unknown) => {
    throw new FormatError(`${name} cannot be read: ${errorReason(error)}.`, { cause: error });
  });
  if (entry === undefined)
    throw new FormatError(`${path} is damaged: it announces ${name} but has no data of it.`);
  return explain(path, name, () => decodeSavedSlice(entry, name, dtype, sizes));
}

function sizesOf(slice: TensorSlice): number[] {
  return slice.map(({ length }) => length);
}

function explain<T>(path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new FormatError(`${path} is damaged, ${what}: ${errorReason(error)}.`, { cause: error });
  }
}
