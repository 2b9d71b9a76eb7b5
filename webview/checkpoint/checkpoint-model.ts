import type {
  CheckpointHeader,
  CheckpointListing,
  Comparison,
  ListedVariable,
  VariableChange,
  VariableId,
  VariableReport,
} from '../../src/protocol/checkpoint.ts';
import type { KnownVariable } from './variable-rows.ts';

/** What the page knows of the checkpoint. */
export class CheckpointModel {
  readonly header: CheckpointHeader;
  readonly listing: CheckpointListing;
  readonly #reports = new Map<VariableId, VariableReport>();
  readonly #changes = new Map<VariableId, VariableChange>();
  #comparison: Comparison | null = null;

  constructor(header: CheckpointHeader, listing: CheckpointListing) {
    this.header = header;
    this.listing = listing;
  }

  get comparison(): Comparison | null {
    return this.#comparison;
  }

  variable(id: VariableId): ListedVariable | undefined {
    return this.listing.variables[id];
  }

  known(id: VariableId): KnownVariable {
    return { report: this.#reports.get(id), change: this.#changes.get(id) };
  }

  take(reports: readonly (readonly [VariableId, VariableReport])[]): void {
    for (const [id, report] of reports) this.#reports.set(id, report);
  }

  takeChanges(changes: readonly (readonly [VariableId, VariableChange])[]): void {
    for (const [id, change] of changes) this.#changes.set(id, change);
  }

  compareWith(comparison: Comparison | null): void {
    this.#comparison = comparison;
    this.#changes.clear();
  }

  /** Elements of all variables but slots, single numbers (counters, powers of a decay) and what holds no numbers. */
  get parameters(): number {
    return this.listing.variables
      .filter(({ slot, dtype, shape }) => slot === null && shape.length > 0 && !isOpaque(dtype))
      .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  }

  get bytes(): number {
    return this.listing.variables.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How far reading has come. */
  get reading(): Reading {
    const damaged: VariableId[] = [];
    let large = 0;
    for (const [id, { kind }] of this.#reports) {
      if (kind === 'damaged') damaged.push(id);
      else if (kind === 'large') large++;
    }
    const total = this.listing.variables.length;
    return { total, read: this.#reports.size, large, damaged: damaged.sort((a, b) => a - b) };
  }
}

export interface Reading {
  readonly total: number;
  /** Of how many something is known, good or bad. */
  readonly read: number;
  /** Of these, how many wait until they are asked for. */
  readonly large: number;
  readonly damaged: readonly VariableId[];
}

function isOpaque(dtype: string): boolean {
  return dtype === 'string' || dtype === 'variant' || dtype === 'resource';
}
