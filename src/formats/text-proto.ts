/** What of protobuf's text format flat messages need: https://protobuf.dev/reference/protobuf/textformat-spec/. */

import { FormatError } from './format-error.ts';

export interface TextField {
  readonly name: string;
  readonly value: string | number;
}

// No text can be matched in two ways: a comment takes its line's end, so that none is two.
const SKIPPED = /(?:[\s,;]|#[^\n]*(?:\n|$))*/y;
const BLANK = /(?:\s|#[^\n]*(?:\n|$))*/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const COLON = /(?:\s|#[^\n]*(?:\n|$))*:/y;
const NUMBER = /-?(?:inf(?:inity)?|nan|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)f?/iy;
const LIST_BEGIN = /\[/y;
const LIST_END = /\]/y;
const STRING = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y;

/** Scalar fields in the order of the text, one for each value of a list. @throws FormatError naming the line of what is no field. */
export function parseTextProto(text: string): TextField[] {
  const fields: TextField[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match !== undefined) at += match.length;
    return match;
  };
  const fail = (expected: string): never => {
    throw new FormatError(
      `line ${text.slice(0, at).split('\n').length} has no ${expected} where one belongs.`,
    );
  };
  for (;;) {
    take(SKIPPED);
    if (at === text.length) return fields;
    const name = take(NAME) ?? fail('field name');
    if (take(COLON) === undefined) fail(`colon after ${name}`);
    take(SKIPPED);
    const isList = take(LIST_BEGIN) !== undefined;
    do {
      take(SKIPPED);
      if (isList && take(LIST_END) !== undefined) break;
      fields.push({ name, value: takeString(take) ?? takeNumber(take) ?? fail(`value of ${name}`) });
    } while (isList);
  }
}

type Take = (pattern: RegExp) => string | undefined;

/** Strings that follow each other are one, as in C. */
function takeString(take: Take): string | undefined {
  let value: string | undefined;
  for (let part = take(STRING); part !== undefined; part = take(STRING)) {
    value = (value ?? '') + part.slice(1, -1);
    take(BLANK);
  }
  return value === undefined ? undefined : unescapeText(value);
}

function takeNumber(take: Take): number | undefined {
  const text = take(NUMBER)?.toLowerCase();
  if (text === undefined) return undefined;
  const unsigned = text.replace(/^-/, '');
  const magnitude = unsigned.startsWith('inf') ? Infinity : unsigned === 'nan' ? NaN : parseFloat(unsigned);
  return text.startsWith('-') ? -magnitude : magnitude;
}

const ESCAPE = /\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs;
const NAMED_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

/** Octal and hexadecimal escapes are bytes of UTF-8: the whole is put together as bytes. */
function unescapeText(text: string): string {
  const bytes: Uint8Array[] = [];
  let end = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const [whole, octal, hex, short, long, named = ''] = match;
    bytes.push(Buffer.from(text.slice(end, match.index)));
    end = match.index + whole.length;
    const codePoint = short ?? long;
    if (octal !== undefined) bytes.push(Uint8Array.of(parseInt(octal, 8)));
    else if (hex !== undefined) bytes.push(Uint8Array.of(parseInt(hex, 16)));
    else if (codePoint !== undefined) bytes.push(Buffer.from(String.fromCodePoint(parseInt(codePoint, 16))));
    else
      bytes.push(
        NAMED_ESCAPES.has(named) ? Uint8Array.of(NAMED_ESCAPES.get(named) ?? 0) : Buffer.from(named),
      );
  }
  bytes.push(Buffer.from(text.slice(end)));
  return Buffer.concat(bytes).toString();
}

/** In double quotes, as protobuf's printer does: bytes that are not printable ASCII as octal escapes. */
export function quoteTextProto(text: string): string {
  const escaped = [...Buffer.from(text)].map(byte => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
    return `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${escaped.join('')}"`;
}
