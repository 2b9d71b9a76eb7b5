/** The checkpoint's page in a real browser. */

import type { Page } from 'playwright-core';
import type { CheckpointSceneName } from './checkpoint-scenes.ts';
import { PageHarness, type BrowserOptions } from './page-harness.ts';

export interface CheckpointPageOptions extends BrowserOptions {
  readonly scene?: CheckpointSceneName;
  /** Nothing is reported until the test says so. */
  readonly silent?: boolean;
}

export class CheckpointHarness {
  readonly #pages: PageHarness;

  private constructor(pages: PageHarness) {
    this.#pages = pages;
  }

  static async start(): Promise<CheckpointHarness> {
    return new CheckpointHarness(
      await PageHarness.start({
        script: 'webview/checkpoint/main.ts',
        fakeExtension: 'test/webview/fake-checkpoint-extension.ts',
      }),
    );
  }

  open({ scene = 'lenet', silent = false, ...options }: CheckpointPageOptions = {}): Promise<Page> {
    return this.#pages.open({ scene, ...(silent ? { silent: '' } : {}) }, options, page =>
      page.waitForSelector(':is(.grid-body .grid-row, .failure, .none-found):visible'),
    );
  }

  async stop(): Promise<void> {
    await this.#pages.stop();
  }
}
