/** Messages between the extension and the dashboard webview. Runs are named by id; paths stay in the extension. */

import type { OriginName } from './run-origin.ts';
import type { BackendInfo, RunFailure, RunProgress, RunState } from './run.ts';
import type { LogProblem, SeriesQuery, SeriesWindow, TagInfo, XAxis } from './series.ts';

export interface DashboardRun {
  readonly id: string;
  readonly name: string;
  /** null: a log folder that no attempt of ours wrote. */
  readonly state: RunState | null;
  readonly attempt: number;
  readonly plotted: boolean;
  /** Which series colour and shape: 0 to 7, then again from 0 with a dash. Stays with the run. */
  readonly series: number;
  readonly progress: RunProgress | null;
  readonly backend: BackendInfo | null;
  readonly failure: RunFailure | null;
  /** null: it was not warm-started. */
  readonly origin: OriginName | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly checkpoints: readonly { readonly step: number; readonly best: boolean }[];
  readonly loading: boolean;
  readonly tags: readonly TagInfo[];
  readonly problems: readonly LogProblem[];
}

export type DashboardTab = 'scalars' | 'console';

/** Remembered per workspace. */
export interface DashboardPreferences {
  readonly tab: DashboardTab;
  readonly smoothing: number;
  readonly axis: XAxis;
  readonly logY: boolean;
  readonly ignoreOutliers: boolean;
  readonly cardsPerRow: 1 | 2 | 3 | 4 | 'auto';
  readonly pinned: readonly string[];
  readonly collapsed: readonly string[];
  readonly filter: string;
}

export const defaultPreferences: DashboardPreferences = {
  tab: 'scalars',
  smoothing: 0.6,
  axis: 'step',
  logY: false,
  ignoreOutliers: true,
  cardsPerRow: 'auto',
  pinned: [],
  collapsed: [],
  filter: '',
};

/** What the dashboard says and offers while there is no run. */
export interface DashboardWelcome {
  /** Nothing runs in a folder that is not trusted; looking at log folders is allowed. */
  readonly trusted: boolean;
  /** Start Training would run this script (path within the workspace); null: it asks which. */
  readonly script: string | null;
  /** Whether the faster backend is installed; null: not known. */
  readonly nativeBackend: boolean | null;
}

export type RunCommand = 'stop' | 'pause' | 'resume' | 'save' | 'start';

export type ToDashboard =
  /** All runs as they are now: a complete snapshot. */
  | { readonly type: 'runs'; readonly runs: readonly DashboardRun[] }
  | { readonly type: 'welcome'; readonly welcome: DashboardWelcome }
  | { readonly type: 'preferences'; readonly preferences: DashboardPreferences }
  | {
      readonly type: 'progress';
      readonly run: string;
      readonly state: RunState;
      readonly progress: RunProgress;
    }
  | { readonly type: 'series'; readonly id: number; readonly window: SeriesWindow }
  | { readonly type: 'seriesFailure'; readonly id: number; readonly message: string }
  /** New text of a run's console. `offset` is the byte at which it begins: 0 means from the start. */
  | { readonly type: 'console'; readonly run: string; readonly offset: number; readonly text: string }
  | { readonly type: 'reveal'; readonly tab: DashboardTab; readonly run: string | null };

export type FromDashboard =
  /** The first message: the extension answers with `preferences`, `welcome` and `runs`. */
  | { readonly type: 'ready' }
  /** The last `runs` snapshot is on the screen: the next may come. */
  | { readonly type: 'runsTaken' }
  | { readonly type: 'query'; readonly id: number; readonly query: SeriesQuery }
  | { readonly type: 'command'; readonly command: RunCommand; readonly run: string | null }
  /** A button of the welcome screen, or the offer of the faster backend. */
  | {
      readonly type: 'open';
      readonly what: 'createExample' | 'openLogFolder' | 'manageTrust' | 'installNative';
    }
  /** Show that run's console from now on; null: none. */
  | { readonly type: 'openConsole'; readonly run: string | null }
  | { readonly type: 'setPreferences'; readonly preferences: DashboardPreferences }
  | { readonly type: 'setPlotted'; readonly run: string; readonly plotted: boolean }
  | { readonly type: 'copy'; readonly text: string }
  /** The extension asks where to and writes the whole curve, every point. */
  | { readonly type: 'exportCsv'; readonly tag: string }
  | { readonly type: 'openLocation'; readonly run: string }
  /** Show the checkpoint that the run was warm-started from. */
  | { readonly type: 'openOrigin'; readonly run: string };
