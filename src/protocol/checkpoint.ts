/**
 * Messages between the extension and the page that shows a checkpoint, and what both and the thread that reads
 * checkpoints speak of. Variables are named by their place in the listing, files by id; paths stay in the extension.
 */

import type { Answer, Question } from './requests.ts';
import type { ValueBins, ValueStatistics } from './value-statistics.ts';

/** Place of a variable in {@link CheckpointListing.variables}. */
export type VariableId = number;

export interface ListedVariable {
  /** As the checkpoint has it. */
  readonly name: string;
  /** For people: differs from `name` where that is the key of an object graph. Scopes are between slashes. */
  readonly path: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** In the checkpoint. */
  readonly bytes: number;
  /** State that an optimizer keeps for another variable: that one's path, and what the slot is called. */
  readonly slot: { readonly of: string; readonly name: string } | null;
}

export interface CheckpointListing {
  readonly variables: readonly ListedVariable[];
  /** Parts so damaged that not even a variable's name is known, and files that are missing. */
  readonly problems: readonly string[];
  /** Whether the format has checksums: otherwise reading finds only what is missing or makes no sense. */
  readonly hasChecksums: boolean;
}

/** What reading a variable came to. */
export type VariableReport =
  | { readonly kind: 'statistics'; readonly statistics: ValueStatistics }
  /** A string tensor, and the beginning of its first element. */
  | { readonly kind: 'text'; readonly count: number; readonly first: string }
  /** Sound, but only TensorFlow can read it: a variant or a resource. */
  | { readonly kind: 'opaque' }
  /** So large that it is read only when that is asked for. */
  | { readonly kind: 'large' }
  | { readonly kind: 'damaged'; readonly message: string };

/** What became of a variable since the checkpoint that is compared with. */
export type VariableChange =
  | {
      readonly kind: 'values';
      /** Norm of the difference over the norm in the other; null: that is 0, and this is not. */
      readonly relative: number | null;
      /** null: one of both is all zeros. */
      readonly cosine: number | null;
      /** Of the absolute values of the differences. */
      readonly largest: number;
      /** Elements that are not finite in one of both and something else in the other. */
      readonly unmatched: number;
      readonly other: ValueStatistics;
      /** Histograms over one range; null when one of both has no finite value. */
      readonly bins: { readonly own: ValueBins; readonly other: ValueBins } | null;
    }
  | { readonly kind: 'text'; readonly same: boolean }
  /** Another shape there, or a type that cannot be compared. */
  | { readonly kind: 'shape'; readonly dtype: string; readonly shape: readonly number[] }
  | { readonly kind: 'added' }
  | { readonly kind: 'large' }
  /** One of both cannot be read. */
  | { readonly kind: 'unknown'; readonly message: string };

/** A variable's values, so many as can be drawn; `other`: those of the checkpoint that is compared with, if it fits. */
export type ValuePicture =
  | { readonly kind: 'number'; readonly value: string; readonly other: string | null }
  | {
      readonly kind: 'text';
      /** The first ones. */
      readonly elements: readonly string[];
      readonly count: number;
      readonly other: readonly string[] | null;
    }
  | {
      readonly kind: 'bars';
      readonly count: number;
      /** Which elements these are: of each run of neighbours the one that is furthest from 0. */
      readonly places: Float64Array;
      readonly values: Float64Array;
      readonly other: Float64Array | null;
    }
  | {
      readonly kind: 'map';
      /** Sizes of the matrix: all axes but the last, and the last. */
      readonly rows: number;
      readonly columns: number;
      /** Every so many rows and columns are in `values`. */
      readonly rowStep: number;
      readonly columnStep: number;
      readonly values: Float64Array;
      readonly other: Float64Array | null;
    }
  | {
      readonly kind: 'kernels';
      readonly height: number;
      readonly width: number;
      readonly channels: number;
      /** The input channel whose kernels these are. */
      readonly channel: number;
      readonly kernels: number;
      /** [kernels drawn, height, width]. */
      readonly values: Float64Array;
      readonly other: Float64Array | null;
    }
  /** No element at all. */
  | { readonly kind: 'empty' };

/** A part of a variable's values as a table: all axes but the last are rows. */
export interface ValueWindow {
  /** Row-major. */
  readonly values: Float64Array;
  readonly other: Float64Array | null;
}

/** Half-open: `[from, to)`. */
export type Span = readonly [from: number, to: number];

/** What the page asks about one variable. */
export interface CheckpointPageRequests {
  picture: {
    readonly ask: { readonly variable: VariableId; readonly channel: number };
    readonly answer: ValuePicture;
  };
  window: {
    readonly ask: { readonly variable: VariableId; readonly rows: Span; readonly columns: Span };
    readonly answer: ValueWindow;
  };
}

/** What is said of the checkpoint as a whole. */
export interface CheckpointHeader {
  readonly name: string;
  /** Of the run that wrote it, or of the folder. */
  readonly run: string;
  readonly best: boolean;
  readonly step: number | null;
  /** Milliseconds since 1970. */
  readonly saved: number | null;
  /** Of all its files. */
  readonly bytes: number;
}

/** A checkpoint that can be compared with. */
export interface ComparisonChoice {
  readonly id: string;
  readonly name: string;
  readonly run: string;
}

export interface Comparison {
  readonly id: string;
  readonly name: string;
  readonly run: string;
  /** Variables that only the other has. */
  readonly removed: readonly ListedVariable[];
}

export type ToCheckpointPage =
  /** Everything before is void: the file has been opened, perhaps again. */
  | { readonly type: 'opened'; readonly header: CheckpointHeader; readonly listing: CheckpointListing }
  | { readonly type: 'failed'; readonly name: string; readonly message: string }
  | { readonly type: 'reports'; readonly reports: readonly (readonly [VariableId, VariableReport])[] }
  | { readonly type: 'choices'; readonly choices: readonly ComparisonChoice[] }
  /** Compared with from now on; null: with none. Changes of before are void. */
  | { readonly type: 'compared'; readonly comparison: Comparison | null }
  | { readonly type: 'changes'; readonly changes: readonly (readonly [VariableId, VariableChange])[] }
  | Answer<CheckpointPageRequests>
  /** What happened to the file since it was opened; null: nothing any more. */
  | { readonly type: 'notice'; readonly message: string | null };

export type FromCheckpointPage =
  /** The first message: the extension answers with all that it knows. */
  | { readonly type: 'ready' }
  /** These are on the screen: they are read first. */
  | { readonly type: 'visible'; readonly variables: readonly VariableId[] }
  /** Go on with those that are not on the screen. */
  | { readonly type: 'readAll' }
  | { readonly type: 'readLarge'; readonly variable: VariableId }
  | Question<CheckpointPageRequests>
  /** A choice's id; `file`: the extension asks which; null: stop comparing. */
  | { readonly type: 'compare'; readonly choice: string | null }
  | { readonly type: 'copy'; readonly text: string }
  /** One variable as .npy, or all as .npz. */
  | { readonly type: 'export'; readonly variable: VariableId | null }
  | { readonly type: 'warmStart' }
  /** Open the file again. */
  | { readonly type: 'retry' };

/** Above this a variable is read only when that is asked for. */
export const LARGE_BYTES = 256 * 2 ** 20;

/** Above this, of all variables together, only those on the screen are read, unless all are asked for. */
export const READ_ALL_BYTES = 2 ** 30;
