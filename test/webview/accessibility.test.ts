/** Every page, in every theme, held to the rules of WCAG that a machine can check. */

import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { CheckpointHarness } from './checkpoint-harness.ts';
import { DashboardHarness } from './dashboard-harness.ts';
import { describeWithHarness } from './in-browser.ts';
import { MappingHarness } from './mapping-harness.ts';

/** What is wrong, by rule and by the elements that break it. */
async function violations(page: Page): Promise<string[]> {
  // Told to the browser as its debugger would, which the page's content security policy leaves alone.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations: all } = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      // A webview is a part of VS Code's window, which has the landmarks.
      rules: {
        region: { enabled: false },
        'page-has-heading-one': { enabled: false },
        // The focus stays on the grid around the rows, whose keys scroll them.
        'scrollable-region-focusable': { enabled: false },
      },
    });
    return all.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
  });
  return found.map(words => words.replaceAll(/\s+/g, ' '));
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

describeWithHarness(
  'the accessibility of the mapping editor',
  () => MappingHarness.start(),
  harness => {
    it.each([
      ['light', 'conflicts'],
      ['hc', 'nothing'],
    ] as const)('in a %s theme, where something is wrong: %s', async (theme, scene) => {
      const { page } = await harness().open({ theme, scene });
      expect(await violations(page)).toEqual([]);
      await page.close();
    });

    it('in a dark theme, with a variable selected and the list for another one open', async () => {
      const { page } = await harness().open();
      const row = (name: string): Locator => page.locator('.grid-row', { hasText: name }).first();
      await row('class_embedding').click({ position: { x: 60, y: 10 } });
      await page.locator('.verdict').waitFor();
      await row('gamma').locator('[data-part=source]').click();
      await page.getByRole('option').first().waitFor();
      expect(await violations(page)).toEqual([]);
      await page.close();
    });
  },
);

describeWithHarness(
  'the accessibility of the checkpoint editor',
  () => CheckpointHarness.start(),
  harness => {
    it.each(['light', 'hc'] as const)('in a %s theme, while comparing', async theme => {
      const page = await harness().open({ theme });
      await page.evaluate(() => {
        window.checkpointExtension.isComparing = true;
        window.checkpointExtension.compare();
      });
      await page.locator('.row-label[title="conv1/weights"]').click();
      await page.locator('.segment', { hasText: 'Difference' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.close();
    });

    it('in a dark theme, with a damaged variable and values as a table', async () => {
      const page = await harness().open({ scene: 'damaged' });
      await page.locator('.row-label[title="fc3/weights"]').click();
      await page.locator('.segment', { hasText: 'Table' }).click();
      await page.locator('.table-row [role=cell]').first().waitFor();
      expect(await violations(page)).toEqual([]);
      await page.close();
    });
  },
);

describeWithHarness(
  'the accessibility of the dashboard',
  () => DashboardHarness.start(),
  harness => {
    it.each(['light', 'dark', 'hc'] as const)('in a %s theme', async theme => {
      const page = await harness().open({ theme });
      expect(await violations(page)).toEqual([]);
      await page.close();
    });
  },
);
