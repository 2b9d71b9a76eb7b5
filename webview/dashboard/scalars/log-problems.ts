import type { DashboardRun } from '../../../src/protocol/dashboard.ts';
import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import { linkButton } from '../../shared/controls.ts';
import { element, icon } from '../../shared/element.ts';

/** A strip for each plotted run whose event files are damaged somewhere: what could not be read, and where. */
export class LogProblems {
  readonly root = element('div', { class: 'strips' });
  readonly #numbers: NumberFormat;
  readonly #open = new Set<string>();
  #runs: readonly DashboardRun[] = [];
  #shown = '';

  constructor(numbers: NumberFormat) {
    this.#numbers = numbers;
  }

  update(runs: readonly DashboardRun[]): void {
    this.#runs = runs.filter(run => run.plotted && run.problems.length > 0);
    const shown = JSON.stringify([
      this.#runs.map(({ id, name, problems }) => [id, name, problems]),
      [...this.#open],
    ]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.root.replaceChildren(...this.#runs.map(run => this.#strip(run)));
  }

  #strip(run: DashboardRun): HTMLElement {
    const open = this.#open.has(run.id);
    const details = linkButton('Details', () => {
      if (!this.#open.delete(run.id)) this.#open.add(run.id);
      this.update(this.#runs);
    });
    details.ariaExpanded = String(open);
    const strip = element(
      'div',
      { class: 'strip', role: 'status' },
      icon('warning', 'warning'),
      element('span', { class: 'strip-words' }, element('b', {}, `${run.name}: `), this.#summary(run)),
      details,
    );
    if (open)
      strip.append(
        element('ul', {}, ...run.problems.map(problem => element('li', {}, this.#detail(problem)))),
      );
    return strip;
  }

  #summary({ problems }: DashboardRun): string {
    const [first] = problems;
    if (!first) return '';
    const bytes = problems.reduce((sum, problem) => sum + problem.bytes, 0);
    const where =
      problems.length === 1
        ? `at offset ${this.#numbers.count(first.offset)}`
        : `in ${this.#numbers.count(problems.length)} places`;
    return `${this.#bytes(bytes)} ${where} could not be read; everything before and after is shown.`;
  }

  #detail({ file, offset, bytes, message }: DashboardRun['problems'][number]): string {
    return `${file}, offset ${this.#numbers.count(offset)}, ${this.#bytes(bytes)}: ${message}`;
  }

  #bytes(count: number): string {
    return `${this.#numbers.count(count)} ${count === 1 ? 'byte' : 'bytes'}`;
  }
}
