import { errorReason } from '../formats/error-reason.ts';
import { compilePythonRegex } from './python-regex.ts';
import type { RenameRule } from './restore-mapping.ts';
import type { RestoreProblem } from './restore-plan.ts';
import { endsWithin, PATTERNS_LIMIT_MS, TOO_SLOW } from './bounded-work.ts';

/** The names of a checkpoint's variables after the rename rules of a mapping. */
export interface RenamedNames {
  /** New name -> the names in the checkpoint that have become it; more than one are in conflict. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Name in the checkpoint -> the rules that changed it. Those that none changed are not here. */
  readonly rulesOf: ReadonlyMap<string, readonly RenameRule[]>;
  /** For each rule, how many names it changes; null: it is not valid, or was not tried on all. */
  readonly changedBy: readonly (number | null)[];
  readonly problems: readonly RestoreProblem[];
}

export function renameNames(names: readonly string[], rules: readonly RenameRule[]): RenamedNames {
  const problems: RestoreProblem[] = [];
  const compiled = rules.map((rule, index) => {
    try {
      return compilePythonRegex(rule.pattern).substitute(rule.replacement);
    } catch (error) {
      problems.push({ message: errorReason(error), at: ['rename', index] });
      return null;
    }
  });
  let changedBy: number[] = [];
  const sources = new Map<string, string[]>();
  const rulesOf = new Map<string, RenameRule[]>();
  let current = 0;
  const isOver = endsWithin(PATTERNS_LIMIT_MS, () => {
    changedBy = rules.map(() => 0);
    sources.clear();
    rulesOf.clear();
    for (const source of names) {
      let name = source;
      for (current = 0; current < rules.length; current++) {
        const [rule, renamed] = [rules[current], compiled[current]?.(name) ?? name];
        if (rule === undefined || renamed === name) continue;
        name = renamed;
        changedBy[current] = (changedBy[current] ?? 0) + 1;
        rulesOf.set(source, [...(rulesOf.get(source) ?? []), rule]);
      }
      const others = sources.get(name);
      if (others === undefined) sources.set(name, [source]);
      else others.push(source);
    }
  });
  rules.forEach(({ pattern }, index) => {
    const what = isOver ? idleWords(compiled[index], changedBy[index]) : index === current ? TOO_SLOW : null;
    if (what === null) return;
    problems.push({ message: `the rename rule ${JSON.stringify(pattern)} ${what}`, at: ['rename', index] });
  });
  const counts = changedBy.map((count, index) => (isOver && compiled[index] !== null ? count : null));
  return { sources, rulesOf, changedBy: counts, problems };
}

/** Of an invalid rule something else is said. */
function idleWords(compiled: unknown, changed: number | undefined): string | null {
  return compiled === null || changed !== 0 ? null : 'changes no name of the checkpoint';
}

/** `vgg_16/ → ""`. */
export function ruleText({ pattern, replacement }: RenameRule): string {
  return `${pattern} → ${replacement === '' ? '""' : replacement}`;
}
