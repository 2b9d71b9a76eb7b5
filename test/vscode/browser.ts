import { chromium, type BrowserContext, type Page, type Request } from 'playwright-core';
import { findBrowser } from '../../scripts/browser.ts';

export interface TestBrowser {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Origins other than the server on 127.0.0.1 that pages have asked for. None of them was reached. */
  readonly foreignOrigins: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a headless browser that can reach nothing but 127.0.0.1.
 * @param userDataFolder an empty folder.
 */
export async function openBrowser(
  userDataFolder: string,
  viewport: { readonly width: number; readonly height: number } = { width: 1440, height: 900 },
  deviceScaleFactor = 1,
): Promise<TestBrowser> {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new Error(
      'No Chrome, Edge or Chromium was found. CHROME_PATH names one that is somewhere unusual.',
    );
  const isRoot = process.getuid?.() === 0;
  const context = await chromium.launchPersistentContext(userDataFolder, {
    executablePath,
    headless: true,
    viewport,
    deviceScaleFactor,
    args: [
      ...(isRoot ? ['--no-sandbox'] : []), // Chromium's sandbox does not work for root
      ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync'],
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const foreignOrigins = new Set<string>();
  const note = (request: Request): void => {
    const { protocol, hostname, origin } = new URL(request.url());
    if (/^(http|ws)s?:$/.test(protocol) && hostname !== '127.0.0.1') foreignOrigins.add(origin);
  };
  context.on('requestfailed', note);
  context.on('response', response => {
    // A webview's resources have made-up addresses, which VS Code's service worker answers.
    if (!response.fromServiceWorker()) note(response.request());
  });
  const page = context.pages()[0] ?? (await context.newPage());
  return { context, page, foreignOrigins, close: () => context.close() };
}
