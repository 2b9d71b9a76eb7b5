/**
 * The one resolver: what becomes of each variable when a mapping is applied. The library, the command line and the mapping
 * editor all ask it, so that they agree.
 */

import type { CheckpointVariable } from '../formats/checkpoint.ts';
import type { ModelVariable } from '../protocol/model-variable.ts';
import type { RestoreEntry, RestoreOutcome } from '../protocol/restore.ts';
import { arrange } from './arrangement.ts';
import { NameIndex } from './name-index.ts';
import { nameSimilarity } from './name-similarity.ts';
import { renameNames, ruleText, type RenamedNames } from './renamed-names.ts';
import type { RestoreMapping, VariableChoice } from './restore-mapping.ts';
import type { Arrangement, RestorePlan, RestoreProblem, Transfer } from './restore-plan.ts';
import { selectVariables, type SelectedVariables } from './selected-variables.ts';
import { isSameShape, shapeText, type Shape } from './shape-fit.ts';

/** What of a model's variable decides. */
export type TargetVariable = Pick<ModelVariable, 'name' | 'shape' | 'dtype' | 'role'>;

/** What of a checkpoint's variable decides. */
export type StoredVariable = Pick<CheckpointVariable, 'dtype' | 'shape'>;

export interface PlanOptions {
  /** Whether a `from` that the checkpoint does not have is no error: the variable is initialized. Default: false. */
  readonly ignoreMissing?: boolean;
  /** Whether another shape with as many elements is taken in row-major order where nothing else is said. Default: false. */
  readonly reshape?: boolean;
  /**
   * Whether the names most like each that is not there are looked for, which takes most of a plan's time. An editor does it
   * for the variable that is looked at: `suggestSources`. Default: true.
   */
  readonly nearest?: boolean;
}

/** Never throws: what is wrong with the mapping is in the plan. */
export function planRestore(
  model: readonly TargetVariable[],
  stored: ReadonlyMap<string, StoredVariable>,
  mapping: RestoreMapping,
  options: PlanOptions = {},
): RestorePlan {
  return new Planner(model, stored, mapping, options).plan();
}

/** What there is for a variable: the name in the checkpoint, and how it was found. */
type Found = Pick<RestoreEntry, 'source' | 'match' | 'reason' | 'score'>;

/** Names shown for one that is not there. */
const NEAREST = 3;

const NOT_THERE: Found = { source: null, match: 'none', reason: 'not in the checkpoint' };

class Planner {
  readonly #model: readonly TargetVariable[];
  readonly #stored: ReadonlyMap<string, StoredVariable>;
  readonly #mapping: RestoreMapping;
  readonly #options: PlanOptions;
  readonly #renamed: RenamedNames;
  readonly #selected: SelectedVariables;
  readonly #problems: RestoreProblem[];
  readonly #transfers: Transfer[] = [];
  readonly #used = new Set<string>();
  #renamedIndex: NameIndex | undefined;

  constructor(
    model: readonly TargetVariable[],
    stored: ReadonlyMap<string, StoredVariable>,
    mapping: RestoreMapping,
    options: PlanOptions,
  ) {
    this.#model = model;
    this.#stored = stored;
    this.#mapping = mapping;
    this.#options = options;
    const names = model.map(({ name }) => name);
    this.#renamed = renameNames([...stored.keys()], mapping.rename);
    this.#selected = selectVariables(names, mapping);
    this.#problems = [
      ...this.#selected.problems,
      ...this.#renamed.problems,
      ...unknownChoices(names, mapping),
    ];
  }

  plan(): RestorePlan {
    const planned = this.#model.map(variable => this.#entryOf(variable));
    const entries = planned.map((entry, index) => this.#withNearest(entry, this.#model[index]?.shape ?? []));
    const unused = [...this.#stored.keys()].filter(name => !this.#used.has(name)).map(unusedEntry);
    if (this.#transfers.length === 0 && this.#problems.length === 0) {
      this.#problems.push({ message: NOTHING_RESTORED, at: [] });
    }
    return {
      entries: [...entries, ...unused],
      transfers: this.#transfers,
      problems: this.#problems,
      effects: {
        include: this.#selected.includeCounts,
        exclude: this.#selected.excludeCounts,
        rename: this.#renamed.changedBy,
        leftOut: this.#model.filter(each => this.#whyLeftOut(each) !== undefined).map(each => each.name),
      },
    };
  }

  #entryOf(variable: TargetVariable): RestoreEntry {
    const choice = this.#choiceOf(variable.name);
    const leftOut = choice === undefined ? this.#whyLeftOut(variable) : undefined;
    const found = this.#find(variable, choice, leftOut !== undefined || choice?.action === 'skip');
    if (found.source !== null) this.#used.add(found.source);
    const entry = { variable: variable.name, ...found };
    if (leftOut !== undefined) return { ...entry, outcome: 'skipped', reason: leftOut };
    if (choice?.action === 'skip') return { ...entry, outcome: 'skipped', reason: 'skipped in the mapping' };
    if (found.source === null) return this.#missingEntry(variable, choice, found);
    return this.#restoredEntry(variable, choice ?? {}, { ...found, source: found.source });
  }

  #choiceOf(name: string): VariableChoice | undefined {
    const { variables } = this.#mapping;
    return Object.hasOwn(variables, name) ? variables[name] : undefined;
  }

  #whyLeftOut({ name, role }: TargetVariable): string | undefined {
    if (role === 'globalStep') return 'step counter: starts at 0 unless it is mapped by name';
    if (role === 'slot' && !this.#mapping.restoreSlots) {
      return "optimizer's state: left out unless it is mapped by name";
    }
    return this.#selected.leftOut.get(name);
  }

  /** `isLeftOut`: what is wrong with the source of a variable that does not need one is no problem. */
  #find({ name }: TargetVariable, choice: VariableChoice | undefined, isLeftOut: boolean): Found {
    if (choice?.from !== undefined) return this.#findPair(name, choice.from, isLeftOut);
    const [source, ...others] = this.#renamed.sources.get(name) ?? [];
    if (source === undefined) return NOT_THERE;
    if (others.length > 0) {
      if (isLeftOut) return NOT_THERE;
      const names = [source, ...others].join(' and ');
      this.#report(name, `${name} is the name of ${names} by the rename rules: say which in "from"`);
      return { source: null, match: 'none', reason: `the rename rules give this name to ${names}` };
    }
    const rules = this.#renamed.rulesOf.get(source);
    if (rules === undefined) return { source, match: 'name', reason: 'same name' };
    return { source, match: 'rule', reason: `by rule ${rules.map(ruleText).join(', ')}` };
  }

  #findPair(name: string, source: string, isLeftOut: boolean): Found {
    if (this.#stored.has(source)) {
      const score = Math.round(100 * nameSimilarity(name, source)) / 100;
      return { source, match: 'pair', reason: 'paired in the mapping', score };
    }
    if (!isLeftOut && this.#options.ignoreMissing !== true) this.#report(name, this.#missing(source));
    return { ...NOT_THERE, reason: `${source} is not in the checkpoint` };
  }

  #missingEntry({ name }: TargetVariable, choice: VariableChoice | undefined, found: Found): RestoreEntry {
    const isNamed = choice !== undefined && this.#options.ignoreMissing !== true;
    if (found === NOT_THERE && (this.#mapping.strict || isNamed)) this.#report(name, this.#missing(name));
    return { variable: name, ...found, outcome: 'initialized' };
  }

  /** For those who look for what is not there: what is there, what nobody else takes and would fit before the rest. */
  #withNearest(entry: RestoreEntry, shape: Shape): RestoreEntry {
    if (entry.outcome !== 'initialized' || entry.source !== null || entry.variable === null) return entry;
    const name = this.#choiceOf(entry.variable)?.from ?? entry.variable;
    const isFree = (source: string): boolean =>
      !this.#used.has(source) && isSameShape(this.#stored.get(source)?.shape ?? [], shape);
    const similar = this.#similar(name);
    const nearest = [...similar.filter(isFree), ...similar.filter(source => !isFree(source))].slice(
      0,
      NEAREST,
    );
    return nearest.length === 0 ? entry : { ...entry, nearest };
  }

  #restoredEntry(
    { name, shape, dtype }: TargetVariable,
    choice: VariableChoice,
    found: Found & { readonly source: string },
  ): RestoreEntry {
    const stored = this.#stored.get(found.source);
    if (stored === undefined)
      throw new Error(`${found.source} was found in the checkpoint and is not there.`);
    const entry = { variable: name, ...found };
    if (!isNumeric(stored.dtype)) {
      this.#report(
        name,
        `${found.source} holds ${stored.dtype} there, which no variable can take; possible: skip`,
      );
      return { ...entry, outcome: 'initialized', reason: `holds ${stored.dtype}, not numbers` };
    }
    const arranged = arrange(stored.shape, shape, {
      action: this.#options.reshape === true ? 'reshape' : 'restore',
      ...choice,
    });
    if ('problem' in arranged) {
      this.#report(
        name,
        `${found.source} has shape ${shapeText(stored.shape)} there, ${name} ${arranged.problem}`,
      );
      const reason = `shape differs: ${shapeText(stored.shape)} there, ${shapeText(shape)} here`;
      return { ...entry, outcome: 'initialized', reason };
    }
    this.#transfers.push({ variable: name, source: found.source, arrangement: arranged.arrangement });
    const isCast = stored.dtype !== dtype;
    const isWhole = arranged.arrangement.kind === 'whole';
    const detail = [
      ...(isCast ? [`from ${stored.dtype}`] : []),
      ...(arranged.detail === null ? [] : [arranged.detail]),
    ];
    return {
      ...entry,
      ...(found.match === 'name' && isWhole ? { reason: 'same name and shape' } : {}),
      outcome: outcomeOf(arranged.arrangement, isCast),
      ...(detail.length === 0 ? {} : { detail: detail.join(', ') }),
    };
  }

  #missing(source: string): string {
    const near = this.#similar(source).slice(0, NEAREST);
    return `it is missing the variable ${source}${near.length === 0 ? '' : ` (it has ${near.join(', ')})`}`;
  }

  /** Names in the checkpoint, found also by what the rules make of them. */
  #similar(name: string): string[] {
    if (this.#options.nearest === false) return [];
    this.#renamedIndex ??= new NameIndex(this.#renamed.sources.keys());
    return this.#renamedIndex
      .similarTo(name, { count: 10 })
      .flatMap(similar => this.#renamed.sources.get(similar.name) ?? []);
  }

  #report(variable: string, message: string): void {
    const at = this.#choiceOf(variable) === undefined ? [] : ['variables', variable];
    this.#problems.push({ message, at, variable });
  }
}

const NOTHING_RESTORED = 'nothing would be restored';

/** The sentence that refuses a plan; null when it can be carried out. */
export function refusalOf({ problems }: RestorePlan, from: string): string | null {
  if (problems.length === 0) return null;
  if (problems.every(({ message }) => message === NOTHING_RESTORED)) {
    return `Nothing would be restored from ${from}: none of the variables asked for is to be had from it.`;
  }
  return `The checkpoint ${from} does not fit: ${problems.map(({ message }) => message).join('; ')}.`;
}

function unknownChoices(names: readonly string[], { variables }: RestoreMapping): RestoreProblem[] {
  const known = new Set(names);
  const unknown = Object.keys(variables).filter(name => !known.has(name));
  if (unknown.length === 0) return [];
  const index = new NameIndex(names);
  return unknown.map(name => {
    const near = index.similarTo(name).map(similar => similar.name);
    const meant = near.length === 0 ? '' : ` (it has ${near.join(', ')})`;
    return { message: `the model has no variable ${name}${meant}`, at: ['variables', name] };
  });
}

function unusedEntry(name: string): RestoreEntry {
  return {
    variable: null,
    source: name,
    outcome: 'unused',
    match: 'none',
    reason: name === 'global_step' ? 'step counter' : 'not in the model',
  };
}

function outcomeOf({ kind }: Arrangement, isCast: boolean): RestoreOutcome {
  switch (kind) {
    case 'rows':
      return 'partial';
    case 'transposed':
      return 'transposed';
    case 'whole':
    case 'reshaped':
      return isCast ? 'cast' : 'restored';
  }
}

/** Types whose elements are numbers that a variable can be set to. */
const NUMERIC: ReadonlySet<string> = new Set([
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
]);

function isNumeric(dtype: string): boolean {
  return NUMERIC.has(dtype);
}
