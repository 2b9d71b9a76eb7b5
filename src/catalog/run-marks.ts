/** What the person has said of runs, kept with the workspace: which are plotted, and each one's series colour. */

/** `vscode.Memento`, as far as it is needed. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const SERIES = 'runSeries';
const UNPLOTTED = 'unplottedRuns';

export class RunMarks {
  readonly #memory: Memory;
  readonly #series: Map<string, number>;
  readonly #unplotted: Set<string>;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#series = new Map(Object.entries((memory.get(SERIES) ?? {}) as Record<string, number>));
    this.#unplotted = new Set((memory.get(UNPLOTTED) ?? []) as string[]);
  }

  isPlotted(run: string): boolean {
    return !this.#unplotted.has(run);
  }

  setPlotted(run: string, plotted: boolean): void {
    if (plotted) this.#unplotted.delete(run);
    else this.#unplotted.add(run);
    void this.#memory.update(UNPLOTTED, [...this.#unplotted]);
  }

  /** A run keeps its series for as long as it is there; a new one gets the lowest that none of the others has. */
  seriesOf(run: string): number {
    const known = this.#series.get(run);
    if (known !== undefined) return known;
    const taken = new Set(this.#series.values());
    let series = 0;
    while (taken.has(series)) series++;
    this.#series.set(run, series);
    this.#saveSeries();
    return series;
  }

  /** Forgets all runs but these. */
  keepOnly(runs: ReadonlySet<string>): void {
    const gone = [...this.#series.keys(), ...this.#unplotted].filter(run => !runs.has(run));
    if (gone.length === 0) return;
    for (const run of gone) {
      this.#series.delete(run);
      this.#unplotted.delete(run);
    }
    this.#saveSeries();
    void this.#memory.update(UNPLOTTED, [...this.#unplotted]);
  }

  #saveSeries(): void {
    void this.#memory.update(SERIES, Object.fromEntries(this.#series));
  }
}
