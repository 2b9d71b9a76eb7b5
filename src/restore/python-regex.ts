import { messageOf } from '../protocol/error-message.ts';
import { expandReplacement, parseReplacement } from './python-replacement.ts';

/** A pattern as Python's `re` reads it. */
export interface PythonRegex {
  /** Whether it matches from the start of `text`: `re.match`. */
  match(text: string): boolean;
  /** Whether it matches anywhere: `re.search`. */
  search(text: string): boolean;
  /**
   * Puts `replacement` in the place of each match: `re.sub`. The replacement is checked before there is any text.
   *
   * @throws SyntaxError when the replacement names a group that the pattern does not have.
   */
  substitute(replacement: string): (text: string) => string;
}

/**
 * Compiles a regular expression of Python's dialect, in which TF-Slim's users write patterns of variable names. What JS
 * has no equal for (conditionals, possessive quantifiers, verbose mode, ...) is an error that shows the pattern.
 */
export function compilePythonRegex(pattern: string): PythonRegex {
  const { source, flags } = translate(pattern);
  try {
    const searching = new RegExp(source, flags);
    const matching = new RegExp(`^(?:${source})`, flags.replace('m', ''));
    return {
      match: text => matching.test(text),
      search: text => searching.test(text),
      substitute: replacement => substitution(source, flags, replacement),
    };
  } catch (error) {
    const reason = messageOf(error).replace(/^.*: /, '');
    throw new SyntaxError(`The regular expression ${JSON.stringify(pattern)} is not valid: ${reason}.`, {
      cause: error,
    });
  }
}

function substitution(source: string, flags: string, replacement: string): (text: string) => string {
  const everyMatch = new RegExp(source, `${flags}g`);
  // Matches the empty text whatever the pattern is: its groups are the pattern's.
  const groups = new RegExp(`${source}|`, flags).exec('');
  const parsed = parseReplacement(replacement, {
    count: (groups?.length ?? 1) - 1,
    names: Object.keys(groups?.groups ?? {}),
  });
  return text => {
    let replaced = '';
    let end = 0;
    for (const match of text.matchAll(everyMatch)) {
      replaced += text.slice(end, match.index) + expandReplacement(parsed, match);
      end = match.index + match[0].length;
    }
    return replaced + text.slice(end);
  };
}

const escapesOfLetters: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  Z: '(?![\\s\\S])',
  a: '\\x07',
};
const sameEscapes = 'bBdDsSwWfnrtvxu';

function translate(pattern: string): { source: string; flags: string } {
  const refuse = (what: string): never => {
    throw new SyntaxError(
      `The regular expression ${JSON.stringify(pattern)} cannot be used: ${what} has no equal in JavaScript.`,
    );
  };
  // Where no group is named, JS takes `\k<name>` for mere letters.
  for (const [, name = ''] of pattern.matchAll(/\(\?P=(\w+)\)/g)) {
    if (!pattern.includes(`(?P<${name}>`)) refuse(`a group name that is unknown, ${name},`);
  }
  const leading = /^\(\?([aiLmsux]+)\)/.exec(pattern);
  let flags = '';
  for (const flag of leading?.[1] ?? '') {
    if (flag === 'L' || flag === 'x') refuse(`the flag ${flag}`);
    if ('ims'.includes(flag) && !flags.includes(flag)) flags += flag;
  }
  let source = '';
  let isInClass = false;
  for (let at = leading?.[0].length ?? 0; at < pattern.length;) {
    const rest = pattern.slice(at);
    const [taken, written] = isInClass ? translateInClass(rest, refuse) : translateOutside(rest, refuse);
    if (!isInClass && taken.startsWith('[')) isInClass = true;
    else if (isInClass && taken === ']') isInClass = false;
    source += written;
    at += taken.length;
  }
  return { source, flags };
}

type Refuse = (what: string) => never;

/** The next piece of the pattern, and how JS writes it. */
function translateOutside(rest: string, refuse: Refuse): readonly [string, string] {
  if (rest.startsWith('\\')) return translateEscape(rest, refuse);
  const classStart = /^\[\^?\]?/.exec(rest)?.[0];
  if (classStart !== undefined) return [classStart, classStart.replace(']', '\\]')];
  const namedGroup = /^\(\?P<(\w+)>/.exec(rest);
  if (namedGroup !== null) return [namedGroup[0], `(?<${namedGroup[1] ?? ''}>`];
  const backReference = /^\(\?P=(\w+)\)/.exec(rest);
  if (backReference !== null) return [backReference[0], `\\k<${backReference[1] ?? ''}>`];
  const comment = /^\(\?#[^)]*\)/.exec(rest);
  if (comment !== null) return [comment[0], ''];
  if (rest.startsWith('(?(')) refuse('a conditional group');
  if (rest.startsWith('(?>')) refuse('an atomic group');
  if (/^\(\?[aiLmsux]+\)/.test(rest)) refuse('a flag that is not at the start');
  const upTo = /^\{,(\d+)\}/.exec(rest);
  if (upTo !== null) return [upTo[0], `{0,${upTo[1] ?? ''}}`];
  return [rest.charAt(0), rest.charAt(0)];
}

function translateInClass(rest: string, refuse: Refuse): readonly [string, string] {
  if (rest.startsWith('\\')) return translateEscape(rest, refuse);
  return [rest.charAt(0), rest.charAt(0)];
}

function translateEscape(rest: string, refuse: Refuse): readonly [string, string] {
  const letter = rest.charAt(1);
  const escape = rest.slice(0, 2);
  const own = escapesOfLetters[letter];
  if (own !== undefined) return [escape, own];
  if (/[A-Za-z]/.test(letter) && !sameEscapes.includes(letter)) refuse(`the escape \\${letter}`);
  return [escape, escape];
}
