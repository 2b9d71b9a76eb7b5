/** A run's icon: the shape says its state, the colour its curve. */

import * as vscode from 'vscode';
import type { RunState } from '../../protocol/run.ts';
import { stateOf } from '../../runs/attempt-groups.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';

const SERIES_COLORS = 8;

const shapes: Readonly<Record<RunState, string>> = {
  starting: 'play-circle',
  running: 'play-circle',
  paused: 'debug-pause',
  stopping: 'stop-circle',
  done: 'pass-filled',
  stopped: 'stop-circle',
  failed: 'error',
  lost: 'warning',
};

export function runIcon(run: TrainingRun): vscode.ThemeIcon {
  const state = stateOf(run);
  return new vscode.ThemeIcon(
    state === null ? 'graph-line' : shapes[state],
    new vscode.ThemeColor(colorOf(run)),
  );
}

function colorOf(run: TrainingRun): string {
  if (stateOf(run) === 'failed') return 'testing.iconFailed';
  return run.plotted ? `slimTraining.series${(run.series % SERIES_COLORS) + 1}` : 'icon.foreground';
}
