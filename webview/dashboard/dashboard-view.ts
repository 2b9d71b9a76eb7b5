import type {
  DashboardPreferences,
  DashboardRequests,
  DashboardRun,
  DashboardTab,
  FromDashboard,
} from '../../src/protocol/dashboard.ts';
import type { Check } from '../../src/protocol/checks.ts';
import type { NumberFormat } from '../../src/protocol/number-format.ts';
import type { Ask } from '../../src/protocol/requests.ts';
import type { TagKind } from '../../src/protocol/series.ts';
import type { Frame } from '../shared/frame.ts';
import type { Theme } from '../shared/theme.ts';
import type { RunConsole } from './console/run-console.ts';
import type { TagIndex } from './runs/tag-index.ts';

/** What a tab of the dashboard shows. Only the one that is on the screen is told anything. */
export interface DashboardView {
  readonly root: HTMLElement;
  /** It comes on the screen, and asks for what it needs there. {@link update} follows. */
  show?(): void;
  /** It leaves the screen, and needs nothing any more. */
  hide?(): void;
  /** Anything may have changed. */
  update(content: DashboardContent): void;
  /** Nothing changed but that these tags of a run have new points. */
  addPoints?(run: string, tags: readonly string[]): void;
}

/** What all views show. */
export interface DashboardContent {
  readonly runs: readonly DashboardRun[];
  /** Nothing has come of the runs yet. */
  readonly starting: boolean;
  /** Runs that the legend hides. */
  readonly hidden: ReadonlySet<string>;
  readonly preferences: DashboardPreferences;
}

/** What a view has to work with. */
export interface ViewServices {
  readonly frame: Frame;
  readonly theme: Theme;
  readonly numbers: NumberFormat;
  readonly tags: TagIndex;
  readonly console: RunConsole;
  readonly request: Ask<DashboardRequests>;
  readonly post: (message: FromDashboard) => void;
  /** Aloud, to screen readers. */
  readonly say: (words: string) => void;
  /** Preferences are remembered per workspace. */
  readonly change: (preferences: Partial<DashboardPreferences>) => void;
  readonly reveal: (tab: DashboardTab, run: string) => void;
  /** What this view kept before the page was loaded again; null: nothing, or nothing that passes the check. */
  readonly kept: <T>(check: Check<T>) => T | null;
  readonly keep: (state: object) => void;
}

/** A row in the table of views. */
export interface ViewEntry {
  readonly title: string;
  /** The tags of this kind are counted in the tab. null: nothing is. */
  readonly counts: TagKind | null;
  /** Called when the tab is looked at for the first time. A view that few people look at comes by `import()`. */
  load(services: ViewServices): DashboardView | Promise<DashboardView>;
}
