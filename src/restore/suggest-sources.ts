/** What of a checkpoint a variable of the model may be meant to get, for people to choose from and to begin a mapping with. */

import { NameIndex } from './name-index.ts';
import { nameSimilarity } from './name-similarity.ts';
import { planRestore, type StoredVariable, type TargetVariable } from './plan-restore.ts';
import { EMPTY_MAPPING, type RenameRule, type RestoreMapping } from './restore-mapping.ts';
import type { RestorePlan } from './restore-plan.ts';
import { isSameShape } from './shape-fit.ts';

export interface SuggestedSource {
  /** Name in the checkpoint. */
  readonly source: string;
  /** How alike the names are, 0 to 1. */
  readonly score: number;
  /** Whether it has the variable's shape. */
  readonly fits: boolean;
}

/** All of the checkpoint's variables for one of the model's: those of its shape first, in both groups the most alike first. */
export function suggestSources(
  { name, shape }: Pick<TargetVariable, 'name' | 'shape'>,
  stored: ReadonlyMap<string, StoredVariable>,
): SuggestedSource[] {
  return Array.from(stored, ([source, variable]) => ({
    source,
    score: nameSimilarity(name, source),
    fits: isSameShape(variable.shape, shape),
  })).sort((a, b) => Number(b.fits) - Number(a.fits) || b.score - a.score || (a.source < b.source ? -1 : 1));
}

/** Less than this is no guess that should stand in a mapping without being asked for. */
const SURE = 0.7;

/**
 * A mapping to begin with: equal names need none, a scope that has another name in the checkpoint becomes a rename rule,
 * and what is left is paired where names are alike and shapes equal, each variable of the checkpoint once.
 */
export function proposeMapping(
  model: readonly TargetVariable[],
  stored: ReadonlyMap<string, StoredVariable>,
): RestoreMapping {
  const byName = planRestore(model, stored, EMPTY_MAPPING);
  const rule = commonRule(pairsFor(model, stored, byName));
  const mapping = rule === null ? EMPTY_MAPPING : { ...EMPTY_MAPPING, rename: [rule] };
  const ruled = planRestore(model, stored, mapping);
  const isBetter = rule !== null && ruled.transfers.length > byName.transfers.length;
  const [base, plan] = isBetter ? [mapping, ruled] : [EMPTY_MAPPING, byName];
  const pairs = pairsFor(model, stored, plan);
  return {
    ...base,
    variables: Object.fromEntries(pairs.map(({ variable, source }) => [variable, { from: source }])),
  };
}

interface Pair {
  readonly variable: string;
  readonly source: string;
  readonly score: number;
}

/** For what the plan leaves without a source. The surest first; each source once. */
function pairsFor(
  model: readonly TargetVariable[],
  stored: ReadonlyMap<string, StoredVariable>,
  { entries }: RestorePlan,
): Pair[] {
  const shapes = new Map(model.map(({ name, shape }) => [name, shape]));
  const free = entries.flatMap(({ variable, source }) =>
    variable === null && source !== null ? [source] : [],
  );
  const index = new NameIndex(free);
  const candidates = entries.flatMap(({ variable, source, outcome }) => {
    if (variable === null || source !== null || outcome !== 'initialized') return [];
    return index
      .similarTo(variable, { count: 10, least: SURE })
      .filter(({ name }) => isSameShape(stored.get(name)?.shape ?? [], shapes.get(variable) ?? []))
      .map(({ name, score }) => ({ variable, source: name, score }));
  });
  const taken = new Set<string>();
  const paired = new Set<string>();
  return candidates
    .sort((a, b) => b.score - a.score)
    .filter(({ variable, source }) => {
      if (taken.has(source) || paired.has(variable)) return false;
      taken.add(source);
      paired.add(variable);
      return true;
    });
}

/** The scope that most pairs differ by and nothing else, `^vgg_16/` for nothing; null where that are few. */
function commonRule(pairs: readonly Pair[]): RenameRule | null {
  const counts = new Map<string, { rule: RenameRule; count: number }>();
  for (const { variable, source } of pairs) {
    const rule = scopeRule(variable.split('/'), source.split('/'));
    const key = JSON.stringify(rule);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { rule, count: 1 });
    else known.count += 1;
  }
  const [best] = [...counts.values()].sort((a, b) => b.count - a.count);
  return best !== undefined && best.count > 1 && 2 * best.count > pairs.length ? best.rule : null;
}

/** What differs at the beginning, up to where the paths are the same to their ends. */
function scopeRule(variable: readonly string[], source: readonly string[]): RenameRule {
  let same = 0;
  while (
    same < Math.min(variable.length, source.length) &&
    variable[variable.length - 1 - same] === source[source.length - 1 - same]
  ) {
    same += 1;
  }
  const scope = (path: readonly string[]): string =>
    path
      .slice(0, path.length - same)
      .map(part => `${part}/`)
      .join('');
  return {
    pattern: `^${scope(source).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`,
    replacement: scope(variable).replaceAll('\\', '\\\\'),
  };
}
