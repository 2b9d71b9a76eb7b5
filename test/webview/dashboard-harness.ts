import type { Page } from 'playwright-core';
import { PageHarness, type BrowserOptions } from './page-harness.ts';
import type { SceneName } from './scenes.ts';

export interface PageOptions extends BrowserOptions {
  readonly scene?: SceneName;
  /** The extension never answers `ready`. */
  readonly unready?: boolean;
  /** What the page saved before it was loaded again. */
  readonly state?: object;
}

/** The dashboard's page, with a scene that the fake extension shows. */
export class DashboardHarness {
  readonly #pages: PageHarness;

  private constructor(pages: PageHarness) {
    this.#pages = pages;
  }

  static async start(): Promise<DashboardHarness> {
    return new DashboardHarness(
      await PageHarness.start({
        script: 'webview/dashboard/main.ts',
        fakeExtension: 'test/webview/fake-extension.ts',
      }),
    );
  }

  open({ scene = 'dashboard', unready = false, state, ...options }: PageOptions = {}): Promise<Page> {
    const parameters = {
      scene,
      ...(unready ? { unready: '' } : {}),
      ...(state === undefined ? {} : { state: JSON.stringify(state) }),
    };
    return this.#pages.open(parameters, options, async page => {
      // The first snapshot is on the screen.
      if (!unready && options.clock !== true)
        await page.waitForFunction(() => window.extension.sent.some(({ type }) => type === 'runsTaken'));
    });
  }

  stop(): Promise<void> {
    return this.#pages.stop();
  }
}
