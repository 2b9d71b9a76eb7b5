import { dirname } from 'node:path';

/** This package's own code: `dist/` when bundled, `src/` when run from sources. */
const OWN_FOLDER = /[\\/]backends[\\/]graph$/.test(import.meta.dirname)
  ? dirname(dirname(import.meta.dirname))
  : import.meta.dirname;

/** ` at FILE:LINE:COLUMN` of the innermost stack frame of the user's code; '' where there is none. */
export function userLineOf(stack: string | undefined): string {
  const frames = (stack ?? '').split('\n').slice(1);
  const users = frames.find(frame => !isForeign(frame));
  const place = users === undefined ? null : /\(?([^\s(]+:\d+:\d+)\)?$/.exec(users);
  return place?.[1] === undefined ? '' : ` at ${place[1]}`;
}

/** The TensorFlow.js operation that the user called, such as `tf.dropout`: its functions are named with a `_` at the end. */
export function tfOperationOf(stack: string | undefined): string | undefined {
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
    /[\\/]node_modules[\\/]|\(node:|at node:|<anonymous>|\(native\)/.test(frame) || frame.includes(OWN_FOLDER)
  );
}

/** Where in the code it is made, to be told if need be: what V8 takes down costs little until it is put in words. */
export class CodePlace {
  private readonly error: Error;

  constructor() {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = FRAMES;
    this.error = new Error();
    Error.stackTraceLimit = limit;
  }

  /** Whether it was called, however indirectly, by a file of that name. */
  isWithin(fileName: string): boolean {
    return this.error.stack?.includes(fileName) === true;
  }

  /** ` in tf.dropout at train.ts:12:5`, or as much of that as is known. */
  toString(): string {
    const operation = tfOperationOf(this.error.stack);
    return `${operation === undefined ? '' : ` in tf.${operation}`}${userLineOf(this.error.stack)}`;
  }
}

/** From a call of TensorFlow to the user's line there are some twenty frames of TF.js. */
const FRAMES = 60;
