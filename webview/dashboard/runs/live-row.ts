import type { DashboardRun, RunCommand } from '../../../src/protocol/dashboard.ts';
import type { NumberFormat } from '../../../src/protocol/number-format.ts';
import { isLive } from '../../../src/protocol/run.ts';
import type { RunProgress, RunState } from '../../../src/protocol/run.ts';
import { originWords } from '../../../src/protocol/run-origin.ts';
import { badge, button, iconButton, relabel } from '../../shared/controls.ts';
import { element, icon, setAttribute, setText } from '../../shared/element.ts';
import { openMenu } from '../../shared/menu.ts';
import { Paced } from '../../shared/paced.ts';
import { seriesClass, swatch } from '../charts/run-style.ts';

export interface LiveRowServices {
  readonly numbers: NumberFormat;
  command(command: RunCommand, run: string): void;
  showConsole(run: string): void;
  dismiss(run: string): void;
  /** Whether runs may be paused, saved and stopped. */
  mayAct(): boolean;
}

/** A running run that says nothing for so long is not responding, in milliseconds. */
const SILENCE = 30_000;

const NUMBER_INTERVAL = 250;

/** One run of the live strip. */
export class LiveRow {
  readonly root: HTMLElement;
  readonly #services: LiveRowServices;
  readonly #name = element('b', { class: 'ellipsis' });
  readonly #badge = badge('');
  readonly #stateIcon = element('span', { class: 'live-icon' });
  readonly #bar = element('div', { class: 'progress', role: 'progressbar', 'aria-valuemin': '0' });
  readonly #done = element('div', { class: 'progress-done' });
  readonly #ticks = element('div', { class: 'progress-ticks' });
  readonly #steps = element('span', { class: 'live-steps number' });
  readonly #rate = element('span', { class: 'live-rate number dim' });
  readonly #left = element('span', { class: 'live-left number' });
  readonly #pause = iconButton('debug-pause', 'Pause', () => {
    this.#togglePause();
  });
  readonly #save = iconButton('save', 'Save Checkpoint Now', () => {
    this.#command('save');
  });
  readonly #stop = iconButton('debug-stop', 'Stop', () => {
    this.#command('stop');
  });
  readonly #more = iconButton('ellipsis', 'More Actions', () => {
    this.#openMenu();
  });
  readonly #wait = button('Wait', 'secondary', () => {
    this.#heard();
  });
  readonly #console = button('Show Console', 'secondary', () => {
    this.#services.showConsole(this.#run.id);
  });
  readonly #dismiss = iconButton('close', 'Dismiss', () => {
    this.#services.dismiss(this.#run.id);
  });
  readonly #actions: HTMLElement;
  readonly #show = new Paced(NUMBER_INTERVAL, () => {
    this.#render();
  });
  #run: DashboardRun;
  #state: RunState;
  #progress: RunProgress | null;
  #heardAt = performance.now();

  constructor(run: DashboardRun, services: LiveRowServices) {
    this.#services = services;
    this.#run = run;
    this.#state = run.state ?? 'running';
    this.#progress = run.progress;
    this.#save.classList.add('wide-only');
    this.#more.classList.add('narrow-only');
    this.#wait.classList.add('small');
    this.#console.classList.add('small');
    this.#bar.append(this.#done, this.#ticks);
    this.#actions = element('span', { class: 'live-actions' });
    this.root = element(
      'div',
      { class: 'live-row', role: 'group' },
      swatch(run.series),
      element('span', { class: 'live-name' }, this.#name, this.#badge, this.#stateIcon),
      this.#bar,
      this.#steps,
      this.#rate,
      this.#left,
      this.#actions,
    );
    this.update(run);
  }

  update(run: DashboardRun): void {
    this.#run = run;
    this.root.className = `live-row ${seriesClass(run.series)}`;
    this.progressed(run.state ?? 'running', run.progress);
  }

  progressed(state: RunState, progress: RunProgress | null): void {
    const moved = progress?.step !== this.#progress?.step;
    const turned = state !== this.#state;
    this.#state = state;
    this.#progress = progress;
    if (moved || turned) this.#heard();
    // A change of state is shown at once.
    if (turned) this.#render();
    else this.#show.request();
  }

  /** Called now and then: a run that says nothing sends nothing that would tell so. */
  tick(): void {
    if (this.#silentFor() > SILENCE) this.#render();
  }

  dispose(): void {
    this.#show.cancel();
    this.root.remove();
  }

  #heard(): void {
    this.#heardAt = performance.now();
    this.#show.request();
  }

  #silentFor(): number {
    return this.#state === 'running' ? performance.now() - this.#heardAt : 0;
  }

  #render(): void {
    const { numbers } = this.#services;
    const progress = this.#progress;
    const silent = this.#silentFor() > SILENCE;
    setText(this.#name, this.#run.name);
    setAttribute(this.root, 'aria-label', this.#run.name);
    setAttribute(this.#name, 'title', this.#run.name);
    setAttribute(this.#badge, 'title', this.#originWords());
    const badges = this.#badgeWords();
    setText(this.#badge, badges);
    this.#badge.hidden = badges === '';
    this.#renderBar(progress, silent || this.#state === 'lost');
    const words = this.#words(silent);
    this.#steps.replaceChildren(...stepsWords(progress, numbers));
    setText(this.#rate, words.rate);
    setText(this.#left, words.left);
    this.#renderIcon(words.icon);
    this.#renderActions(silent);
  }

  #badgeWords(): string {
    if (this.#state === 'paused' || this.#state === 'stopping' || this.#state === 'starting')
      return this.#state;
    if (this.#run.attempt > 1) return `attempt ${this.#run.attempt}`;
    return this.#run.origin === null ? '' : 'warm start';
  }

  #originWords(): string {
    const { origin } = this.#run;
    return origin === null ? '' : `Warm start from ${originWords(origin, this.#services.numbers)}`;
  }

  #words(silent: boolean): { rate: string; left: string; icon: readonly [string, string] | null } {
    const { numbers } = this.#services;
    const { startedAt, endedAt } = this.#run;
    const took =
      startedAt !== null && endedAt !== null ? numbers.duration((endedAt - startedAt) / 1000) : null;
    const ended = took === null ? '' : `in ${took}`;
    switch (this.#state) {
      case 'starting':
        return { rate: '', left: '', icon: null };
      case 'paused':
        return { rate: 'paused', left: '\u2014', icon: null };
      case 'stopping':
        return { rate: 'saving', left: '', icon: null };
      case 'lost':
        return { rate: 'process lost', left: '', icon: ['warning', 'warning'] };
      case 'done':
        return { rate: 'done', left: ended, icon: ['pass', 'good'] };
      case 'stopped':
        return { rate: 'stopped', left: ended, icon: ['stop-circle', 'dim'] };
      case 'failed':
        return { rate: 'failed', left: ended, icon: ['error', 'bad'] };
      case 'running':
        if (silent) {
          const seconds = numbers.duration(this.#silentFor() / 1000);
          return { rate: `silent ${seconds}`, left: 'unknown', icon: ['warning', 'warning'] };
        }
        return { rate: this.#rateWords(), left: this.#leftWords(), icon: null };
    }
  }

  #rateWords(): string {
    const rate = this.#progress?.stepsPerSec ?? null;
    if (this.#progress === null) return 'waiting for the first step';
    return rate === null ? '' : `${this.#services.numbers.rate(rate)} steps/s`;
  }

  #leftWords(): string {
    const seconds = this.#progress?.secondsLeft ?? null;
    return seconds === null ? '' : `${this.#services.numbers.duration(seconds)} left`;
  }

  #renderIcon(stateIcon: readonly [string, string] | null): void {
    this.#stateIcon.hidden = stateIcon === null;
    if (stateIcon) this.#stateIcon.replaceChildren(icon(...stateIcon));
  }

  #renderBar(progress: RunProgress | null, grey: boolean): void {
    const total = progress?.numberOfSteps ?? null;
    const part = progress && total ? Math.min(1, progress.step / total) : 0;
    this.#bar.classList.toggle('unknown', total === null);
    this.#bar.classList.toggle('grey', grey);
    this.#done.style.width = `${100 * part}%`;
    setAttribute(this.#bar, 'aria-label', `Progress of ${this.#run.name}`);
    setAttribute(this.#bar, 'aria-valuemax', String(total ?? 0));
    setAttribute(this.#bar, 'aria-valuenow', String(progress?.step ?? 0));
    const steps = total === null ? [] : this.#run.checkpoints.map(({ step }) => step / total);
    const shown = steps.map(at => `${100 * at}%`).join();
    if (this.#ticks.dataset['at'] === shown) return;
    this.#ticks.dataset['at'] = shown;
    this.#ticks.replaceChildren(
      ...steps.map(at => {
        const tick = element('span', { class: 'progress-tick' });
        tick.style.left = `${100 * at}%`;
        return tick;
      }),
    );
  }

  #renderActions(silent: boolean): void {
    const paused = this.#state === 'paused';
    relabel(this.#pause, paused ? 'debug-continue' : 'debug-pause', paused ? 'Resume' : 'Pause');
    const actions = this.#actionsFor(silent);
    const same =
      actions.length === this.#actions.childElementCount &&
      actions.every((action, index) => this.#actions.children[index] === action);
    if (!same) this.#actions.replaceChildren(...actions);
    for (const action of [this.#pause, this.#save, this.#stop, this.#more])
      action.disabled = this.#state === 'stopping';
  }

  #actionsFor(silent: boolean): readonly HTMLElement[] {
    if (!this.#services.mayAct() && isLive(this.#state)) return silent ? [this.#wait] : [];
    switch (this.#state) {
      case 'starting':
        return [this.#stop];
      case 'running':
        return silent ? [this.#wait, this.#stop] : [this.#pause, this.#save, this.#stop, this.#more];
      case 'paused':
      case 'stopping':
        return [this.#pause, this.#save, this.#stop, this.#more];
      case 'lost':
      case 'failed':
        return [this.#console, this.#dismiss];
      case 'done':
      case 'stopped':
        return [this.#dismiss];
    }
  }

  #togglePause(): void {
    this.#command(this.#state === 'paused' ? 'resume' : 'pause');
  }

  #command(command: RunCommand): void {
    this.#services.command(command, this.#run.id);
  }

  /** In a narrow dashboard: what has no room in the row. */
  #openMenu(): void {
    const items = [
      {
        label: 'Save Checkpoint Now',
        run: () => {
          this.#command('save');
        },
      },
      {
        label: 'Show Console',
        run: () => {
          this.#services.showConsole(this.#run.id);
        },
      },
    ];
    openMenu(`Actions of ${this.#run.name}`, items, this.#more);
  }
}

function stepsWords(progress: RunProgress | null, numbers: NumberFormat): readonly (Node | string)[] {
  if (!progress) return [];
  const step = element('b', {}, numbers.count(progress.step));
  if (progress.numberOfSteps === null) return [step, element('span', { class: 'dim' }, ' steps')];
  return [
    step,
    element('span', { class: 'dim' }, ` / ${numbers.count(progress.numberOfSteps)}`),
    element('span', { class: 'dim wide-only' }, ' steps'),
  ];
}
