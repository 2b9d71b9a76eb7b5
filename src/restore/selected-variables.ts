import { errorReason } from '../formats/error-reason.ts';
import { compilePythonRegex } from './python-regex.ts';
import type { PythonRegex } from './python-regex.ts';
import type { RestoreMapping } from './restore-mapping.ts';
import type { RestoreProblem } from './restore-plan.ts';
import { endsWithin, PATTERNS_LIMIT_MS, TOO_SLOW } from './bounded-work.ts';

/** What the patterns of a mapping say of a model's variables. */
export interface SelectedVariables {
  /** Why a variable is left out, in words; undefined: it is not. */
  readonly leftOut: ReadonlyMap<string, string>;
  /** How many variables each pattern matches; null: it is not valid, or it was not tried to the end. */
  readonly includeCounts: readonly (number | null)[];
  readonly excludeCounts: readonly (number | null)[];
  readonly problems: readonly RestoreProblem[];
}

/** TF-Slim's rule: a regular expression, matched from the start of the name with `:0` at its end. */
export function selectVariables(
  names: readonly string[],
  { include, exclude }: Pick<RestoreMapping, 'include' | 'exclude'>,
): SelectedVariables {
  const problems: RestoreProblem[] = [];
  const included = compileAll('include', include ?? [], problems);
  const excluded = compileAll('exclude', exclude, problems);
  const { tried, problems: unmatched } = matchAll([...included, ...excluded], names);
  problems.push(...unmatched);
  if (include?.length === 0)
    problems.push({ message: 'include is an empty list: nothing is selected', at: ['include'] });
  const leftOut = new Map<string, string>();
  for (const name of names) {
    const excluding = excluded.find(({ matches }) => matches.has(name));
    if (excluding !== undefined) leftOut.set(name, `excluded by ${excluding.text}`);
    else if (include !== null && !included.some(({ matches }) => matches.has(name))) {
      leftOut.set(name, 'not included');
    }
  }
  const counts = (patterns: readonly Pattern[]): (number | null)[] =>
    patterns.map(pattern => (pattern.regex !== null && tried.has(pattern) ? pattern.matches.size : null));
  return { leftOut, includeCounts: counts(included), excludeCounts: counts(excluded), problems };
}

interface Pattern {
  readonly kind: 'include' | 'exclude';
  readonly index: number;
  readonly text: string;
  /** null: it is not valid, which is one of the problems. */
  readonly regex: PythonRegex | null;
  readonly matches: Set<string>;
}

function compileAll(
  kind: Pattern['kind'],
  patterns: readonly string[],
  problems: RestoreProblem[],
): readonly Pattern[] {
  return patterns.map((text, index) => {
    const pattern = { kind, index, text, matches: new Set<string>() };
    try {
      return { ...pattern, regex: compilePythonRegex(text) };
    } catch (error) {
      problems.push({ message: errorReason(error), at: [kind, index] });
      return { ...pattern, regex: null };
    }
  });
}

/** Fills in what each pattern matches. */
function matchAll(
  patterns: readonly Pattern[],
  names: readonly string[],
): { readonly tried: ReadonlySet<Pattern>; readonly problems: readonly RestoreProblem[] } {
  const tried = new Set<Pattern>();
  const isOver = endsWithin(PATTERNS_LIMIT_MS, () => {
    for (const pattern of patterns) {
      if (tried.has(pattern)) continue;
      const { regex, matches } = pattern;
      for (const name of names) if (regex?.match(`${name}:0`) === true) matches.add(name);
      tried.add(pattern);
    }
  });
  const idle = [...tried].filter(({ regex, matches }) => regex !== null && matches.size === 0);
  const endless = isOver ? [] : patterns.slice(tried.size, tried.size + 1);
  const unmatched = idle.map(pattern => problemOf(pattern, 'matches no variable of the model'));
  return { tried, problems: [...unmatched, ...endless.map(pattern => problemOf(pattern, TOO_SLOW))] };
}

function problemOf({ kind, index, text }: Pattern, what: string): RestoreProblem {
  return { message: `the pattern ${JSON.stringify(text)} in ${kind} ${what}`, at: [kind, index] };
}
