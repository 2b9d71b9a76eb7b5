/** A replacement as Python's `re.sub` reads it: `\1`, `\g<1>` and `\g<name>` stand for what a group matched. */

export type Replacement = readonly (string | { readonly group: number | string })[];

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
};

/**
 * @param groups How many groups the pattern has, and their names.
 * @throws SyntaxError showing the replacement when it names a group that the pattern does not have.
 */
export function parseReplacement(
  text: string,
  groups: { readonly count: number; readonly names: readonly string[] },
): Replacement {
  const refuse = (what: string): never => {
    throw new SyntaxError(`The replacement ${JSON.stringify(text)} is not valid: ${what}.`);
  };
  const group = (name: string): { group: number | string } => {
    const isNumber = /^\d+$/.test(name);
    const exists = isNumber ? Number(name) <= groups.count : groups.names.includes(name);
    if (!exists) refuse(`the pattern has no group ${name}`);
    return { group: isNumber ? Number(name) : name };
  };
  const parts: (string | { group: number | string })[] = [];
  let rest = text;
  while (rest !== '') {
    const plain = /^[^\\]+/.exec(rest)?.[0];
    const named = /^\\g<(\w+)>/.exec(rest);
    const numbered = /^\\([1-9]\d?)/.exec(rest);
    const escape = /^\\(.)/s.exec(rest);
    if (plain !== undefined) parts.push(plain);
    else if (named !== null) parts.push(group(named[1] ?? ''));
    else if (numbered !== null) parts.push(group(numbered[1] ?? ''));
    else if (escape !== null) {
      const letter = escape[1] ?? '';
      if (/[A-Za-z0-9]/.test(letter) && !(letter in ESCAPES)) refuse(`\\${letter} means nothing`);
      parts.push(ESCAPES[letter] ?? `\\${letter}`);
    } else refuse('a backslash at its end (write two for one)');
    rest = rest.slice((plain ?? named?.[0] ?? numbered?.[0] ?? escape?.[0] ?? '').length);
  }
  return parts;
}

export function expandReplacement(replacement: Replacement, match: RegExpExecArray): string {
  return replacement
    .map(part => {
      if (typeof part === 'string') return part;
      const text = typeof part.group === 'number' ? match[part.group] : match.groups?.[part.group];
      return text ?? '';
    })
    .join('');
}
