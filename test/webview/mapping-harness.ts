import type { Page } from 'playwright-core';
import type { FromMapping } from '../../src/protocol/mapping.ts';
import { MappingHost } from './mapping-host.ts';
import { mappingScenes, type MappingSceneName } from './mapping-scenes.ts';
import { PageHarness, type BrowserOptions } from './page-harness.ts';

export interface MappingPageOptions extends BrowserOptions {
  readonly scene?: MappingSceneName;
  /** What the page kept before it was loaded again. */
  readonly state?: object;
}

export interface OpenMapping {
  readonly page: Page;
  readonly host: MappingHost;
}

/** The mapping editor's page, with a scene that the host shows. */
export class MappingHarness {
  readonly #pages: PageHarness;

  private constructor(pages: PageHarness) {
    this.#pages = pages;
  }

  static async start(): Promise<MappingHarness> {
    return new MappingHarness(
      await PageHarness.start({
        script: 'webview/mapping/main.ts',
        fakeExtension: 'test/webview/fake-mapping-extension.ts',
      }),
    );
  }

  async open({ scene = 'vgg', state, ...options }: MappingPageOptions = {}): Promise<OpenMapping> {
    const host = new MappingHost(mappingScenes[scene]());
    const page = await this.#pages.open(
      state === undefined ? {} : { state: JSON.stringify(state) },
      { width: 1100, ...options },
      opened => Promise.all([opened.locator('.grid-row').first().waitFor(), host.told]),
      async opened => {
        host.connect(message =>
          opened.evaluate(each => {
            window.mappingExtension.post(each);
          }, message),
        );
        await opened.exposeFunction('toMappingHost', (message: FromMapping) => host.receive(message));
      },
    );
    return { page, host };
  }

  stop(): Promise<void> {
    return this.#pages.stop();
  }
}
