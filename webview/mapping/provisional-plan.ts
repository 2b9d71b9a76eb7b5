import type { MappingPatterns, MappingPlan, MappingRow, StoredVariable } from '../../src/protocol/mapping.ts';
import type { ModelVariable } from '../../src/protocol/model-variable.ts';

const NO_PATTERNS: MappingPatterns = { include: [], exclude: [], rename: [], restoreSlots: false };

/** What is shown while only one side of the mapping is known: its variables, and nothing about them. */
export function provisionalPlan(
  model: readonly ModelVariable[],
  stored: readonly StoredVariable[],
  patterns: MappingPatterns | null,
): MappingPlan {
  const waiting = { match: 'none', actions: [], action: null, paired: false } as const;
  const rows: MappingRow[] = [
    ...model.map(({ name }) => ({
      ...waiting,
      variable: name,
      source: null,
      outcome: 'initialized' as const,
      reason: 'the checkpoint has not been read',
    })),
    ...stored.map(({ name }) => ({
      ...waiting,
      variable: null,
      source: name,
      outcome: 'unused' as const,
      reason: 'the model has not been read',
    })),
  ];
  return {
    patterns: patterns ?? NO_PATTERNS,
    rows,
    problems: [],
    outcome: '',
  };
}
