/** A webview's page in a real browser, without VS Code: its bundle, the extension's HTML, a fake extension. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/browser.ts';
import { webviewPage } from '../../src/catalog/webview-page.ts';

type ThemeName = 'light' | 'dark' | 'hc';

export interface BrowserOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  /** Time stands still until the test lets it run. */
  readonly clock?: boolean;
}

/** Files, from the project's root. */
export interface PageSources {
  readonly script: string;
  /** Stands in for the extension: defines `acquireVsCodeApi`. */
  readonly fakeExtension: string;
}

const THEME_CLASSES = { light: 'vscode-light', dark: 'vscode-dark', hc: 'vscode-high-contrast' };
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

export class PageHarness {
  readonly #browser: Browser;
  readonly #server: Server;
  readonly #folder: string;

  private constructor(browser: Browser, server: Server, folder: string) {
    this.#browser = browser;
    this.#server = server;
    this.#folder = folder;
  }

  static async start(sources: PageSources): Promise<PageHarness> {
    const executablePath = findBrowser();
    if (executablePath === undefined) throw new Error('No Chrome, Edge or Chromium was found.');
    const folder = await mkdtemp(join(tmpdir(), 'slim-webview-'));
    await bundle(folder, sources);
    const server = createServer((request, response) => {
      respond(folder, request.url ?? '/', `http://${request.headers.host ?? ''}`).then(
        ({ type, body }) => response.writeHead(200, { 'content-type': type }).end(body),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const browser = await chromium.launch({
      executablePath,
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...[
          '--disable-gpu',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
        ],
      ],
    });
    return new PageHarness(browser, server, folder);
  }

  /** `parameters`: what the fake extension reads from the address. `prepare` comes before the page is loaded. */
  async open(
    parameters: Readonly<Record<string, string>>,
    { theme = 'dark', width = 1000, height = 800, scale = 1, clock = false }: BrowserOptions,
    isReady: (page: Page) => Promise<unknown>,
    prepare: (page: Page) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Page> {
    const page = await this.#browser.newPage({
      viewport: { width, height },
      deviceScaleFactor: scale,
      locale: 'en-US',
      timezoneId: 'UTC',
    });
    const errors: string[] = [];
    page.on('pageerror', error => errors.push(error.message));
    if (clock) {
      const now = Date.now();
      await page.clock.install({ time: now });
      // It runs until it is told to stand still at some time to come.
      await page.clock.pauseAt(now + 60_000);
    }
    await prepare(page);
    const { port } = this.#server.address() as AddressInfo;
    const query = new URLSearchParams({ ...parameters, theme }).toString();
    await page.goto(`http://127.0.0.1:${port}/?${query}`);
    await page.evaluate(() => document.fonts.ready);
    await isReady(page);
    if (errors.length > 0) throw new Error(errors.join('\n'));
    return page;
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
    await rm(this.#folder, { recursive: true });
  }
}

async function bundle(outdir: string, { script, fakeExtension }: PageSources): Promise<void> {
  const root = join(import.meta.dirname, '../..');
  const common: BuildOptions = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    outdir,
    logLevel: 'error',
  };
  await Promise.all([
    // In pieces, as it is shipped.
    build({ ...common, entryPoints: { page: script }, format: 'esm', splitting: true }),
    build({ ...common, entryPoints: { 'fake-extension': fakeExtension }, format: 'iife' }),
  ]);
}

async function respond(
  folder: string,
  url: string,
  origin: string,
): Promise<{ type: string; body: string | Buffer }> {
  const { pathname, searchParams } = new URL(url, origin);
  if (pathname === '/')
    return { type: 'text/html', body: html(origin, searchParams.get('theme') as ThemeName) };
  if (pathname === '/themes.css')
    return { type: 'text/css', body: await readFile(join(import.meta.dirname, 'themes.css')) };
  return {
    type: TYPES[extname(pathname)] ?? 'application/octet-stream',
    body: await readFile(join(folder, pathname)),
  };
}

/** The extension's own page, with the fake extension and a theme put in as VS Code would. */
function html(origin: string, theme: ThemeName): string {
  const page = webviewPage({
    title: 'Test',
    language: 'en',
    cspSource: origin,
    script: '/page.js',
    style: '/page.css',
  });
  const nonce = /nonce="([^"]+)"/.exec(page)?.[1] ?? '';
  const kind = THEME_CLASSES[theme];
  return page
    .replace(
      '</head>',
      `<link rel="stylesheet" href="/themes.css" nonce="${nonce}"><script nonce="${nonce}" src="/fake-extension.js"></script></head>`,
    )
    .replace('<body>', `<body class="${kind}" data-vscode-theme-kind="${kind}">`);
}
