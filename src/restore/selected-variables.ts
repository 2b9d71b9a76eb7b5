import { compilePythonRegex } from './python-regex.ts';
import type { PythonRegex } from './python-regex.ts';
import type { RestoreMapping } from './restore-mapping.ts';
import type { RestoreProblem } from './restore-plan.ts';

/** What the patterns of a mapping say of a model's variables. */
export interface SelectedVariables {
  /** Why a variable is left out, in words; undefined: it is not. */
  readonly leftOut: ReadonlyMap<string, string>;
  /** How many variables each pattern matches. */
  readonly includeCounts: readonly number[];
  readonly excludeCounts: readonly number[];
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
  const counts = (patterns: readonly Pattern[]): number[] =>
    patterns.map(({ regex }) => names.filter(name => regex?.match(`${name}:0`)).length);
  const includeCounts = counts(included);
  const excludeCounts = counts(excluded);
  [...included, ...excluded].forEach(({ kind, index, text, regex }) => {
    const count = (kind === 'include' ? includeCounts : excludeCounts)[index];
    if (regex === null || count !== 0) return;
    problems.push({
      message: `the pattern ${JSON.stringify(text)} in ${kind} matches no variable of the model`,
      at: [kind, index],
    });
  });
  if (include?.length === 0)
    problems.push({ message: 'include is an empty list: nothing is selected', at: ['include'] });
  const leftOut = new Map<string, string>();
  for (const name of names) {
    const excluding = excluded.find(({ regex }) => regex?.match(`${name}:0`));
    if (excluding !== undefined) leftOut.set(name, `excluded by ${excluding.text}`);
    else if (include !== null && !included.some(({ regex }) => regex?.match(`${name}:0`))) {
      leftOut.set(name, 'not included');
    }
  }
  return { leftOut, includeCounts, excludeCounts, problems };
}

interface Pattern {
  readonly kind: 'include' | 'exclude';
  readonly index: number;
  readonly text: string;
  /** null: it is not valid, which is one of the problems. */
  readonly regex: PythonRegex | null;
}

function compileAll(
  kind: Pattern['kind'],
  patterns: readonly string[],
  problems: RestoreProblem[],
): readonly Pattern[] {
  return patterns.map((text, index) => {
    try {
      return { kind, index, text, regex: compilePythonRegex(text) };
    } catch (error) {
      problems.push({ message: (error as Error).message.replace(/\.$/, ''), at: [kind, index] });
      return { kind, index, text, regex: null };
    }
  });
}
