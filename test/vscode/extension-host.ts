import { setTimeout as wait } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';
import { workbenchAddress, type Server } from '../../scripts/vscode/server.ts';

export interface HostedTests {
  /** Folder that the window opens. */
  readonly workspace: string;
  /** Folder of the extension under development. */
  readonly extension: string;
  /** CommonJS file that exports `run(): Promise<void>`. It runs inside the extension host. */
  readonly module: string;
  readonly timeoutSecs: number;
  /** What they print to the console. */
  readonly onOutput?: (line: string) => void;
}

/**
 * Opens a window with an extension under development and calls `run` of a test module in its extension host: what
 * VS Code's `--extensionDevelopmentPath` and `--extensionTestsPath` do on the desktop.
 *
 * @returns whether `run` was fulfilled.
 * @throws when it has not ended in time.
 */
export async function runInExtensionHost(
  context: BrowserContext,
  server: Server,
  tests: HostedTests,
): Promise<boolean> {
  const page = await context.newPage();
  try {
    const exitCode = new Promise<number>((resolve, reject) => {
      const { onOutput } = tests;
      // VS Code looks for these two functions of an automated window.
      page.exposeFunction('codeAutomationExit', resolve).catch(reject);
      page
        .exposeFunction('codeAutomationLog', (_: string, parts: readonly unknown[]) =>
          onOutput?.(parts.join(' ')),
        )
        .catch(reject);
    });
    await page.addInitScript({ content: developmentOptions(server, tests) });
    await page.goto(workbenchAddress(server, tests.workspace));
    const timeout = wait(tests.timeoutSecs * 1000, undefined, { ref: false }).then(() => {
      throw new Error(`The tests in the extension host had not ended after ${tests.timeoutSecs} s.`);
    });
    return (await Promise.race([exitCode, timeout])) === 0;
  } finally {
    await page.close();
  }
}

/**
 * The workbench reads its configuration from an attribute of a `<meta>` element. code-server has no option for an
 * extension under development; a page can add it to what is read.
 */
function developmentOptions(server: Server, tests: HostedTests): string {
  const remote = (file: string) => ({
    scheme: 'vscode-remote',
    authority: new URL(server.url).host,
    path: file,
  });
  const options = { extensions: [remote(tests.extension)], extensionTestsPath: remote(tests.module) };
  return `{
    const getAttribute = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = getAttribute.call(this, name);
      if (name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration' || !value) return value;
      return JSON.stringify({ ...JSON.parse(value), developmentOptions: ${JSON.stringify(options)} });
    };
  }`;
}
