import { isListOf, isName, isObject, type FieldChecks } from '../../src/protocol/checks.ts';
import {
  defaultPreferences,
  knownTab,
  type DashboardPreferences,
  type DashboardRequests,
  type DashboardRun,
  type DashboardTab,
  type FromDashboard,
  type RunsMessage,
  type ToDashboard,
} from '../../src/protocol/dashboard.ts';
import { NumberFormat } from '../../src/protocol/number-format.ts';
import { requestCaller } from '../../src/protocol/requests.ts';
import { Announcer } from '../shared/announcer.ts';
import { element } from '../shared/element.ts';
import { Frame } from '../shared/frame.ts';
import type { HostConnection } from '../shared/host-connection.ts';
import { Theme } from '../shared/theme.ts';
import { RunConsole } from './console/run-console.ts';
import type { ViewServices } from './dashboard-view.ts';
import { FailureBanner } from './runs/failure-banner.ts';
import { Legend } from './runs/legend.ts';
import { LiveStrip } from './runs/live-strip.ts';
import { RunBook } from './runs/run-book.ts';
import { runNews } from './runs/run-news.ts';
import { Welcome } from './runs/welcome.ts';
import { TabBar } from './tab-bar.ts';
import { ViewPanels } from './view-panels.ts';

/** What the dashboard itself remembers across reloads; preferences are the extension's. */
interface DashboardState {
  /** Runs that the legend hides. */
  readonly hidden: readonly string[];
  /** What each view keeps, by its tab: the view knows whether it can be used. */
  readonly views: Readonly<Record<string, unknown>>;
}

const SAVED: FieldChecks<DashboardState> = { hidden: isListOf(isName), views: isObject };

export type DashboardConnection = HostConnection<{
  readonly to: ToDashboard;
  readonly from: FromDashboard;
  readonly state: DashboardState;
}>;

/** Preferences are sent when nothing has changed for so long, in milliseconds. */
const SEND_PREFERENCES_AFTER = 150;
/** What came of the runs is acknowledged after so long even if some curve is still being read, in milliseconds. */
const ACKNOWLEDGE_WITHIN = 250;

export class Dashboard {
  readonly root: HTMLElement;
  readonly #connection: DashboardConnection;
  readonly #frame = new Frame();
  readonly #theme = new Theme();
  readonly #numbers = new NumberFormat(document.documentElement.lang || undefined);
  readonly #requests = requestCaller<DashboardRequests>(question => {
    this.#connection.post(question);
  });
  readonly #announcer = new Announcer();
  readonly #book = new RunBook();
  readonly #console: RunConsole;
  readonly #legend: Legend;
  readonly #tabs: TabBar;
  readonly #strip: LiveStrip;
  readonly #banner: FailureBanner;
  readonly #views: ViewPanels;
  readonly #welcome: Welcome;
  readonly #main: HTMLElement;
  readonly #loadingLine = element('div', { class: 'loading-line', 'aria-hidden': 'true' });
  #kept: Readonly<Record<string, unknown>>;
  #preferences = defaultPreferences;
  /** Nothing acts on runs in a folder that is not trusted. */
  #trusted = false;
  #sendTimer: number | undefined;
  /** Runs while what came of the runs is not acknowledged. */
  #acknowledgeTimer: number | undefined;

  constructor(connection: DashboardConnection) {
    this.#connection = connection;
    const saved = connection.savedState(SAVED);
    this.#kept = saved.views ?? {};
    const showConsole = (run: string): void => {
      this.#reveal('console', run);
    };
    this.#console = new RunConsole({
      open: run => {
        connection.post({ type: 'openConsole', run });
        // The banner says nothing twice.
        this.#frame.request(this.#updateInFrame);
      },
      changed: () => {
        if (this.#isWaiting()) this.#frame.request(this.#updateInFrame);
      },
    });
    this.#legend = new Legend(new Set(saved.hidden), () => {
      this.#save();
      this.#update();
    });
    this.#tabs = new TabBar(this.#legend.root, tab => {
      this.#change({ tab });
    });
    this.#strip = new LiveStrip({
      numbers: this.#numbers,
      command: (command, run) => {
        connection.post({ type: 'command', command, run });
      },
      showConsole,
      mayAct: () => this.#trusted,
    });
    this.#banner = new FailureBanner({
      numbers: this.#numbers,
      openLocation: run => {
        connection.post({ type: 'openLocation', run });
      },
      showConsole,
    });
    this.#views = new ViewPanels(tab => this.#servicesOf(tab));
    this.#welcome = new Welcome({
      start: () => {
        connection.post({ type: 'command', command: 'start', run: null });
      },
      open: what => {
        connection.post({ type: 'open', what });
      },
    });
    this.#main = element(
      'main',
      { class: 'main' },
      this.#strip.root,
      this.#banner.root,
      this.#tabs.root,
      ...this.#views.roots,
    );
    this.root = element(
      'div',
      { class: 'dashboard' },
      this.#loadingLine,
      this.#main,
      this.#welcome.root,
      this.#announcer.root,
    );
    this.#update();
  }

  receive(message: ToDashboard): void {
    switch (message.type) {
      case 'preferences':
        // What was changed here and not sent yet is newer.
        if (this.#sendTimer === undefined) this.#preferences = message.preferences;
        this.#update();
        break;
      case 'welcome':
        this.#welcome.update(message.welcome);
        this.#trusted = message.welcome.trusted;
        this.#update();
        break;
      case 'order':
      case 'run':
      case 'tags':
      case 'runsComplete':
        this.#takeRuns(message);
        break;
      case 'progress':
        this.#book.take(message);
        this.#strip.progressed(message.run, message.state, message.progress);
        break;
      case 'answer':
      case 'failure':
        this.#requests.take(message);
        // When whoever asked has got it, and has asked for more if there is more to ask.
        queueMicrotask(() => {
          this.#acknowledgeWhenDrawn();
        });
        break;
      case 'console':
        this.#console.receive(message.run, message.offset, message.text);
        break;
      case 'reveal':
        this.#reveal(knownTab(message.tab), message.run);
        break;
    }
  }

  #takeRuns(message: RunsMessage): void {
    const known = this.#book.runs;
    const changes = this.#book.take(message);
    if (changes === null) return;
    const { before, now, isMore, moved } = changes;
    for (const words of runNews(known === null ? now : before, now, this.#numbers))
      this.#announcer.say(words);
    if (isMore) this.#update();
    else for (const [run, tags] of moved) this.#views.addPoints(run, tags);
    if (known === null && this.#book.runs?.length === 0) this.#welcome.focus();
    window.clearTimeout(this.#acknowledgeTimer);
    this.#acknowledgeTimer = window.setTimeout(this.#acknowledge, ACKNOWLEDGE_WITHIN);
    this.#acknowledgeWhenDrawn();
  }

  /** More of the runs may come when this is on the screen: not sooner, so that nothing piles up. */
  #acknowledgeWhenDrawn(): void {
    if (this.#acknowledgeTimer !== undefined && this.#requests.waiting === 0)
      this.#frame.request(this.#acknowledge);
  }

  readonly #acknowledge = (): void => {
    if (this.#acknowledgeTimer === undefined) return;
    window.clearTimeout(this.#acknowledgeTimer);
    this.#acknowledgeTimer = undefined;
    this.#connection.post({ type: 'runsTaken' });
  };

  readonly #updateInFrame = (): void => {
    this.#update();
  };

  #servicesOf(tab: DashboardTab): ViewServices {
    return {
      frame: this.#frame,
      theme: this.#theme,
      numbers: this.#numbers,
      tags: this.#book.tags,
      console: this.#console,
      request: this.#requests.ask,
      post: message => {
        this.#connection.post(message);
      },
      say: words => {
        this.#announcer.say(words);
      },
      change: preferences => {
        this.#change(preferences);
      },
      reveal: (other, run) => {
        this.#reveal(other, run);
      },
      kept: check => {
        const kept = this.#kept[tab];
        return check(kept) ? kept : null;
      },
      keep: state => {
        this.#kept = { ...this.#kept, [tab]: state };
        this.#save();
      },
    };
  }

  #change(preferences: Partial<DashboardPreferences>): void {
    this.#preferences = { ...this.#preferences, ...preferences };
    window.clearTimeout(this.#sendTimer);
    this.#sendTimer = window.setTimeout(() => {
      this.#sendTimer = undefined;
      this.#connection.post({ type: 'setPreferences', preferences: this.#preferences });
    }, SEND_PREFERENCES_AFTER);
    this.#update();
  }

  #save(): void {
    this.#connection.saveState({ hidden: [...this.#legend.hidden], views: this.#kept });
  }

  #reveal(tab: DashboardTab, run: string | null): void {
    if (run !== null) this.#console.pick(run);
    if (tab === this.#tab) this.#update();
    else this.#change({ tab });
  }

  get #tab(): DashboardTab {
    return knownTab(this.#preferences.tab);
  }

  #update(): void {
    const runs = this.#book.runs ?? [];
    const empty = this.#book.runs?.length === 0;
    this.#main.hidden = empty;
    this.#welcome.root.hidden = !empty;
    this.#showLoading(runs);
    this.#strip.update(runs);
    this.#tabs.selected = this.#tab;
    this.#tabs.count(this.#book.tags);
    this.#legend.update(runs.filter(run => run.plotted));
    this.#console.update(runs, this.#hasNoScalar());
    this.#views.update(this.#tab, {
      runs,
      starting: this.#book.runs === null,
      hidden: this.#legend.hidden,
      preferences: this.#preferences,
    });
    this.#banner.update(runs, this.#tab === 'console' ? this.#console.run : null);
  }

  #showLoading(runs: readonly DashboardRun[]): void {
    const plotted = runs.filter(run => run.plotted);
    const loading = plotted.filter(run => run.loading).length;
    this.#loadingLine.hidden = this.#book.runs !== null && loading === 0;
    this.#tabs.reading = loading === 0 ? null : readingWords(plotted.length - loading + 1, plotted.length);
  }

  #hasNoScalar(): boolean {
    return this.#book.tags.of('scalar').size === 0;
  }

  /** No scalar yet: the console's last line says what the run does. */
  #isWaiting(): boolean {
    return this.#book.runs !== null && this.#book.runs.length > 0 && this.#hasNoScalar();
  }
}

function readingWords(run: number, runs: number): string {
  return runs === 1 ? 'Reading the run' : `Reading ${run} of ${runs} runs`;
}
