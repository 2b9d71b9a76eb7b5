import { afterAll, beforeAll, describe } from 'vitest';
import { findBrowser } from '../../scripts/browser.ts';
import { DashboardHarness } from './dashboard-harness.ts';

interface Harness {
  stop(): Promise<void>;
}

/** Tests of the dashboard's page. */
export function describeInBrowser(name: string, tests: (harness: () => DashboardHarness) => void): void {
  describeWithHarness(name, () => DashboardHarness.start(), tests);
}

/** Tests that need a browser: skipped where there is none, but not in CI, where they fail then. */
export function describeWithHarness<H extends Harness>(
  name: string,
  start: () => Promise<H>,
  tests: (harness: () => H) => void,
): void {
  const skipped = findBrowser() === undefined && !process.env['CI'];
  const title = skipped ? `${name} (skipped: no Chrome, Edge or Chromium; CHROME_PATH can name one)` : name;
  describe.skipIf(skipped)(title, () => {
    let harness: H | undefined;
    beforeAll(async () => {
      harness = await start();
    }, 60_000);
    afterAll(async () => {
      await harness?.stop();
    });
    tests(() => {
      if (!harness) throw new Error('The harness has not started.');
      return harness;
    });
  });
}
