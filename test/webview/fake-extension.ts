/**
 * Stands in for the extension in the dashboard's page: takes its messages and answers as the extension and the
 * monitor would. Tests hold answers back, change the runs and read what was sent.
 */

import type { DashboardRun, FromDashboard, ToDashboard } from '../../src/protocol/dashboard.ts';
import type { SeriesQuery } from '../../src/protocol/series.ts';
import type { Scene, SceneName } from './scenes.ts';
import { scenes } from './scenes.ts';
import { answer } from './synthetic-curves.ts';

interface Question {
  readonly id: number;
  readonly query: SeriesQuery;
}

class FakeExtension {
  readonly sent: FromDashboard[] = [];
  readonly violations: string[] = [];
  readonly scene: Scene;
  runs: readonly DashboardRun[];
  /** Answers wait in `held` instead of being given. */
  holdsAnswers = false;
  readonly held: Question[] = [];
  state: unknown;
  /** For each message on its way to the page, who waits until it is there. */
  readonly #underWay: (() => void)[] = [];
  /** Frames that the page has asked for and not been given yet. */
  readonly #frames = new Set<number>();

  constructor(scene: Scene) {
    this.scene = scene;
    this.runs = scene.runs;
    document.addEventListener('securitypolicyviolation', event => {
      this.violations.push(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`,
      );
    });
    window.addEventListener('message', () => this.#underWay.shift()?.());
    const requestFrame = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = callback => {
      const frame = requestFrame(time => {
        this.#frames.delete(frame);
        callback(time);
      });
      this.#frames.add(frame);
      return frame;
    };
  }

  /** The page has got every message, and every frame that it asked for. */
  get isIdle(): boolean {
    return this.#underWay.length === 0 && this.#frames.size === 0;
  }

  /** Resolves when the page has got it. */
  post(message: ToDashboard): Promise<void> {
    window.postMessage(message, '*');
    return new Promise(resolve => this.#underWay.push(resolve));
  }

  receive(message: FromDashboard): void {
    this.sent.push(message);
    switch (message.type) {
      case 'ready':
        void this.post({ type: 'preferences', preferences: this.scene.preferences });
        void this.post({ type: 'welcome', welcome: this.scene.welcome });
        void this.postRuns(this.runs);
        break;
      case 'query':
        if (this.holdsAnswers) this.held.push(message);
        else void this.answer(message);
        break;
      case 'openConsole':
        if (message.run !== null)
          void this.post({ type: 'console', run: message.run, offset: 0, text: this.scene.console });
        break;
      default:
    }
  }

  postRuns(runs: readonly DashboardRun[]): Promise<void> {
    this.runs = runs;
    return this.post({ type: 'runs', runs });
  }

  answer({ id, query }: Question): Promise<void> {
    const curve = this.scene.curves[query.run]?.[query.tag];
    return this.post(
      curve
        ? { type: 'series', id, window: answer(curve, query) }
        : { type: 'seriesFailure', id, message: `${query.run} has no tag ${query.tag}.` },
    );
  }

  /** Answers what waits in `held`. */
  async answerHeld(): Promise<void> {
    await Promise.all(this.held.splice(0).map(question => this.answer(question)));
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
