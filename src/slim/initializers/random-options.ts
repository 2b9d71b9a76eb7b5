export interface SeedOptions {
  /** An integer. Default: by the graph's seed and the variable's name, so that each variable gets its own. */
  readonly seed?: number;
}

export interface NormalOptions extends SeedOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Default 1. */
  readonly stddev?: number;
}

/** The user's seed, or else the one derived for the variable: an unsigned 32-bit integer. */
export function chosenSeed({ seed }: SeedOptions, derived: number): number {
  return seed === undefined ? derived : seed >>> 0;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
