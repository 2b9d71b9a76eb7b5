/** The launchers that this version knows, by the names that records give them. */

import type { RunRecord } from '../../protocol/run.ts';
import type { Launcher } from './launcher.ts';

export class Launchers {
  readonly #byKind: ReadonlyMap<string, Launcher>;

  constructor(launchers: readonly Launcher[]) {
    this.#byKind = new Map(launchers.map(launcher => [launcher.kind, launcher]));
  }

  /** undefined: a newer version, or somebody else's, has started it. Then its record is believed and nothing is done. */
  of({ launcher }: RunRecord): Launcher | undefined {
    return this.#byKind.get(launcher);
  }

  /** @throws Error where there is none of that name. */
  need(kind: string): Launcher {
    const launcher = this.#byKind.get(kind);
    if (launcher === undefined)
      throw new Error(`There is no launcher ${kind}. There are: ${[...this.#byKind.keys()].join(', ')}.`);
    return launcher;
  }
}

/** Of a record whose launcher is not known here. */
export function strangerWords({ launcher }: RunRecord): string {
  return `started by ${launcher}, which this version does not know`;
}
