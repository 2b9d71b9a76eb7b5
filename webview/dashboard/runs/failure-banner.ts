import type { DashboardRun } from '../../../src/protocol/dashboard.ts';
import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import { button, iconButton } from '../../shared/controls.ts';
import { element, icon, setText } from '../../shared/element.ts';

export interface FailureServices {
  readonly numbers: NumberFormat;
  openLocation(run: string): void;
  showConsole(run: string): void;
}

/** A run that failed so long ago at most, when the dashboard opens, is news. Milliseconds. */
const NEWS = 60_000;

/** What went wrong in the run that failed last, until it is dismissed. */
export class FailureBanner {
  readonly root: HTMLElement;
  readonly #name = element('b');
  readonly #message = element('span');
  readonly #location = button('Open Script', 'secondary', () => {
    if (this.#shown) this.#services.openLocation(this.#shown.id);
  });
  readonly #console = button('Show Console', 'secondary', () => {
    if (this.#shown) this.#services.showConsole(this.#shown.id);
  });
  readonly #services: FailureServices;
  /** Attempts that were live while the dashboard was open, and those whose failure was dismissed. */
  readonly #seenLive = new Set<string>();
  readonly #dismissed = new Set<string>();
  #shown: DashboardRun | null = null;

  constructor(services: FailureServices) {
    this.#services = services;
    this.#location.classList.add('small');
    this.#console.classList.add('small');
    this.root = element(
      'div',
      { class: 'banner', role: 'alert', hidden: '' },
      icon('error', 'bad'),
      element('span', { class: 'banner-words' }, this.#name, ' ', this.#message),
      this.#location,
      this.#console,
      iconButton('close', 'Dismiss', () => {
        if (this.#shown) this.#dismissed.add(attemptKey(this.#shown));
        this.#show(null, null);
      }),
    );
  }

  /** @param console the run whose console is on the screen: its failure is shown whenever it was */
  update(runs: readonly DashboardRun[], console: string | null): void {
    for (const run of runs) {
      if (run.state !== null && run.state !== 'failed') this.#seenLive.add(attemptKey(run));
    }
    const failed = runs.filter(run => run.failure !== null && run.state === 'failed');
    const inConsole = failed.find(run => run.id === console);
    const newest = failed
      .filter(run => !this.#dismissed.has(attemptKey(run)) && this.#isNews(run))
      .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0];
    this.#show(inConsole ?? newest ?? null, console);
  }

  #isNews(run: DashboardRun): boolean {
    return this.#seenLive.has(attemptKey(run)) || Date.now() - (run.endedAt ?? 0) < NEWS;
  }

  #show(run: DashboardRun | null, console: string | null): void {
    this.#shown = run;
    this.root.hidden = run === null;
    if (!run?.failure) return;
    setText(this.#name, `${run.name} stopped:`);
    setText(this.#message, sentence(run.failure.message) + safeWords(run, this.#services.numbers));
    this.#location.hidden = run.failure.location === undefined;
    this.#console.hidden = run.id === console;
  }
}

function sentence(words: string): string {
  return /[.!?:]$/.test(words) ? words : `${words}.`;
}

/** What the failure has not destroyed. */
function safeWords({ checkpoints }: DashboardRun, numbers: NumberFormat): string {
  const newest = Math.max(...checkpoints.map(({ step }) => step));
  return newest > 0 ? ` The weights of step ${numbers.count(newest)} are safe.` : '';
}

function attemptKey(run: DashboardRun): string {
  return JSON.stringify([run.id, run.attempt]);
}
