/** Numbers as text: JSON (names and nested lists) and tables (CSV, or what numpy.savetxt writes). They become float64. */

import { stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { CheckpointFormat } from './checkpoint.ts';
import { errorReason } from './error-reason.ts';
import { FormatError } from './format-error.ts';
import { readText } from './read-text.ts';
import { elementCount, type TensorValue } from './tensor-value.ts';
import { arrayNameOf, ValuesFile, type StoredArray } from './values-file.ts';

/** Text has no index: all of it is read and held. Below this that takes a second or two. */
const MAX_TEXT_BYTES = 2 ** 28;

/** TensorFlow's limit (TensorShape::MaxDimensions). */
const MAX_RANK = 254;

/**
 * Opens a JSON file: an object of names and numbers or nested lists of numbers; or one list, called as the file is.
 *
 * @throws FormatError naming file and array where there is something else, or lists of different lengths.
 */
export async function openJsonNumbers(path: string): Promise<ValuesFile> {
  const text = await readSmallText(path);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${path} is no JSON: ${errorReason(error)}.`, { cause: error });
  }
  const isNamed = typeof content === 'object' && content !== null && !Array.isArray(content);
  const named: [string, unknown][] = isNamed
    ? Object.entries(content as object)
    : [[arrayNameOf(path), content]];
  return textFile(
    path,
    'json',
    named.map(([name, value]) => [name, nestedNumbers(`${path}: ${name}`, value)]),
  );
}

/**
 * Opens a table of numbers, cells between commas, semicolons, tabs or spaces, `#` before a comment. A first line of names
 * makes each column an array [rows] of that name; without one all is an array [rows, columns], called as the file is, with
 * dimensions of 1 left out as numpy.loadtxt does.
 *
 * @throws FormatError naming file and line where there is something else than numbers, or another number of cells.
 */
export async function openNumberTable(path: string): Promise<ValuesFile> {
  const rows = parseRows(path, await readSmallText(path));
  const [first = { cells: [], line: 0 }] = rows;
  const hasHeader = first.cells.some(cell => numberOf(cell) === undefined);
  const numbers = (hasHeader ? rows.slice(1) : rows).map(row => numbersOf(path, row));
  if (numbers.length === 0) throw new FormatError(`${path} holds no numbers.`);
  if (!hasHeader) {
    const shape = [numbers.length, first.cells.length].filter(size => size !== 1);
    return textFile(path, 'text', [[arrayNameOf(path), float64Tensor(shape, numbers.flat())]]);
  }
  const names = first.cells;
  if (names.includes('') || new Set(names).size < names.length) {
    throw new FormatError(`${path} has columns without a name of their own: ${names.join(', ')}.`);
  }
  const columns = names.map((name, column): [string, TensorValue] => [
    name,
    float64Tensor(
      [numbers.length],
      numbers.map(row => row[column] ?? 0),
    ),
  ]);
  return textFile(path, 'text', columns);
}

async function readSmallText(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MAX_TEXT_BYTES) {
    throw new FormatError(
      `${path} has ${size} bytes: text is read up to ${MAX_TEXT_BYTES}. For more there are .npy, .npz and .safetensors.`,
    );
  }
  return readText(path);
}

function textFile(
  path: string,
  format: CheckpointFormat,
  values: readonly (readonly [string, TensorValue])[],
): ValuesFile {
  if (values.length === 0) throw new FormatError(`${path} holds no numbers.`);
  const arrays = values.map(([name, value]): [string, StoredArray] => [
    name,
    {
      dtype: value.dtype,
      shape: value.shape,
      nbytes: value.bytes.length,
      read: () => Promise.resolve(value),
    },
  ]);
  return new ValuesFile(path, { format, arrays, close: () => Promise.resolve() });
}

function float64Tensor(shape: readonly number[], numbers: readonly number[]): TensorValue {
  return { dtype: 'float64', shape, bytes: new Uint8Array(Float64Array.from(numbers).buffer) };
}

function nestedNumbers(where: string, value: unknown): TensorValue {
  const shape: number[] = [];
  for (let inner = value; Array.isArray(inner); [inner] = inner as unknown[]) {
    shape.push(inner.length);
    if (shape.length > MAX_RANK) throw new FormatError(`${where} has more than ${MAX_RANK} dimensions.`);
  }
  const numbers: number[] = [];
  const add = (part: unknown, axis: number): void => {
    const size = shape[axis];
    if (size === undefined) {
      if (typeof part !== 'number') {
        throw new FormatError(`${where} holds ${describe(part)}, where a number belongs.`);
      }
      numbers.push(part);
    } else {
      if (!Array.isArray(part) || part.length !== size) {
        throw new FormatError(`${where} holds ${describe(part)}, where a list of ${size} belongs.`);
      }
      for (const inner of part) add(inner, axis + 1);
    }
  };
  add(value, 0);
  return float64Tensor(numbers.length < elementCount(shape) ? [0] : shape, numbers);
}

function describe(part: unknown): string {
  if (Array.isArray(part)) return `a list of ${part.length}`;
  return typeof part === 'object' && part !== null ? 'an object' : JSON.stringify(part).slice(0, 60);
}

interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

function parseRows(path: string, text: string): Row[] {
  const separator = [',', ';', '\t'].find(candidate => text.slice(0, 65_536).includes(candidate)) ?? ' ';
  try {
    const records = parse(separator === ' ' ? text.replace(/^ +|(?<= ) +| +$/gm, '') : text, {
      bom: true,
      comment: '#',
      delimiter: separator,
      info: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    throw new FormatError(`${path} is no table of numbers: ${errorReason(error)}.`, { cause: error });
  }
}

function numbersOf(path: string, { cells, line }: Row): number[] {
  return cells.map(cell => {
    const number = numberOf(cell);
    if (number === undefined) {
      throw new FormatError(`${path}, line ${line}: ${JSON.stringify(cell.slice(0, 60))} is not a number.`);
    }
    return number;
  });
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const NOT_FINITE = /^(?<sign>[+-]?)(?:(?<nan>nan)|inf(?:inity)?)$/i;

/** As Python's float() reads it. */
function numberOf(cell: string): number | undefined {
  if (DECIMAL.test(cell)) return Number(cell);
  const groups = NOT_FINITE.exec(cell)?.groups;
  if (groups === undefined) return undefined;
  if (groups['nan'] !== undefined) return Number.NaN;
  return groups['sign'] === '-' ? -Infinity : Infinity;
}
