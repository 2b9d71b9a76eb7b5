/**
 * Tells, once and as quietly as it deserves, how runs of this window end. Of what was never reached there is only a record,
 * which can come with a cloned folder: nobody is disturbed by what it says.
 */

import * as vscode from 'vscode';
import type { NumberFormat } from '../../protocol/number-format.ts';
import { originWords } from '../../protocol/run-origin.ts';
import { isLive, type RunState } from '../../protocol/run.ts';
import { outcomeCounts } from '../../restore/restore-report.ts';
import type { Attempt } from '../../runs/followed-attempt.ts';
import type { DashboardPanels } from '../dashboard/dashboard-panels.ts';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import { openFailure } from '../vscode/failure-location.ts';
import { tell } from '../vscode/tell.ts';
import { readReport, showRestoreReport } from '../warm-start/restore-report.ts';
import type { RunList } from '../../catalog/run-list.ts';
import { endWords, firstLine } from '../../catalog/run-words.ts';
import { withoutIcons } from './status-bar.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';

const QUIET_MS = 10_000;
const ATTACHED_MS = 5000;

type WatchedRuns = Pick<RunList, 'runs' | 'liveRuns' | 'onDidChange'>;

export class RunNotices implements vscode.Disposable {
  readonly #list: WatchedRuns;
  readonly #dashboard: Pick<DashboardPanels, 'reveal'>;
  readonly #numbers: NumberFormat;
  readonly #owned = new DisposableStore();
  /** Attempt id -> its state when it was looked at last. */
  readonly #states = new Map<string, RunState>();
  readonly #since = Date.now();
  /** Attempts whose warm start was told. */
  readonly #restored = new Set<string>();
  readonly #expected = new Set<string>();

  /** The list has been read by now: what lives in it was started before this window was opened or reloaded. */
  constructor(list: WatchedRuns, dashboard: Pick<DashboardPanels, 'reveal'>, numbers: NumberFormat) {
    this.#list = list;
    this.#dashboard = dashboard;
    this.#numbers = numbers;
    for (const run of list.runs())
      for (const attempt of run.attempts) this.#states.set(attempt.record.id, attempt.state);
    this.#owned.add(
      list.onDidChange(() => {
        this.#look();
      }),
    );
    const attached = list.liveRuns().map(({ name }) => name);
    if (attached.length > 0)
      quietly(`$(plug) Attached again: ${withoutIcons(attached.join(', '))}`, ATTACHED_MS);
  }

  /** The user ended that process: nobody has to be told. */
  expectEnd(attempt: Attempt): void {
    this.#expected.add(attempt.record.id);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #look(): void {
    for (const run of this.#list.runs()) {
      for (const attempt of run.attempts) this.#lookAt(run, attempt);
    }
  }

  #lookAt(run: TrainingRun, attempt: Attempt): void {
    const { id, startedAt } = attempt.record;
    const before = this.#states.get(id);
    this.#states.set(id, attempt.state);
    // One that ended before anybody saw it live counts if it began in this window's time.
    const wasLive = before === undefined ? startedAt >= this.#since : isLive(before);
    this.#lookAtRestore(run, attempt, startedAt >= this.#since);
    if (!attempt.wasReached || this.#expected.has(id)) return;
    if (wasLive && !isLive(attempt.state)) void this.#tellEnd(run, attempt);
  }

  #lookAtRestore(run: TrainingRun, { record, folder, wasReached }: Attempt, isOfThisWindow: boolean): void {
    if (
      !wasReached ||
      !isOfThisWindow ||
      (record.restored?.mapping ?? null) === null ||
      this.#restored.has(record.id)
    )
      return;
    this.#restored.add(record.id);
    void this.#tellRestore(run, folder);
  }

  async #tellRestore(run: TrainingRun, folder: string): Promise<void> {
    const counts = await readReport(folder).then(
      ({ entries }) => `: ${outcomeCounts(entries)}`,
      () => '',
    );
    const from = run.origin === null ? '' : ` from ${originWords(run.origin, this.#numbers)}`;
    const show = 'Show Report';
    const text = `${run.name} is warm-started${from}${counts}.`;
    const choice = await tell('information', text, show);
    if (choice === show) await showRestoreReport(run);
  }

  async #tellEnd(run: TrainingRun, attempt: Attempt): Promise<void> {
    const { state } = attempt;
    if (state === 'failed' || state === 'lost') await this.#tellFailure(run, attempt);
    else quietly(`$(pass-filled) ${withoutIcons(run.name)}: ${endWords(attempt, this.#numbers)}`, QUIET_MS);
  }

  async #tellFailure(run: TrainingRun, { record, state }: Attempt): Promise<void> {
    const why =
      state === 'lost'
        ? 'its process ended without saying why. The checkpoints that it saved are complete.'
        : failureWords(record.failure?.message);
    const [curve, console, script] = ['Show Curve', 'Show Console', 'Open Script'] as const;
    const hasCurve = record.progress !== undefined && run.logdir !== null;
    const choice = await tell(
      'error',
      `${run.name} stopped: ${why}`,
      ...(hasCurve ? [curve] : []),
      console,
      ...(record.failure?.location === undefined ? [] : [script]),
    );
    if (choice === curve) this.#dashboard.reveal('scalars', run.id);
    else if (choice === console) this.#dashboard.reveal('console', run.id);
    else if (choice === script) await openFailure(record.failure);
  }
}

function failureWords(message: string | undefined): string {
  return message === undefined ? 'the console says why.' : firstLine(message);
}

function quietly(text: string, ms: number): void {
  vscode.window.setStatusBarMessage(text, ms);
}
