import type {
  DashboardPreferences,
  DashboardRun,
  DashboardTab,
  FromDashboard,
  ToDashboard,
} from '../../src/protocol/dashboard.ts';
import { defaultPreferences } from '../../src/protocol/dashboard.ts';
import { NumberFormat } from '../../src/protocol/number-format.ts';
import { isLive } from '../../src/protocol/run.ts';
import { Announcer } from '../shared/announcer.ts';
import { element } from '../shared/element.ts';
import { Frame } from '../shared/frame.ts';
import type { HostConnection } from '../shared/host-connection.ts';
import { Theme } from '../shared/theme.ts';
import { ConsoleView } from './console/console-view.ts';
import { Crosshair } from './charts/crosshair.ts';
import { FailureBanner } from './runs/failure-banner.ts';
import { Legend } from './runs/legend.ts';
import { LiveStrip } from './runs/live-strip.ts';
import type { TooltipSort } from './scalars/readings.ts';
import { runNews } from './runs/run-news.ts';
import { ScalarsView } from './scalars/scalars-view.ts';
import { SeriesRequests } from './scalars/series-requests.ts';
import { TabBar } from './tab-bar.ts';
import { Tooltip } from './charts/tooltip.ts';
import { Welcome } from './runs/welcome.ts';

/** What the dashboard itself remembers across reloads; preferences are the extension's. */
interface DashboardState {
  /** Runs that the legend hides. */
  readonly hidden: readonly string[];
  /** Order of a tag's tooltip, where it was chosen. */
  readonly sorts: Readonly<Record<string, TooltipSort>>;
}

export type DashboardConnection = HostConnection<{
  readonly to: ToDashboard;
  readonly from: FromDashboard;
  readonly state: DashboardState;
}>;

/** Preferences are sent when nothing has changed for so long, in milliseconds. */
const SEND_PREFERENCES_AFTER = 150;
/** A snapshot is acknowledged after so long even if some curve is still being read, in milliseconds. */
const ACKNOWLEDGE_WITHIN = 250;

export class Dashboard {
  readonly root: HTMLElement;
  readonly #connection: DashboardConnection;
  readonly #frame = new Frame();
  readonly #numbers = new NumberFormat(document.documentElement.lang || undefined);
  readonly #requests: SeriesRequests;
  readonly #announcer = new Announcer();
  readonly #legend: Legend;
  readonly #tabs: TabBar;
  readonly #strip: LiveStrip;
  readonly #banner: FailureBanner;
  readonly #scalars: ScalarsView;
  readonly #console: ConsoleView;
  readonly #welcome: Welcome;
  readonly #panels: Readonly<Record<DashboardTab, HTMLElement>>;
  readonly #main: HTMLElement;
  readonly #loadingLine = element('div', { class: 'loading-line', 'aria-hidden': 'true' });
  #sorts: Readonly<Record<string, TooltipSort>>;
  #preferences = defaultPreferences;
  #runs: readonly DashboardRun[] | null = null;
  /** The run whose console was asked for; the extension sends its text. */
  #consoleRun: string | null = null;
  #pickedConsole: string | null = null;
  /** Nothing acts on runs in a folder that is not trusted. */
  #trusted = false;
  #sendTimer: number | undefined;
  /** Runs while the newest snapshot is not acknowledged. */
  #acknowledgeTimer: number | undefined;

  constructor(connection: DashboardConnection) {
    this.#connection = connection;
    const saved = connection.savedState();
    this.#sorts = saved.sorts ?? {};
    const showConsole = (run: string): void => {
      this.#reveal('console', run);
    };

    this.#requests = new SeriesRequests((id, query) => {
      connection.post({ type: 'query', id, query });
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
    const tooltip = new Tooltip(this.#numbers);
    this.#scalars = new ScalarsView(this.#preferences, this.#sorts, {
      frame: this.#frame,
      theme: new Theme(),
      numbers: this.#numbers,
      requests: this.#requests,
      crosshair: new Crosshair(this.#frame),
      tooltip,
      say: words => {
        this.#announcer.say(words);
      },
      copy: text => {
        connection.post({ type: 'copy', text });
      },
      exportCsv: tag => {
        connection.post({ type: 'exportCsv', tag });
      },
      openOrigin: run => {
        connection.post({ type: 'openOrigin', run });
      },
      plotRun: run => {
        connection.post({ type: 'setPlotted', run, plotted: true });
      },
      change: preferences => {
        this.#change(preferences);
      },
      sorted: sorts => {
        this.#sorts = sorts;
        this.#save();
      },
      showConsole,
    });
    this.#console = new ConsoleView({
      frame: this.#frame,
      numbers: this.#numbers,
      copy: text => {
        connection.post({ type: 'copy', text });
      },
      pick: run => {
        this.#reveal('console', run);
      },
    });
    this.#welcome = new Welcome({
      start: () => {
        connection.post({ type: 'command', command: 'start', run: null });
      },
      open: what => {
        connection.post({ type: 'open', what });
      },
    });
    this.#panels = {
      scalars: panel('scalars', this.#scalars.root),
      console: panel('console', this.#console.root),
    };
    this.#main = element(
      'main',
      { class: 'main' },
      this.#strip.root,
      this.#banner.root,
      this.#tabs.root,
      ...Object.values(this.#panels),
    );
    this.root = element(
      'div',
      { class: 'dashboard' },
      this.#loadingLine,
      this.#main,
      this.#welcome.root,
      this.#announcer.root,
    );
    // Outside of the container, whose edges would cut it off.
    document.body.append(tooltip.root);
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
      case 'runs':
        this.#takeRuns(message.runs);
        break;
      case 'progress':
        this.#strip.progressed(message.run, message.state, message.progress);
        break;
      case 'series':
        this.#requests.receive(message.id, { window: message.window });
        this.#acknowledgeWhenDrawn();
        break;
      case 'seriesFailure':
        this.#requests.receive(message.id, { failure: message.message });
        this.#acknowledgeWhenDrawn();
        break;
      case 'console':
        this.#console.receive(message.run, message.offset, message.text);
        if (this.#isWaiting()) this.#frame.request(this.#updateInFrame);
        break;
      case 'reveal':
        this.#reveal(message.tab, message.run);
        break;
    }
  }

  #takeRuns(runs: readonly DashboardRun[]): void {
    const first = this.#runs === null;
    for (const words of runNews(this.#runs ?? runs, runs, this.#numbers)) this.#announcer.say(words);
    this.#runs = runs;
    this.#update();
    if (first && runs.length === 0) this.#welcome.focus();
    window.clearTimeout(this.#acknowledgeTimer);
    this.#acknowledgeTimer = window.setTimeout(this.#acknowledge, ACKNOWLEDGE_WITHIN);
    this.#acknowledgeWhenDrawn();
  }

  /** The next snapshot may come when this one is on the screen: not sooner, so that nothing piles up. */
  #acknowledgeWhenDrawn(): void {
    if (this.#acknowledgeTimer !== undefined && this.#requests.idle) this.#frame.request(this.#acknowledge);
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
    this.#connection.saveState({ hidden: [...this.#legend.hidden], sorts: this.#sorts });
  }

  #reveal(tab: DashboardTab, run: string | null): void {
    if (run !== null) this.#pickedConsole = run;
    if (tab === this.#preferences.tab) this.#update();
    else this.#change({ tab });
  }

  #update(): void {
    const runs = this.#runs ?? [];
    const { tab } = this.#preferences;
    const empty = this.#runs?.length === 0;
    this.#main.hidden = empty;
    this.#welcome.root.hidden = !empty;
    this.#showLoading(runs);
    this.#strip.update(runs);
    this.#tabs.selected = tab;
    for (const [name, node] of Object.entries(this.#panels)) node.hidden = name !== tab;
    this.#legend.update(runs.filter(run => run.plotted));
    this.#scalars.update({
      runs,
      starting: this.#runs === null,
      hidden: this.#legend.hidden,
      preferences: this.#preferences,
      lastConsoleLine: this.#console.lastLine,
    });
    this.#chooseConsole(runs);
    this.#banner.update(runs, tab === 'console' ? this.#console.run : null);
    this.#tabs.scalars = this.#scalars.count;
    if (tab === 'console') this.#console.shown();
  }

  #showLoading(runs: readonly DashboardRun[]): void {
    const plotted = runs.filter(run => run.plotted);
    const loading = plotted.filter(run => run.loading).length;
    this.#loadingLine.hidden = this.#runs !== null && loading === 0;
    this.#tabs.reading = loading === 0 ? null : readingWords(plotted.length - loading + 1, plotted.length);
  }

  /** No scalar yet: the console's last line says what the run does. */
  #isWaiting(): boolean {
    return this.#runs !== null && this.#runs.length > 0 && this.#scalars.count === 0;
  }

  /** The run that was asked for, else one that runs, else the newest. */
  #chooseConsole(runs: readonly DashboardRun[]): void {
    const withConsole = runs.filter(run => run.state !== null);
    const byStart = [...withConsole].sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
    const chosen =
      withConsole.find(run => run.id === this.#pickedConsole) ??
      byStart.find(run => run.state !== null && isLive(run.state)) ??
      byStart[0] ??
      null;
    const needed = this.#preferences.tab === 'console' || this.#scalars.count === 0;
    // A console that was opened stays open: its text is here already.
    const run = chosen !== null && (needed || this.#consoleRun === chosen.id) ? chosen.id : null;
    this.#console.runs(withConsole, run);
    if (run === this.#consoleRun) return;
    this.#consoleRun = run;
    this.#connection.post({ type: 'openConsole', run });
  }
}

function readingWords(run: number, runs: number): string {
  return runs === 1 ? 'Reading the run' : `Reading ${run} of ${runs} runs`;
}

function panel(tab: DashboardTab, content: HTMLElement): HTMLElement {
  return element(
    'section',
    { class: 'panel', role: 'tabpanel', id: `panel-${tab}`, 'aria-labelledby': `tab-${tab}` },
    content,
  );
}
