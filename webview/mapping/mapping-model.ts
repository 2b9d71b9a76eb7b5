/** What the page knows of its mapping: both sides, the file's text and the plan, as the extension told them last. */

import type {
  MappingPatterns,
  MappingPlan,
  MappingRow,
  MappingSources,
  StoredVariable,
  TextProblem,
  ToMapping,
} from '../../src/protocol/mapping.ts';
import type { ModelVariable } from '../../src/protocol/model-variable.ts';
import { provisionalPlan } from './provisional-plan.ts';
import { keyOf } from './row-tree.ts';

/** All that is told but answers. */
export type MappingNews = Exclude<ToMapping, { readonly id: number }>;

export class MappingModel {
  #variables: ReadonlyMap<string, ModelVariable> | null = null;
  #stored: ReadonlyMap<string, StoredVariable> | null = null;
  #slots: ReadonlySet<string> = new Set();
  #sources: MappingSources | null = null;
  #plan: MappingPlan | null = null;
  #shownPlan = provisionalPlan([], [], null);
  #rowOf: ReadonlyMap<string, MappingRow> = new Map();
  #textProblems: readonly TextProblem[] = [];
  #note: string | null = null;
  #patterns: MappingPatterns | null = null;

  take(news: MappingNews): void {
    switch (news.type) {
      case 'sources':
        this.#sources = news.sources;
        break;
      case 'model':
        this.#variables = new Map(news.variables.map(variable => [variable.name, variable]));
        this.#slots = slotsIn(news.variables);
        break;
      case 'stored':
        this.#stored = new Map(news.variables.map(variable => [variable.name, variable]));
        break;
      case 'plan':
        this.#plan = news.plan;
        break;
      case 'text':
        this.#textProblems = news.problems;
        this.#patterns = news.patterns ?? this.#patterns;
        this.#note = news.note;
        break;
    }
    this.#shownPlan =
      this.#plan ?? provisionalPlan([...this.variables.values()], [...this.stored.values()], this.#patterns);
    this.#rowOf = new Map(this.#shownPlan.rows.map(row => [keyOf(row), row]));
  }

  get sources(): MappingSources | null {
    return this.#sources;
  }

  /** Of the model. */
  get variables(): ReadonlyMap<string, ModelVariable> {
    return this.#variables ?? new Map<string, ModelVariable>();
  }

  /** null: the script has not told it. */
  get variableCount(): number | null {
    return this.#variables?.size ?? null;
  }

  /** Of the checkpoint. */
  get stored(): ReadonlyMap<string, StoredVariable> {
    return this.#stored ?? new Map<string, StoredVariable>();
  }

  /** null: the checkpoint has not been read. */
  get storedTotal(): { readonly count: number; readonly bytes: number } | null {
    if (this.#stored === null) return null;
    const bytes = [...this.#stored.values()].reduce((sum, { nbytes }) => sum + nbytes, 0);
    return { count: this.#stored.size, bytes };
  }

  /** Variables of the model that are not its own: what optimizers keep, and the step. */
  get slots(): ReadonlySet<string> {
    return this.#slots;
  }

  /** null: not both sides have been read. */
  get plan(): MappingPlan | null {
    return this.#plan;
  }

  /** The plan; until there is one, what is known without it. */
  get shownPlan(): MappingPlan {
    return this.#shownPlan;
  }

  row(key: string): MappingRow | undefined {
    return this.#rowOf.get(key);
  }

  get textProblems(): readonly TextProblem[] {
    return this.#textProblems;
  }

  get note(): string | null {
    return this.#note;
  }

  /** Both sides are known as they are now, and the file can be read. */
  get isEditable(): boolean {
    return this.waiting === null;
  }

  get isReading(): boolean {
    const { checkpoint, script } = this.#sources ?? {};
    return checkpoint === undefined || checkpoint.state === 'reading' || script?.state === 'reading';
  }

  /** What has to come before anything can be edited; null: nothing. */
  get waiting(): string | null {
    if (this.#sources === null) return '';
    const { checkpoint, script, trusted } = this.#sources;
    if (this.#textProblems.length > 0) return 'The file cannot be read as it is.';
    if (checkpoint.state === 'missing') return 'A checkpoint has to be chosen.';
    if (checkpoint.state === 'failed') return 'The checkpoint cannot be read.';
    if (checkpoint.state === 'reading') return 'Reading the checkpoint.';
    if (script.name === null) return 'A script has to be chosen.';
    if (!trusted) return 'The folder is not trusted.';
    if (script.state === 'failed') return 'The model cannot be inspected.';
    if (script.state === 'reading' || this.#plan === null) return 'Reading the model.';
    return null;
  }
}

function slotsIn(variables: readonly ModelVariable[]): ReadonlySet<string> {
  return new Set(
    variables.filter(({ role }) => role === 'slot' || role === 'globalStep').map(({ name }) => name),
  );
}
