/** One dashboard: answers its webview's messages and tells it what changes. */

import * as vscode from 'vscode';
import {
  defaultPreferences,
  knownTab,
  type DashboardPreferences,
  type DashboardRequests,
  type DashboardTab,
  type DashboardWelcome,
  type FromDashboard,
  type ToDashboard,
} from '../../protocol/dashboard.ts';
import { respond, type Handlers } from '../../protocol/requests.ts';
import type { SeriesQuery, SeriesWindow } from '../../protocol/series.ts';
import { ConsoleTail } from '../../runs/console-tail.ts';
import { consolePath } from '../../runs/run-folder.ts';
import { exportCurve } from './curve-export.ts';
import { isPreferences, readDashboardMessage } from '../../protocol/dashboard-messages.ts';
import type { CommandName } from '../../catalog/contributions.ts';
import { DashboardFeed } from '../../catalog/dashboard-feed.ts';
import { toFedRun } from '../../catalog/dashboard-run.ts';
import { DisposableStore } from '../../catalog/disposable-store.ts';
import { openFailure } from '../vscode/failure-location.ts';
import { loadWebview } from '../webviews/load-webview.ts';
import { obeyMessage } from '../webviews/obey-message.ts';
import type { RunList } from '../../catalog/run-list.ts';
import type { RunNode } from '../../catalog/run-node.ts';
import { currentAttempt, progressOf, stateOf } from '../../runs/attempt-groups.ts';
import type { TrainingRun } from '../../catalog/training-run.ts';

export interface DashboardRooms {
  readonly extensionUri: vscode.Uri;
  readonly workspaceState: vscode.Memento;
  readonly list: RunList;
  readonly query: (query: SeriesQuery) => Promise<SeriesWindow>;
  readonly welcome: () => Omit<DashboardWelcome, 'script'>;
  /** Which script Start Training would run; may take a while in a large workspace. */
  readonly findScript: () => Promise<string | null>;
  /** For what may ask something. */
  readonly command: (name: CommandName, node?: RunNode) => Promise<void>;
  readonly log: vscode.LogOutputChannel;
}

const PREFERENCES = 'dashboardPreferences';

const runCommands: Readonly<
  Record<Exclude<Extract<FromDashboard, { type: 'command' }>['command'], 'start'>, CommandName>
> = {
  stop: 'stop',
  pause: 'pause',
  resume: 'resume',
  save: 'saveCheckpoint',
};

export class DashboardPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #rooms: DashboardRooms;
  readonly #owned = new DisposableStore();
  readonly #feed = new DashboardFeed(
    () => this.#rooms.list.runs().map(toFedRun),
    message => {
      this.#post(message);
    },
  );
  /** What the page asks. */
  readonly #answers: Handlers<DashboardRequests> = {
    curve: ({ query }) => {
      this.#known(query.run);
      return this.#rooms.query(query);
    },
  };
  #isReady = false;
  #waiting: { readonly tab: DashboardTab; readonly run: string } | undefined;
  #console: { readonly run: string; readonly folder: string; readonly tail: ConsoleTail } | undefined;

  constructor(panel: vscode.WebviewPanel, rooms: DashboardRooms) {
    this.#panel = panel;
    this.#rooms = rooms;
    this.#owned.add(panel.webview.onDidReceiveMessage((value: unknown) => void this.#receive(value)));
    this.#owned.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#sleep();
      }),
    );
    this.#owned.add(
      rooms.list.onDidChange(() => {
        this.#feed.change();
        this.#followNewestAttempt();
      }),
    );
    this.#owned.add(
      rooms.list.onDidProgress(run => {
        this.#feed.progressed({ id: run.id, state: stateOf(run), progress: progressOf(run) });
      }),
    );
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#welcome()));
    loadWebview(panel.webview, rooms.extensionUri, { bundle: 'dashboard', title: 'Training' });
  }

  show(): void {
    this.#panel.reveal();
  }

  /** At once, or as soon as the webview is there. */
  reveal(tab: DashboardTab, run: string): void {
    if (this.#isReady) this.#post({ type: 'reveal', tab, run });
    else this.#waiting = { tab, run };
  }

  dispose(): void {
    this.#sleep();
    this.#owned.dispose();
  }

  /** Its webview is gone until the tab is looked at again; then it says `ready` again. */
  #sleep(): void {
    this.#isReady = false;
    this.#feed.close();
    this.#openConsole(null);
  }

  #receive(value: unknown): Promise<void> {
    return obeyMessage(
      'The dashboard',
      readDashboardMessage(value),
      message => this.#obey(message),
      this.#rooms.log,
    );
  }

  async #obey(message: FromDashboard): Promise<void> {
    if ('id' in message) {
      return respond(this.#answers, message, answer => {
        this.#post(answer);
      });
    }
    switch (message.type) {
      case 'ready':
        this.#begin();
        return;
      case 'runsTaken':
        this.#feed.taken();
        return;
      case 'command':
        return this.#command(message);
      case 'open':
        if (message.what === 'manageTrust') return vscode.commands.executeCommand('workbench.trust.manage');
        return this.#rooms.command(message.what);
      case 'openConsole':
        this.#openConsole(message.run);
        return;
      case 'setPreferences':
        return this.#rooms.workspaceState.update(PREFERENCES, message.preferences);
      case 'setPlotted':
        this.#known(message.run);
        this.#rooms.list.setPlotted(message.run, message.plotted);
        return;
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
      case 'exportCsv':
        return exportCurve(message.tag, this.#rooms.list.runs(), this.#rooms.query);
      case 'openLocation':
        return openFailure(currentAttempt(this.#known(message.run))?.record.failure);
      case 'openOrigin': {
        const node = { kind: 'run', run: this.#known(message.run).id } as const;
        return this.#rooms.command('revealOrigin', node);
      }
    }
  }

  #begin(): void {
    this.#isReady = true;
    this.#post({ type: 'preferences', preferences: this.#preferences() });
    void this.#welcome();
    this.#feed.open();
    if (this.#waiting !== undefined) this.#post({ type: 'reveal', ...this.#waiting });
    this.#waiting = undefined;
  }

  async #welcome(): Promise<void> {
    const welcome = this.#rooms.welcome();
    this.#post({ type: 'welcome', welcome: { ...welcome, script: null } });
    if (!welcome.trusted || this.#rooms.list.runs().length > 0) return;
    const script = await this.#rooms.findScript();
    if (script !== null) this.#post({ type: 'welcome', welcome: { ...welcome, script } });
  }

  #preferences(): DashboardPreferences {
    const kept = { ...defaultPreferences, ...this.#rooms.workspaceState.get<object>(PREFERENCES) };
    return isPreferences(kept) ? { ...kept, tab: knownTab(kept.tab) } : defaultPreferences;
  }

  async #command({ command, run }: Extract<FromDashboard, { type: 'command' }>): Promise<void> {
    const node = run === null ? undefined : ({ kind: 'run', run: this.#known(run).id } as const);
    if (command !== 'start') await this.#rooms.command(runCommands[command], node);
    else if (node === undefined) await this.#rooms.command('start');
    else await this.#rooms.command('startAgain', node);
  }

  #openConsole(id: string | null): void {
    this.#console?.tail.dispose();
    this.#console = undefined;
    const run = id === null ? undefined : this.#rooms.list.run(id);
    const folder = run === undefined ? undefined : currentAttempt(run)?.folder;
    if (id === null || folder === undefined) return;
    const tail = new ConsoleTail(consolePath(folder), ({ offset, text }) => {
      this.#post({ type: 'console', run: id, offset, text });
    });
    this.#console = { run: id, folder, tail };
  }

  /** A new attempt has a console of its own. */
  #followNewestAttempt(): void {
    if (this.#console === undefined) return;
    const run = this.#rooms.list.run(this.#console.run);
    if (run !== undefined && currentAttempt(run)?.folder !== this.#console.folder) this.#openConsole(run.id);
  }

  #known(id: string): TrainingRun {
    const run = this.#rooms.list.run(id);
    if (run === undefined) throw new Error('That run is no longer there.');
    return run;
  }

  #post(message: ToDashboard): void {
    if (this.#isReady) void this.#panel.webview.postMessage(message);
  }
}
