import { afterAll, beforeAll, describe } from 'vitest';
import { findBrowser } from '../../scripts/browser.ts';
import { DashboardHarness } from './dashboard-harness.ts';

/** Tests that need a browser: skipped where there is none, but not in CI, where they fail then. */
export function describeInBrowser(name: string, tests: (harness: () => DashboardHarness) => void): void {
  const skipped = findBrowser() === undefined && !process.env['CI'];
  const title = skipped ? `${name} (skipped: no Chrome, Edge or Chromium; CHROME_PATH can name one)` : name;
  describe.skipIf(skipped)(title, () => {
    let harness: DashboardHarness | undefined;
    beforeAll(async () => {
      harness = await DashboardHarness.start();
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
