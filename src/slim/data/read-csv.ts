import { createReadStream } from 'node:fs';
import type { Transform } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { FormatError } from '../../formats/format-error.ts';
import type { ArrayValues } from './columns.ts';
import { filePath, type FileName } from './file-path.ts';

/** What becomes of columns of a file. */
export type CsvColumn =
  /** The numbers of the column that is called as the array is: [rows]. */
  | 'float32'
  | 'int32'
  | {
      readonly dtype: 'float32' | 'int32';
      /** The column's name in the file: an array [rows]. Several: [rows, columns]. Default: the array's name. */
      readonly from?: string | readonly string[];
      /** Stands for an empty cell. Default: an empty cell is an error. */
      readonly defaultValue?: number;
    }
  | {
      /** Texts that the column has; the array holds their numbers, int32 [rows], counted from 0. */
      readonly classes: readonly string[];
      readonly from?: string;
    };

export interface CsvOptions {
  /** Between two cells. Default: a comma. */
  readonly delimiter?: string;
  /** Names of the columns, for a file whose first line is data already. */
  readonly header?: readonly string[];
}

/**
 * Columns of a CSV file (RFC 4180: quotes, line breaks within them), as arrays for {@link arrays}.
 *
 * @param columns the arrays to make, by name: `{ features: { dtype: 'float32', from: ['width', 'height'] }, label: 'int32' }`.
 * @throws FormatError naming file and line where a cell does not hold what its column should.
 */
export async function readCsv<C extends Readonly<Record<string, CsvColumn>>>(
  file: FileName,
  columns: C,
  options: CsvOptions = {},
): Promise<{ [K in keyof C]: ArrayValues }> {
  const path = filePath(file);
  const arrays = Object.entries(columns).map(([name, column]) => new CsvArray(name, column));
  const stream = createReadStream(path);
  const records: AsyncIterable<CsvRecord> & Transform = stream.pipe(
    parse({ info: true, bom: true, skip_empty_lines: true, delimiter: options.delimiter ?? ',' }),
  );
  stream.once('error', error => records.destroy(error));
  let line = 0;
  try {
    let header = options.header;
    if (header !== undefined) findColumns(arrays, header);
    for await (const { record, info } of records) {
      line = info.lines;
      if (header === undefined) findColumns(arrays, (header = record));
      else for (const array of arrays) array.add(record);
    }
  } catch (error) {
    throw located(error, path, line);
  } finally {
    stream.destroy();
  }
  return Object.fromEntries(arrays.map(array => [array.name, array.finish()])) as {
    [K in keyof C]: ArrayValues;
  };
}

function findColumns(arrays: readonly CsvArray[], header: readonly string[]): void {
  for (const array of arrays) array.find(header);
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** What is wrong with a cell; the line is added to it. */
class CellError extends Error {}

class CsvArray {
  readonly name: string;
  readonly #from: readonly string[];
  readonly #isMatrix: boolean;
  readonly #isInteger: boolean;
  readonly #valueOf: (cell: string) => number;
  readonly #numbers: number[] = [];
  #cells: readonly number[] = [];
  #rows = 0;

  constructor(name: string, column: CsvColumn) {
    const { from = name, ...kind } = typeof column === 'string' ? { dtype: column } : column;
    this.name = name;
    this.#isMatrix = typeof from !== 'string';
    this.#from = typeof from === 'string' ? [from] : from;
    this.#isInteger = 'classes' in kind || kind.dtype === 'int32';
    this.#valueOf =
      'classes' in kind
        ? cell => classOf(cell, kind.classes)
        : cell => numberOf(cell, this.#isInteger, kind.defaultValue);
  }

  /** Finds its columns among those that the file has. */
  find(header: readonly string[]): void {
    const names = header.map(each => each.trim());
    this.#cells = this.#from.map(wanted => {
      const at = names.indexOf(wanted);
      if (at < 0) throw new CellError(`there is no column ${wanted}. There are: ${names.join(', ')}`);
      return at;
    });
  }

  add(record: readonly string[]): void {
    this.#rows++;
    this.#cells.forEach((cell, at) => {
      try {
        this.#numbers.push(this.#valueOf((record[cell] ?? '').trim()));
      } catch (error) {
        if (error instanceof CellError) error.message = `column ${this.#from[at] ?? ''}: ${error.message}`;
        throw error;
      }
    });
  }

  finish(): ArrayValues {
    const shape = this.#isMatrix ? [this.#rows, this.#from.length] : [this.#rows];
    return {
      values: this.#isInteger ? Int32Array.from(this.#numbers) : Float32Array.from(this.#numbers),
      shape,
    };
  }
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function numberOf(cell: string, isInteger: boolean, defaultValue: number | undefined): number {
  if (cell === '') {
    if (defaultValue === undefined) throw new CellError('the cell is empty, and there is no defaultValue');
    return defaultValue;
  }
  const number = Number(cell);
  if (!DECIMAL.test(cell)) throw new CellError(`${JSON.stringify(cell)} is not a number`);
  if (isInteger && number !== (number | 0)) throw new CellError(`${cell} is not an integer of 32 bits`);
  return number;
}

function classOf(cell: string, classes: readonly string[]): number {
  const at = classes.indexOf(cell);
  if (at < 0) throw new CellError(`${JSON.stringify(cell)} is none of the classes ${classes.join(', ')}`);
  return at;
}

function located(error: unknown, path: string, line: number): unknown {
  if (error instanceof CellError) return new FormatError(`${path}:${line}: ${error.message}.`);
  if (error instanceof CsvError) return new FormatError(`${path}: ${error.message}.`, { cause: error });
  return error;
}
