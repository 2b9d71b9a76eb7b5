import { fileURLToPath } from 'node:url';

export interface ScriptLocation {
  /** Absolute path. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

/**
 * A script or one of its modules does not parse. The place stands in the stack's first line too, `file:line:column`:
 * properties do not survive the way from Node's loader thread.
 */
export class ScriptSyntaxError extends SyntaxError {
  override readonly name = 'SyntaxError';

  constructor(problem: string, { file, line, column }: ScriptLocation) {
    super(problem);
    this.stack = `${file}:${line}:${column}\nSyntaxError: ${problem}`;
  }
}

/**
 * Where an error was raised before any code ran, as the head of its stack says it: `file:line:column`, or V8's `file:line`,
 * the line's text and carets below the place.
 */
export function placeInStackHead(stack: string): ScriptLocation | undefined {
  const head = /^(file:\/\/\S+|\/.*?|[A-Za-z]:[\\/].*?):(\d+)(?::(\d+))?\n(?:.*\n( *)\^)?/.exec(stack);
  if (head === null) return undefined;
  const [, name = '', line = '1', column, indent = ''] = head;
  return {
    file: name.startsWith('file:') ? fileURLToPath(name) : name,
    line: Number(line),
    column: column === undefined ? indent.length + 1 : Number(column),
  };
}
