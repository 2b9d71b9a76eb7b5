import { compilePythonRegex } from './python-regex.ts';
import type { RenameRule } from './restore-mapping.ts';
import type { RestoreProblem } from './restore-plan.ts';

/** The names of a checkpoint's variables after the rename rules of a mapping. */
export interface RenamedNames {
  /** New name -> the names in the checkpoint that have become it; more than one are in conflict. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
  /** Name in the checkpoint -> the rules that changed it. Those that none changed are not here. */
  readonly rulesOf: ReadonlyMap<string, readonly RenameRule[]>;
  /** For each rule, how many names it changes. */
  readonly changedBy: readonly number[];
  readonly problems: readonly RestoreProblem[];
}

export function renameNames(names: Iterable<string>, rules: readonly RenameRule[]): RenamedNames {
  const problems: RestoreProblem[] = [];
  const compiled = rules.map((rule, index) => {
    try {
      return compilePythonRegex(rule.pattern).substitute(rule.replacement);
    } catch (error) {
      problems.push({ message: (error as Error).message.replace(/\.$/, ''), at: ['rename', index] });
      return null;
    }
  });
  const changedBy = rules.map(() => 0);
  const sources = new Map<string, string[]>();
  const rulesOf = new Map<string, RenameRule[]>();
  for (const source of names) {
    let name = source;
    rules.forEach((rule, index) => {
      const renamed = compiled[index]?.(name) ?? name;
      if (renamed === name) return;
      name = renamed;
      changedBy[index] = (changedBy[index] ?? 0) + 1;
      rulesOf.set(source, [...(rulesOf.get(source) ?? []), rule]);
    });
    sources.set(name, [...(sources.get(name) ?? []), source]);
  }
  rules.forEach(({ pattern }, index) => {
    if (compiled[index] === null || changedBy[index] !== 0) return;
    problems.push({
      message: `the rename rule ${JSON.stringify(pattern)} changes no name of the checkpoint`,
      at: ['rename', index],
    });
  });
  return { sources, rulesOf, changedBy, problems };
}

/** `vgg_16/ → ""`. */
export function ruleText({ pattern, replacement }: RenameRule): string {
  return `${pattern} → ${replacement === '' ? '""' : replacement}`;
}
