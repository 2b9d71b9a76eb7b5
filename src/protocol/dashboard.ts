/** Messages between the extension and the dashboard webview. Runs are named by id; paths stay in the extension. */

import type { OriginName } from './run-origin.ts';
import type { Answer, Question } from './requests.ts';
import type { BackendInfo, RunFailure, RunProgress, RunState } from './run.ts';
import type { LogProblem, SeriesQuery, SeriesWindow, XAxis } from './series.ts';
import type { TagChange } from './tag-change.ts';

/** What changes seldom of a run, and its progress, which has a message of its own. Its tags travel apart. */
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
  readonly problems: readonly LogProblem[];
}

/** The views of the dashboard, in their order; webview/dashboard/dashboard-views.ts has what each of them is. */
export const dashboardTabs = ['scalars', 'console'] as const;
export type DashboardTab = (typeof dashboardTabs)[number];

/** The view of that name. Another version may have views that this one does not: the first stands in for them. */
export function knownTab(name: string): DashboardTab {
  return dashboardTabs.find(tab => tab === name) ?? dashboardTabs[0];
}

/** Remembered per workspace. */
export interface DashboardPreferences {
  /** See {@link knownTab}. */
  readonly tab: string;
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

/** What is new of the runs: a message is of one run, and none is sent of a run of which nothing is new. */
export type RunsMessage =
  /** All runs by id, in their order: those that are not among them are gone. */
  | { readonly type: 'order'; readonly runs: readonly string[] }
  /** A run is new, or something of it changed that is not its progress. */
  | { readonly type: 'run'; readonly run: DashboardRun }
  | { readonly type: 'tags'; readonly run: string; readonly change: TagChange }
  /** The page has now got all that there is: it shows it and answers with `runsTaken`. */
  | { readonly type: 'runsComplete' }
  | {
      readonly type: 'progress';
      readonly run: string;
      readonly state: RunState;
      readonly progress: RunProgress;
    };

/** What the page asks, and is answered with. */
export interface DashboardRequests {
  readonly curve: { readonly ask: { readonly query: SeriesQuery }; readonly answer: SeriesWindow };
}

export type ToDashboard =
  | RunsMessage
  | { readonly type: 'welcome'; readonly welcome: DashboardWelcome }
  | { readonly type: 'preferences'; readonly preferences: DashboardPreferences }
  | Answer<DashboardRequests>
  /** New text of a run's console. `offset` is the byte at which it begins: 0 means from the start. */
  | { readonly type: 'console'; readonly run: string; readonly offset: number; readonly text: string }
  | { readonly type: 'reveal'; readonly tab: string; readonly run: string | null };

export type FromDashboard =
  /** The first message: the extension answers with `preferences`, `welcome` and all of the runs. */
  | { readonly type: 'ready' }
  /** What came up to the last `runsComplete` is on the screen: more may come. */
  | { readonly type: 'runsTaken' }
  | Question<DashboardRequests>
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
