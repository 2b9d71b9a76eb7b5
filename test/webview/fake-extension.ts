/**
 * Stands in for the extension in the dashboard's page: takes its messages and answers as the extension and the
 * monitor would. Tests hold answers back, change the runs and read what was sent.
 */

import type { DashboardRun, FromDashboard, ToDashboard } from '../../src/protocol/dashboard.ts';
import type { SeriesQuery } from '../../src/protocol/series.ts';
import type { Scene, SceneName } from './scenes.ts';
import { scenes } from './scenes.ts';
import { answer } from './synthetic-curves.ts';

class FakeExtension {
  readonly sent: FromDashboard[] = [];
  readonly violations: string[] = [];
  readonly scene: Scene;
  runs: readonly DashboardRun[];
  /** Answers wait in `held` instead of being given. */
  holdsAnswers = false;
  readonly held: { readonly id: number; readonly query: SeriesQuery }[] = [];
  state: unknown;

  constructor(scene: Scene) {
    this.scene = scene;
    this.runs = scene.runs;
    document.addEventListener('securitypolicyviolation', event => {
      this.violations.push(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  }

  post(message: ToDashboard): void {
    window.postMessage(message, '*');
  }

  receive(message: FromDashboard): void {
    this.sent.push(message);
    switch (message.type) {
      case 'ready':
        this.post({ type: 'preferences', preferences: this.scene.preferences });
        this.post({ type: 'welcome', welcome: this.scene.welcome });
        this.postRuns(this.runs);
        break;
      case 'query':
        if (this.holdsAnswers) this.held.push(message);
        else this.answer(message.id, message.query);
        break;
      case 'openConsole':
        if (message.run !== null)
          this.post({ type: 'console', run: message.run, offset: 0, text: this.scene.console });
        break;
      default:
    }
  }

  postRuns(runs: readonly DashboardRun[]): void {
    this.runs = runs;
    this.post({ type: 'runs', runs });
  }

  answer(id: number, query: SeriesQuery): void {
    const curve = this.scene.curves[query.run]?.[query.tag];
    if (curve) this.post({ type: 'series', id, window: answer(curve, query) });
    else this.post({ type: 'seriesFailure', id, message: `${query.run} has no tag ${query.tag}.` });
  }

  queries(): SeriesQuery[] {
    return this.sent.flatMap(message => (message.type === 'query' ? [message.query] : []));
  }
}

declare global {
  interface Window {
    extension: FakeExtension;
    acquireVsCodeApi: () => {
      postMessage(message: FromDashboard): void;
      getState(): unknown;
      setState(state: unknown): void;
    };
  }
}

const parameters = new URLSearchParams(location.search);
const extension = new FakeExtension(scenes[(parameters.get('scene') ?? 'dashboard') as SceneName]());
if (parameters.has('unready')) extension.receive = message => void extension.sent.push(message);
window.extension = extension;
window.acquireVsCodeApi = () => ({
  postMessage: message => {
    extension.receive(structuredClone(message));
  },
  getState: () => extension.state,
  setState: state => {
    extension.state = state;
  },
});
