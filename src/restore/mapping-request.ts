/** What the mapping editor asks its worker thread, and what it is answered. */

import type { CheckpointFormat, CheckpointVariable } from '../formats/checkpoint.ts';
import type { MappingPlan } from '../protocol/mapping.ts';
import type { ModelVariable } from '../protocol/model-variable.ts';
import type { ExportedRestore } from './export-code.ts';
import type { RestoreMapping } from './restore-mapping.ts';
import type { Arrangement, PatternEffects } from './restore-plan.ts';
import type { SourceStatistics } from './source-statistics.ts';
import type { SuggestedSource } from './suggest-sources.ts';

export interface MappingRequests {
  /** Opens the checkpoint from which the others take, in the place of the one before. */
  open: { readonly ask: { readonly path: string }; readonly answer: OpenedCheckpoint };
  /** Takes the model that the others are about. */
  model: { readonly ask: { readonly variables: readonly ModelVariable[] }; readonly answer: null };
  plan: { readonly ask: { readonly mapping: RestoreMapping }; readonly answer: PlannedMapping };
  suggest: { readonly ask: { readonly variable: string }; readonly answer: readonly SuggestedSource[] };
  statistics: {
    readonly ask: { readonly source: string; readonly arrangement: Arrangement | null };
    readonly answer: SourceStatistics;
  };
  export: {
    readonly ask: Pick<ExportedRestore, 'checkpoint'> & {
      readonly mapping: RestoreMapping;
      readonly language: 'ts' | 'python';
    };
    readonly answer: string;
  };
}

export interface PlannedMapping {
  readonly plan: MappingPlan;
  readonly leftOut: PatternEffects['leftOut'];
}

export interface OpenedCheckpoint {
  /** What was opened: of a log folder its newest sound checkpoint. */
  readonly prefix: string;
  readonly format: CheckpointFormat;
  readonly variables: readonly (CheckpointVariable & { readonly name: string })[];
  /** Parts of the file that are damaged beyond their names. */
  readonly problems: readonly string[];
}
