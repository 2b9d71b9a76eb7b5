import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { NumberFormat } from '../../../src/protocol/number-format.ts';
import type { RunFailure, RunState } from '../../../src/protocol/run.ts';
import { RunNotices } from '../../../src/ui/runs/run-notices.ts';
import type { TrainingRun } from '../../../src/catalog/training-run.ts';
import { attempt, runOf } from '../../unit/catalog/attempts.ts';

/** What the user would have been asked, and how the user answers. */
class Asked {
  readonly messages: (readonly string[])[] = [];
  readonly #original = vscode.window.showErrorMessage;

  constructor(answer: string | undefined) {
    const ask = (...message: string[]): Promise<string | undefined> => {
      this.messages.push(message);
      return Promise.resolve(answer);
    };
    Object.defineProperty(vscode.window, 'showErrorMessage', {
      value: ask,
      configurable: true,
      writable: true,
    });
  }

  restore(): void {
    Object.defineProperty(vscode.window, 'showErrorMessage', {
      value: this.#original,
      configurable: true,
      writable: true,
    });
  }
}

describe('notices of runs', () => {
  const change = new vscode.EventEmitter<undefined>();
  let runs: readonly TrainingRun[];
  let revealed: (readonly string[])[];
  let asked: Asked;
  let notices: RunNotices;

  function begin(answer: string | undefined, ...first: TrainingRun[]): void {
    runs = first;
    revealed = [];
    asked = new Asked(answer);
    const list = { runs: () => runs, liveRuns: () => [], onDidChange: change.event };
    const dashboard = { reveal: (...to: string[]) => void revealed.push(to) };
    notices = new RunNotices(list, dashboard, new NumberFormat('en-US'));
  }

  function become(...next: TrainingRun[]): void {
    runs = next;
    change.fire(undefined);
  }

  function lenet(state: RunState, failure?: RunFailure): TrainingRun {
    const progress = { step: 312, numberOfSteps: 1000, loss: 1, stepsPerSec: 1, secondsLeft: null };
    return runOf(attempt({ state, progress, ...(failure === undefined ? {} : { failure }) }));
  }

  const failure = {
    message: 'NaN in loss at step 312\nmore',
    location: { file: __filename, line: 1, column: 1 },
  };

  afterEach(() => {
    notices.dispose();
    asked.restore();
  });

  it('tells a failure once, with the ways that lead on', () => {
    begin(undefined, lenet('running'));
    become(lenet('failed', failure));
    become(lenet('failed', failure));
    assert.deepEqual(asked.messages, [
      ['lenet stopped: NaN in loss at step 312', 'Show Curve', 'Show Console', 'Open Script'],
    ]);
  });

  it('leads to the console on request', async () => {
    begin('Show Console', lenet('running'));
    become(lenet('failed', failure));
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual(revealed, [['console', 'first']]);
  });

  it('tells that a process was lost', () => {
    begin(undefined, lenet('running'));
    become(lenet('lost'));
    assert.match(asked.messages[0]?.[0] ?? '', /^lenet stopped: its process ended without saying why/);
  });

  it('tells a failure that was never seen alive, if it began in this window', () => {
    begin(undefined);
    become(
      runOf(
        attempt({
          state: 'failed',
          startedAt: Date.now() + 1,
          logdir: null,
          failure: { message: 'no such file' },
        }),
      ),
    );
    assert.deepEqual(asked.messages, [['lenet stopped: no such file', 'Show Console']]);
  });

  it('is silent on a process that the user ended', () => {
    const running = lenet('running');
    begin(undefined, running);
    for (const ended of running.attempts) notices.expectEnd(ended);
    become(lenet('lost'));
    assert.deepEqual(asked.messages, []);
  });

  it('lets no text of a run become a link', () => {
    const link = '[Repair it](command:workbench.action.toggleZenMode)';
    const running = attempt({ name: link, state: 'running' });
    begin(undefined, runOf(running));
    become(runOf(attempt({ name: link, state: 'failed', failure: { message: link } })));
    const [[text = ''] = []] = asked.messages;
    assert.equal(text.replaceAll('\u200b', ''), `${link} stopped: ${link}`);
    assert.doesNotMatch(text, /\]\(/);
  });

  it('is silent on what it knows only by a record', () => {
    const unreached = { wasReached: false };
    begin(undefined, runOf({ ...attempt({ state: 'running' }), ...unreached }));
    become(runOf({ ...attempt({ state: 'lost' }), ...unreached }));
    assert.deepEqual(asked.messages, []);
  });

  it('is silent on old failures, good ends and stops', () => {
    begin(undefined, lenet('running'));
    become(lenet('done'));
    become(runOf(attempt({ id: 'old', state: 'failed', startedAt: 1, failure })));
    assert.deepEqual(asked.messages, []);
  });
});
