/** Messages between the extension and the page of the mapping editor. Variables are named; paths stay in the extension. */

import type { ModelVariable } from './model-variable.ts';
import type { Answer, Question } from './requests.ts';
import type { RenameRule, RestoreAction, RestoreEntry, RowRange } from './restore.ts';
import type { ValueStatistics } from './value-statistics.ts';

/** The two sides of a mapping, as its header shows them. */
export interface MappingSources {
  readonly checkpoint: MappingSource;
  readonly script: MappingSource;
  /** Whether the script's variables may be asked for: that runs it. */
  readonly trusted: boolean;
}

export interface MappingSource {
  /** The file's name; null: the mapping names none. */
  readonly name: string | null;
  /** Where it is, for people. */
  readonly place: string;
  /** stale: what is shown was read before the file changed. */
  readonly state: 'missing' | 'reading' | 'read' | 'stale' | 'failed';
  /** Why it could not be read; of what was read, what is damaged in it. */
  readonly message: string | null;
}

export interface StoredVariable {
  readonly name: string;
  /** TensorFlow's name of the type. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly nbytes: number;
}

/** One of the model's variables, or what only the checkpoint has. */
export interface MappingRow extends RestoreEntry {
  /** What can be done, the most likely first. Empty: of what only the checkpoint has. */
  readonly actions: readonly RowAction[];
  /** What is done; null: of what only the checkpoint has. */
  readonly action: RowAction | null;
  /** Whether the mapping itself says which variable of the checkpoint it gets. */
  readonly paired: boolean;
  /** Why the mapping cannot be used as it is, as a part of a sentence. */
  readonly problem?: string;
  /** What of the checkpoint's variable is copied where, if not all. */
  readonly rows?: { readonly axis: number; readonly ranges: readonly RowRange[] };
  /** For each axis of the model's variable, the checkpoint's. */
  readonly axes?: readonly number[];
}

/** initialize: nothing of the checkpoint is for it. */
export type RowAction = RestoreAction | 'initialize';

export interface MappingPlan {
  readonly patterns: MappingPatterns;
  /** First the model's variables in the model's order, then what only the checkpoint has. */
  readonly rows: readonly MappingRow[];
  /** Why it cannot be used, where that is not at a row. */
  readonly problems: readonly MappingProblem[];
  /** One sentence. */
  readonly outcome: string;
}

export interface MappingPatterns {
  readonly include: readonly CountedPattern[];
  readonly exclude: readonly CountedPattern[];
  readonly rename: readonly CountedRule[];
  readonly restoreSlots: boolean;
}

export interface CountedPattern {
  readonly text: string;
  /** Variables of the model that it matches; null: it is not valid, or that is not known. */
  readonly count: number | null;
}

export interface CountedRule extends RenameRule {
  /** Names of the checkpoint that it changes; null: it is not valid, or that is not known. */
  readonly count: number | null;
}

export interface MappingProblem {
  readonly message: string;
  readonly at:
    { readonly list: PatternList | 'rename'; readonly index: number } | { readonly variable: string } | null;
}

export type PatternList = 'include' | 'exclude';

/** What is wrong with the text of the file. */
export interface TextProblem {
  readonly message: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** A variable of the checkpoint for one of the model's. */
export interface Suggestion {
  readonly source: string;
  /** How alike the names are, 0 to 1. */
  readonly score: number;
  /** Whether it has the same shape. */
  readonly fits: boolean;
}

export interface SourceValues {
  /** null: the type holds no numbers. */
  readonly all: ValueStatistics | null;
  /** Of the rows that are copied, where not all are, over the same bins. */
  readonly rows: ValueStatistics | null;
  readonly isVerified: boolean;
}

export interface MappingPageRequests {
  /** What could go into a variable of the model. */
  suggest: { readonly ask: { readonly variable: string }; readonly answer: readonly Suggestion[] };
  /** variable: where the source's values go, if some. */
  readValues: {
    readonly ask: { readonly source: string; readonly variable: string | null };
    readonly answer: SourceValues;
  };
}

export type ToMapping =
  | { readonly type: 'sources'; readonly sources: MappingSources }
  | { readonly type: 'model'; readonly variables: readonly ModelVariable[] }
  | { readonly type: 'stored'; readonly variables: readonly StoredVariable[] }
  /** null: a side of it has not been read. */
  | { readonly type: 'plan'; readonly plan: MappingPlan | null }
  /** patterns: as the file has them, without counts; null: it cannot be read, and the last plan stays. */
  | {
      readonly type: 'text';
      readonly problems: readonly TextProblem[];
      readonly note: string | null;
      readonly patterns: MappingPatterns | null;
    }
  | Answer<MappingPageRequests>;

/** A change of the file's text, which undo takes back in one. */
export type MappingEdit =
  /** text null: the pattern is removed; an index after the last adds one. */
  | {
      readonly type: 'setPattern';
      readonly list: PatternList;
      readonly index: number;
      readonly text: string | null;
    }
  | { readonly type: 'setRule'; readonly index: number; readonly rule: RenameRule | null }
  | { readonly type: 'setSlots'; readonly restore: boolean }
  | { readonly type: 'pair'; readonly variable: string; readonly source: string }
  | { readonly type: 'unmatch'; readonly variable: string }
  | { readonly type: 'act'; readonly variable: string; readonly action: RowAction }
  /** scope: ends with a `/`; variables: those in it that are meant. */
  | {
      readonly type: 'actOnScope';
      readonly scope: string;
      readonly variables: readonly string[];
      readonly action: 'skip' | 'restore';
    }
  | {
      readonly type: 'setRows';
      readonly variable: string;
      readonly axis: number;
      readonly ranges: readonly RowRange[];
    };

export type FromMapping =
  /** The first message: the extension answers with all there is. */
  | { readonly type: 'ready' }
  | MappingEdit
  | Question<MappingPageRequests>
  /** Asks for two files of labels and pairs the rows of the same label. */
  | { readonly type: 'pairLabels'; readonly variable: string }
  | { readonly type: 'chooseCheckpoint' }
  | { readonly type: 'chooseScript' }
  | { readonly type: 'readModel' }
  | { readonly type: 'openScript' }
  | { readonly type: 'openText'; readonly line: number; readonly column: number }
  | { readonly type: 'manageTrust' }
  | { readonly type: 'copyCode'; readonly language: 'ts' | 'python' }
  | { readonly type: 'start' };
