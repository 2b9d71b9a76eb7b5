import { dirname } from 'node:path';

/**
 * Where this package's own code is: `dist/` when bundled, `src/` when run from sources, and where a bundle's source map is in
 * force, the sources that stack frames then name.
 */
const OWN_FOLDERS = new Set([import.meta.filename, fileOfFirstFrame()].map(packageFolder));

function fileOfFirstFrame(): string {
  const [, frame = ''] = (new Error().stack ?? '').split('\n');
  return /\(?(?:file:\/\/)?([^\s(]+):\d+:\d+\)?$/.exec(frame)?.[1] ?? import.meta.filename;
}

function packageFolder(file: string): string {
  const folder = dirname(file);
  return /[\\/]backends[\\/]graph$/.test(folder) ? dirname(dirname(folder)) : folder;
}

/** ` at FILE:LINE:COLUMN` of the innermost stack frame of the user's code; '' where there is none. */
export function userLineOf(stack: string | undefined): string {
  const frames = (stack ?? '').split('\n').slice(1);
  const users = frames.find(frame => !isForeign(frame));
  const place = users === undefined ? null : /\(?([^\s(]+:\d+:\d+)\)?$/.exec(users);
  return place?.[1] === undefined ? '' : ` at ${place[1]}`;
}

/** The TensorFlow.js operation that the user called, such as `tf.dropout`: its functions are named with a `_` at the end. */
function tfOperationOf(stack: string | undefined): string | undefined {
  const frames = (stack ?? '').split('\n').slice(1);
  const users = frames.findIndex(frame => !isForeign(frame));
  const inner = users === -1 ? frames : frames.slice(0, users);
  const names = inner.flatMap(
    frame => /at (?:Object\.|Module\.)?([a-z]\w*)_(?:__op)? /.exec(frame)?.[1] ?? [],
  );
  return names.at(-1);
}

function isForeign(frame: string): boolean {
  return (
    /[\\/]node_modules[\\/]|\(node:|at node:|<anonymous>|\(native\)/.test(frame) ||
    [...OWN_FOLDERS].some(folder => frame.includes(folder))
  );
}

/** Where in the code it is made, to be told if need be: what V8 takes down costs little until it is put in words. */
export class CodePlace {
  readonly #error: Error;

  constructor() {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = FRAMES;
    this.#error = new Error();
    Error.stackTraceLimit = limit;
  }

  /** Whether it was called, however indirectly, by a file of that name. */
  isWithin(fileName: string): boolean {
    return this.#error.stack?.includes(fileName) === true;
  }

  /** ` in tf.dropout at train.ts:12:5`, or as much of that as is known. */
  toString(): string {
    const operation = tfOperationOf(this.#error.stack);
    return `${operation === undefined ? '' : ` in tf.${operation}`}${userLineOf(this.#error.stack)}`;
  }
}

/** From a call of TensorFlow to the user's line there are some twenty frames of TF.js. */
const FRAMES = 60;
