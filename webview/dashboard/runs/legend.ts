import { element, setAttribute } from '../../shared/element.ts';
import { swatch } from '../charts/run-style.ts';

export interface LegendRun {
  readonly id: string;
  readonly name: string;
  readonly series: number;
}

/** The plotted runs. A click hides or shows a run's curves, Alt+click shows only it (or all again). */
export class Legend {
  readonly root = element('div', { class: 'legend', role: 'group', 'aria-label': 'Runs shown' });
  readonly #changed: (hidden: ReadonlySet<string>) => void;
  #runs: readonly LegendRun[] = [];
  #hidden: ReadonlySet<string>;
  #shown = '';

  constructor(hidden: ReadonlySet<string>, changed: (hidden: ReadonlySet<string>) => void) {
    this.#hidden = hidden;
    this.#changed = changed;
  }

  get hidden(): ReadonlySet<string> {
    return this.#hidden;
  }

  update(runs: readonly LegendRun[]): void {
    this.#runs = runs;
    const shown = JSON.stringify([runs.map(({ id, name, series }) => [id, name, series]), [...this.#hidden]]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const focused = [...this.root.children].indexOf(document.activeElement ?? this.root);
    this.root.replaceChildren(...runs.map(run => this.#entry(run)));
    const refocus = this.root.children[focused];
    if (refocus instanceof HTMLElement) refocus.focus();
  }

  #entry(run: LegendRun): HTMLElement {
    const entry = element(
      'button',
      {
        type: 'button',
        class: 'legend-run',
        title: `${run.name}: click to hide or show, Alt+click for only this`,
      },
      swatch(run.series),
      element('span', { class: 'ellipsis' }, run.name),
    );
    setAttribute(entry, 'aria-pressed', String(!this.#hidden.has(run.id)));
    entry.addEventListener('click', event => {
      this.#toggle(run.id, event.altKey);
    });
    return entry;
  }

  #toggle(run: string, only: boolean): void {
    const hidden = new Set(this.#hidden);
    if (only) {
      const others = this.#runs.map(({ id }) => id).filter(id => id !== run);
      const isAlone = !hidden.has(run) && others.every(id => hidden.has(id));
      for (const id of others) {
        if (isAlone) hidden.delete(id);
        else hidden.add(id);
      }
      hidden.delete(run);
    } else if (!hidden.delete(run)) {
      hidden.add(run);
    }
    this.#hidden = hidden;
    this.#changed(hidden);
    this.update(this.#runs);
  }
}
