/**
 * The settings of a recorded case, which the fixtures tell as Python in a sentence: `AdamOptimizer(0.05, beta1=.8)`,
 * `create_train_op(clip_gradient_norm=4), SGD 0.1`.
 */

/** What Python's literals are to us: names are text that nobody quoted. */
export type PythonValue =
  | number
  | string
  | boolean
  | null
  | PythonCall
  | PythonName
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

/** `gs`, in `f(gs)`. */
export class PythonName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export class PythonCall {
  readonly name: string;
  readonly positional: readonly PythonValue[];
  readonly keywords: Readonly<Record<string, PythonValue>>;

  constructor(
    name: string,
    positional: readonly PythonValue[],
    keywords: Readonly<Record<string, PythonValue>>,
  ) {
    this.name = name;
    this.positional = positional;
    this.keywords = keywords;
  }
}

/** The first call of a function whose name the pattern matches; undefined where the sentence has none. */
export function callIn(text: string, name: RegExp): PythonCall | undefined {
  const found = new RegExp(`\\b(?:${name.source})(?=\\()`).exec(text);
  if (found === null) return undefined;
  const value = new Reader(text, found.index).value();
  return value instanceof PythonCall ? value : undefined;
}

/** The value of `name=value` or `name={...}`, wherever it stands; undefined where it does not. */
export function keywordIn(text: string, name: string): PythonValue | undefined {
  const found = new RegExp(`\\b${name}(?: ?= ?| (?=\\{))`).exec(text);
  return found === null ? undefined : new Reader(text, found.index + found[0].length).value();
}

const WORD = /[A-Za-z_][\w/]*(?:\.[\w/]+)*/y;
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
const QUOTED = /'[^']*'|"[^"]*"/y;
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
]);

class Reader {
  readonly #text: string;
  #at: number;

  constructor(text: string, at: number) {
    this.#text = text;
    this.#at = at;
  }

  value(): PythonValue {
    const quoted = this.#take(QUOTED);
    if (quoted !== undefined) return quoted.slice(1, -1);
    const number = this.#take(NUMBER);
    if (number !== undefined) return Number(number);
    if (this.#skip('[')) return this.#list(']');
    if (this.#skip('{')) return this.#dictionary();
    const word = this.#take(WORD);
    if (word === undefined) throw new Error(`No Python at ${this.#at} of: ${this.#text}`);
    const constant = CONSTANTS.get(word);
    if (constant !== undefined) return constant;
    return this.#text[this.#at] === '(' ? this.#call(word) : new PythonName(word);
  }

  #list(end: string): PythonValue[] {
    const values: PythonValue[] = [];
    while (!this.#skip(end)) {
      values.push(this.value());
      this.#skip(',');
    }
    return values;
  }

  #dictionary(): Record<string, PythonValue> {
    const values: Record<string, PythonValue> = {};
    while (!this.#skip('}')) {
      const key = this.value();
      if (typeof key !== 'string') throw new Error(`A key is no text at ${this.#at} of: ${this.#text}`);
      this.#expect(':');
      values[key] = this.value();
      this.#skip(',');
    }
    return values;
  }

  #call(name: string): PythonCall {
    const positional: PythonValue[] = [];
    const keywords: Record<string, PythonValue> = {};
    this.#expect('(');
    while (!this.#skip(')')) {
      const value = this.value();
      if (value instanceof PythonName && this.#skip('=')) keywords[value.name] = this.value();
      else positional.push(value);
      this.#skip(',');
    }
    return new PythonCall(name, positional, keywords);
  }

  #expect(token: string): void {
    if (!this.#skip(token)) throw new Error(`No ${token} at ${this.#at} of: ${this.#text}`);
  }

  #skip(token: string): boolean {
    while (this.#text[this.#at] === ' ') this.#at++;
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #take(pattern: RegExp): string | undefined {
    while (this.#text[this.#at] === ' ') this.#at++;
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** Keyword arguments as options of ours: `use_nesterov` is `useNesterov`. */
export function optionsOf(keywords: Readonly<Record<string, PythonValue>>): Record<string, PythonValue> {
  return Object.fromEntries(
    Object.entries(keywords).map(([name, value]) => [
      name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

export function numberOf(value: PythonValue | undefined): number {
  if (typeof value !== 'number') throw new Error(`A number was expected, not ${JSON.stringify(value)}.`);
  return value;
}
