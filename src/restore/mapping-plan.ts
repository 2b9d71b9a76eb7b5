/** A plan as the mapping editor shows it: row by row, with what else could be done. */

import type {
  MappingPatterns,
  MappingPlan,
  MappingProblem,
  MappingRow,
  RowAction,
} from '../protocol/mapping.ts';
import type { RestoreEntry } from '../protocol/restore.ts';
import type { StoredVariable, TargetVariable } from './plan-restore.ts';
import type { RestoreMapping, VariableChoice } from './restore-mapping.ts';
import type { PatternEffects, RestorePlan, RestoreProblem, Transfer } from './restore-plan.ts';
import { outcomeSentence } from './restore-report.ts';
import { possibleActions } from './shape-fit.ts';

export function mappingPlan(
  model: readonly TargetVariable[],
  stored: ReadonlyMap<string, StoredVariable>,
  mapping: RestoreMapping,
  { entries, transfers, problems, effects }: RestorePlan,
): MappingPlan {
  const transferTo = new Map(transfers.map(transfer => [transfer.variable, transfer]));
  const problemOf = new Map(
    problems.flatMap(problem => {
      const variable = variableOf(problem);
      return variable === undefined ? [] : [[variable, problem.message] as const];
    }),
  );
  const rows = entries.map((entry, index): MappingRow => {
    const target = model[index];
    if (entry.variable === null || target === undefined) {
      return { ...entry, actions: [], action: null, paired: false };
    }
    const choice = Object.hasOwn(mapping.variables, entry.variable)
      ? mapping.variables[entry.variable]
      : undefined;
    const problem = problemOf.get(entry.variable);
    return {
      ...entry,
      actions: actionsFor(entry, stored, target),
      action: actionOf(entry, choice),
      paired: choice?.from !== undefined,
      ...(problem === undefined ? {} : { problem }),
      ...arrangementOf(transferTo.get(entry.variable)),
    };
  });
  const known = new Set(model.map(({ name }) => name));
  return {
    patterns: mappingPatterns(mapping, effects),
    rows,
    problems: problems.filter(problem => !known.has(variableOf(problem) ?? '')).map(toMappingProblem),
    outcome: outcomeSentence(entries),
  };
}

/** `effects` undefined: what they do is not known. */
export function mappingPatterns(
  { include, exclude, rename, restoreSlots }: RestoreMapping,
  effects?: Omit<PatternEffects, 'leftOut'>,
): MappingPatterns {
  return {
    include: (include ?? []).map((text, index) => ({ text, count: effects?.include[index] ?? null })),
    exclude: exclude.map((text, index) => ({ text, count: effects?.exclude[index] ?? null })),
    rename: rename.map((rule, index) => ({ ...rule, count: effects?.rename[index] ?? null })),
    restoreSlots,
  };
}

function variableOf({ variable, at }: RestoreProblem): string | undefined {
  return variable ?? (at[0] === 'variables' ? String(at[1]) : undefined);
}

function actionsFor(
  { source }: RestoreEntry,
  stored: ReadonlyMap<string, StoredVariable>,
  { shape }: TargetVariable,
): readonly RowAction[] {
  const variable = source === null ? undefined : stored.get(source);
  return variable === undefined ? ['initialize'] : possibleActions(variable.shape, shape);
}

function actionOf({ source, outcome }: RestoreEntry, choice: VariableChoice | undefined): RowAction {
  if (outcome === 'skipped') return 'skip';
  return source === null ? 'initialize' : (choice?.action ?? 'restore');
}

function arrangementOf(transfer: Transfer | undefined): Pick<MappingRow, 'rows' | 'axes'> {
  const arrangement = transfer?.arrangement;
  switch (arrangement?.kind) {
    case 'rows':
      return { rows: { axis: arrangement.axis, ranges: arrangement.rows } };
    case 'transposed':
      return { axes: arrangement.axes };
    case 'whole':
    case 'reshaped':
    case undefined:
      return {};
  }
}

function toMappingProblem(problem: RestoreProblem): MappingProblem {
  const { message, at } = problem;
  const [list, index] = at;
  if (list === 'include' || list === 'exclude' || list === 'rename') {
    return { message, at: { list, index: typeof index === 'number' ? index : 0 } };
  }
  const variable = variableOf(problem);
  return { message, at: variable === undefined ? null : { variable } };
}
