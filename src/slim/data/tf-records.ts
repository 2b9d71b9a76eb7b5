import { open } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { FormatError } from '../../formats/format-error.ts';
import { decodeExample } from '../../formats/tf-example.ts';
import { indexRecords, readRecord, type RecordPlace } from '../../formats/tfrecord-index.ts';
import { messageOf } from '../../protocol/error-message.ts';
import { featureColumn, type ExampleFeature } from './example-features.ts';
import { filePath, type FileName } from './file-path.ts';
import { IndexedSource, type BatchOptions, type Examples } from './indexed-source.ts';

/** The tensors of a batch of examples, [batch, ...shape of the feature]. */
export type ExampleBatch<F> = { [K in keyof F]: tf.Tensor };

/**
 * Batches of `tf.train.Example` messages in TFRecord files. All headers are read at once, so that examples are shuffled over
 * all files and resuming takes no time; the examples are read when their batch is asked for ({@link prefetch} reads them
 * while a step computes; {@link worker} decodes their images beside it as well).
 *
 * @param files of uncompressed records, in this order.
 * @param features what to take of each example, by name. What an example holds beside it is left alone.
 * @throws FormatError naming file and offset: here when a file is cut off or no TFRecord file, later when an example is
 * damaged, lacks a feature that has no defaultValue, or has another type or number of values than its feature says.
 */
export async function tfRecords<F extends Readonly<Record<string, ExampleFeature>>>(
  files: FileName | readonly FileName[],
  features: F,
  options: BatchOptions = {},
): Promise<IndexedSource<ExampleBatch<F>>> {
  const paths = (typeof files === 'string' || files instanceof URL ? [files] : files).map(filePath);
  const places: RecordOfFile[] = [];
  for (const path of paths) for (const place of await indexRecords(path)) places.push({ path, place });
  if (places.length === 0) throw new Error(`There is no record in ${paths.join(', ') || 'no files'}.`);
  return new IndexedSource(new ExampleRecords(places, features), options);
}

interface RecordOfFile {
  readonly path: string;
  readonly place: RecordPlace;
}

class ExampleRecords<F extends Readonly<Record<string, ExampleFeature>>> implements Examples<
  ExampleBatch<F>
> {
  readonly length: number;
  readonly #records: readonly RecordOfFile[];
  readonly #features: F;

  constructor(records: readonly RecordOfFile[], features: F) {
    this.length = records.length;
    this.#records = records;
    this.#features = features;
  }

  async gather(rows: Int32Array): Promise<ExampleBatch<F>> {
    const records = Array.from(rows, row => this.#records[row]).filter(record => record !== undefined);
    const data = await readAll(records);
    const columns = Object.entries(this.#features).map(([name, feature]) =>
      featureColumn(name, feature, records.length),
    );
    records.forEach(({ path, place }, row) => {
      explained(path, place.offset, () => {
        const example = decodeExample(data[row] ?? new Uint8Array(0));
        for (const column of columns) column.set(row, example.get(column.name));
      });
    });
    return Object.fromEntries(columns.map(column => [column.name, column.tensor()])) as ExampleBatch<F>;
  }
}

/** The data of records, in their order. Each file is opened once. */
async function readAll(records: readonly RecordOfFile[]): Promise<Uint8Array[]> {
  const data: Uint8Array[] = [];
  const paths = [...new Set(records.map(({ path }) => path))];
  await Promise.all(
    paths.map(async path => {
      const file = await open(path);
      try {
        for (const [row, record] of records.entries()) {
          if (record.path === path) data[row] = await readRecord(file, record.place, path);
        }
      } finally {
        await file.close();
      }
    }),
  );
  return data;
}

function explained(path: string, offset: number, read: () => void): void {
  try {
    read();
  } catch (error) {
    const reason = messageOf(error);
    throw new FormatError(`The example at offset ${offset} of ${path}: ${reason}`, { cause: error });
  }
}
