/**
 * Stands in for the extension in the dashboard's page: takes its messages and answers as the extension and the
 * monitor would. Tests hold answers back, change the runs and read what was sent.
 */

import { DashboardFeed } from '../../src/catalog/dashboard-feed.ts';
import type { DashboardRequests, FromDashboard, ToDashboard } from '../../src/protocol/dashboard.ts';
import { respond, type Handlers, type Question } from '../../src/protocol/requests.ts';
import type { Scene, SceneName, SceneRun } from './scenes.ts';
import { scenes } from './scenes.ts';
import { answer } from './synthetic-curves.ts';

class FakeExtension {
  readonly sent: FromDashboard[] = [];
  readonly violations: string[] = [];
  readonly scene: Scene;
  runs: readonly SceneRun[];
  /** Answers wait in `held` instead of being given. */
  holdsAnswers = false;
  readonly held: Question<DashboardRequests>[] = [];
  state: unknown;
  /** The extension's own. */
  readonly feed: DashboardFeed;
  /** For each message on its way to the page, who waits until it is there. */
  readonly #underWay: (() => void)[] = [];
  #posted: Promise<void> = Promise.resolve();
  /** Frames that the page has asked for and not been given yet. */
  readonly #frames = new Set<number>();

  constructor(scene: Scene) {
    this.scene = scene;
    this.runs = scene.runs;
    this.feed = new DashboardFeed(
      () => this.runs.map(({ tags, ...run }) => ({ run, tags })),
      message => void this.post(message),
    );
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
    this.#posted = new Promise(resolve => this.#underWay.push(resolve));
    return this.#posted;
  }

  receive(message: FromDashboard): void {
    this.sent.push(message);
    switch (message.type) {
      case 'ready':
        void this.post({ type: 'preferences', preferences: this.scene.preferences });
        void this.post({ type: 'welcome', welcome: this.scene.welcome });
        this.feed.open();
        break;
      case 'runsTaken':
        this.feed.taken();
        break;
      case 'curve':
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

  /** Resolves when the page has got what it is sent of that now: nothing, if it has not shown the last yet. */
  postRuns(runs: readonly SceneRun[]): Promise<void> {
    this.runs = runs;
    this.feed.change();
    return this.#posted;
  }

  async answer(question: Question<DashboardRequests>): Promise<void> {
    const handlers: Handlers<DashboardRequests> = {
      curve: ({ query }) => {
        const curve = this.scene.curves[query.run]?.[query.tag];
        if (!curve) throw new Error(`${query.run} has no tag ${query.tag}.`);
        return answer(curve, query);
      },
    };
    await respond(handlers, question, message => void this.post(message));
    await this.#posted;
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
const state = parameters.get('state');
if (state !== null) extension.state = JSON.parse(state);
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
