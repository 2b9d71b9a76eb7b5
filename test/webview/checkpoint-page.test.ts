import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { FromCheckpointPage } from '../../src/protocol/checkpoint.ts';
import { CheckpointHarness } from './checkpoint-harness.ts';
import { describeWithHarness } from './in-browser.ts';

function row(page: Page, title: string): Locator {
  return page.locator('.grid-row', { has: page.locator(`.row-label[title="${title}"]`) });
}

async function sent<T extends FromCheckpointPage['type']>(
  page: Page,
  type: T,
): Promise<Extract<FromCheckpointPage, { type: T }>[]> {
  const messages = await page.evaluate(() => window.checkpointExtension.sent);
  return messages.filter(
    (message): message is Extract<FromCheckpointPage, { type: T }> => message.type === type,
  );
}

async function compare(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.checkpointExtension.isComparing = true;
    window.checkpointExtension.compare();
  });
}

/** The row that has the cursor, as a screen reader finds it. */
async function active(page: Page): Promise<string> {
  return page.evaluate(() => {
    const id = document.querySelector('.grid')?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.querySelector('.row-label')?.textContent ?? '';
  });
}

const text = (locator: Locator): Promise<string | null> => locator.textContent();

describeWithHarness('the page of a checkpoint', CheckpointHarness.start.bind(CheckpointHarness), harness => {
  it('lists the variables with their statistics, and says that every checksum was right', async () => {
    const page = await harness().open();
    expect(await text(page.locator('.soundness'))).toContain('Verified');
    const biases = row(page, 'logits/biases').first();
    expect(await text(biases.locator('.cell-shape'))).toBe('[10]');
    expect(await text(biases.locator('.cell-bytes'))).toBe('40 bytes');
    expect(await text(biases.locator('.cell-mean'))).toMatch(/^−?0\.\d+$/);
    expect(await text(page.locator('.facts'))).toContain('step 4,000');
    expect(await page.evaluate(() => window.checkpointExtension.violations)).toEqual([]);
    await page.close();
  });

  it('shows dashes until a variable has been read, and tells what is on the screen', async () => {
    const page = await harness().open({ silent: true });
    const cell = row(page, 'conv1/weights').first().locator('.cell-mean');
    expect(await text(cell)).toBe('—');
    expect(await text(page.locator('.soundness'))).toBe('Read 0 of 17');
    const variables = (await sent(page, 'visible')).at(-1)?.variables;
    expect(variables).toHaveLength(17);
    await page.evaluate(() => {
      window.checkpointExtension.report([0]);
    });
    await expect.poll(() => text(cell)).not.toBe('—');
    expect(await text(page.locator('.soundness'))).toBe('Read 1 of 17');
    await page.close();
  });

  it('leads to the damaged variable, names it, and shows the others', async () => {
    const page = await harness().open({ scene: 'damaged' });
    const link = page.locator('.soundness button');
    expect(await text(link)).toBe('Damaged: 1 of 17 variables');
    await link.click();
    expect(await active(page)).toBe('weights');
    expect(await text(page.locator('.pane-message'))).toContain('offset 3456');
    expect(await text(row(page, 'conv2/weights').first())).toContain('Damaged');
    expect(await text(row(page, 'conv1/weights').first().locator('.cell-mean'))).not.toBe('—');
    await page.close();
  });

  it('is walked through by the keys of a tree', async () => {
    const page = await harness().open();
    await page.locator('.grid').focus();
    const keys = async (...pressed: readonly string[]): Promise<string> => {
      for (const key of pressed) await page.keyboard.press(key);
      return active(page);
    };
    expect(await keys('Home')).toBe('conv1');
    expect(await keys('ArrowRight')).toBe('biases');
    expect(await keys('ArrowLeft')).toBe('conv1');
    const before = await page.locator('.grid').getAttribute('aria-rowcount');
    expect(await keys('ArrowLeft')).toBe('conv1');
    expect(Number(await page.locator('.grid').getAttribute('aria-rowcount'))).toBe(Number(before) - 2);
    expect(await keys('ArrowDown')).toBe('conv2');
    expect(await keys('ArrowUp', 'Enter', 'ArrowDown')).toBe('biases');
    expect(await keys('End')).toBe('logits/weights');
    expect(await text(page.locator('.pane-title'))).toBe('logits/weights/Momentum');
    await page.close();
  });

  it('sorts on a click, and back', async () => {
    const page = await harness().open();
    const head = page.locator('.head-button', { hasText: 'Size' });
    const first = (): Promise<string | null> => text(page.locator('#row-0 .row-label'));
    await head.click();
    expect(await first()).toBe('fc3/weights');
    const columns = page.locator('[role=columnheader]', { hasText: 'Size' });
    expect(await columns.getAttribute('aria-sort')).toBe('descending');
    await head.click();
    expect(await columns.getAttribute('aria-sort')).toBe('ascending');
    await head.click();
    expect(await first()).toBe('conv1');
    await page.close();
  });

  it('finds variables by words, from Ctrl+F on', async () => {
    const page = await harness().open();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('fc3 mom');
    await expect.poll(() => text(page.locator('.filter-count'))).toBe('2 of 17');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('grid');
    await page.keyboard.press('Control+f');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.grid').getAttribute('aria-rowcount')).toBe('23');
    await page.keyboard.type('nothing like this');
    await expect
      .poll(() => text(page.locator('.none-found')))
      .toContain('No variable matches nothing like this.');
    await page.close();
  });

  it('compares: change, both histograms, this, other and difference', async () => {
    const page = await harness().open();
    await row(page, 'conv1/weights').first().click();
    await compare(page);
    await expect.poll(() => text(row(page, 'conv1/weights').first().locator('.cell-change'))).toMatch(/%$/);
    expect(await text(page.locator('.banner-info'))).toBe('Only in model.ckpt-3000: gone.');
    await page.locator('.segment', { hasText: 'Difference' }).waitFor();
    await page.locator('.value-box').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => text(page.locator('.value-reading'))).toMatch(/^Kernel 0, \(0, 1\): .* was /);
    await page.locator('.segment', { hasText: 'Difference' }).click();
    await expect.poll(() => text(page.locator('.value-reading'))).not.toContain('was');
    await page.locator('.head-button', { hasText: 'Change' }).click();
    expect(await text(page.locator('#row-0 .row-label'))).toContain('Momentum');
    await page.locator('[title="Stop Comparing"]').click();
    expect((await sent(page, 'compare')).at(-1)?.choice).toBeNull();
    await expect.poll(() => text(page.locator('#row-0 .row-label'))).toBe('conv1');
    await page.close();
  });

  it('shows values as a table of which only a part is asked for', async () => {
    const page = await harness().open();
    await row(page, 'fc3/weights').first().click();
    await page.locator('.segment', { hasText: 'Table' }).click();
    const cell = page.locator('.table-row [role=cell]').first();
    await expect.poll(() => text(cell)).toMatch(/\d/);
    const [asked] = await sent(page, 'window');
    expect(asked).toMatchObject({ rows: [0, 64], columns: [0, 32] });
    await page.locator('.value-table').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => text(page.locator('.table-head .table-place'))).toBe('32–63');
    await page.close();
  });

  it('shows whatever else a variable can be, as text and never as HTML', async () => {
    const page = await harness().open({ scene: 'kinds' });
    const shows = async (name: string, words: string): Promise<void> => {
      await row(page, name).first().click();
      await expect.poll(() => text(page.locator('.pane'))).toContain(words);
    };
    await shows('names', '<img src=x onerror="window.hacked=1">');
    await shows('large/step', '9007199254740991');
    await shows('empty', 'No values.');
    await shows('opaque', 'only TensorFlow can read it');
    await shows('huge', 'takes 300 MB of memory');
    await page.locator('.pane-message tk-button').click();
    expect(await sent(page, 'readLarge')).toHaveLength(1);
    expect(await text(row(page, 'odd').first())).toContain('3 not finite');
    expect(await text(page.locator('.banner-warning'))).toContain('broken.npy ends at offset 12');
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    await page.close();
  });

  it('says why a file cannot be opened, and offers to try again', async () => {
    const page = await harness().open({ scene: 'failed' });
    expect(await text(page.locator('.failure'))).toContain('damaged at offset 120');
    await page.locator('.failure tk-button').click();
    expect(await sent(page, 'retry')).toHaveLength(1);
    await page.close();
  });

  it('keeps selection, filter and folds when the file was saved anew', async () => {
    const page = await harness().open();
    await row(page, 'fc3').locator('.twistie').click();
    await row(page, 'conv2/weights').first().click();
    await page.evaluate(() => {
      window.checkpointExtension.open();
    });
    await expect.poll(() => text(page.locator('.pane-title'))).toBe('conv2/weights');
    expect(await row(page, 'fc3').getAttribute('aria-expanded')).toBe('false');
    expect(await active(page)).toBe('weights');
    await page.close();
  });

  it('has elements for no more of 5,000 variables than are seen, also after scrolling', async () => {
    const page = await harness().open({ scene: 'many' });
    expect(await page.locator('.grid').getAttribute('aria-rowcount')).toBe('5551');
    await page.locator('.grid').focus();
    await page.keyboard.press('End');
    expect(await active(page)).toBe('variable9');
    expect(await page.locator('.grid-body .grid-row').count()).toBeLessThan(60);
    const [last] = (await sent(page, 'visible')).slice(-1);
    expect(last?.variables).toContain(4999);
    await page.close();
  });

  it('copies names, exports, and starts warm', async () => {
    const page = await harness().open();
    await row(page, 'conv1/biases').first().click();
    await page.locator('.pane [title="Copy Name"]').click();
    await page.locator('.pane [title="Export as .npy..."]').click();
    await page.locator('[title="Export as .npz..."]').click();
    await page.locator('tk-button', { hasText: 'Warm Start from This...' }).click();
    const messages = await page.evaluate(() => window.checkpointExtension.sent);
    expect(messages.slice(-4)).toEqual([
      { type: 'copy', text: 'conv1/biases' },
      { type: 'export', variable: 1 },
      { type: 'export', variable: null },
      { type: 'warmStart' },
    ]);
    await page.close();
  });

  it('never scrolls sideways down to 320 pixels', async () => {
    const page = await harness().open({ width: 320, height: 700 });
    await compare(page);
    for (const width of [320, 500, 700, 900, 1200]) {
      await page.setViewportSize({ width, height: 700 });
      // What is measured in one frame is laid out in the next.
      await page.evaluate(
        () =>
          new Promise(resolve => {
            requestAnimationFrame(() => requestAnimationFrame(resolve));
          }),
      );
      const overflowing = await page.evaluate(() =>
        [
          ...document.querySelectorAll(
            '.inspector, .checkpoint-header, .list-toolbar, .grid, .grid-body, .pane',
          ),
        ]
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ className }) => className),
      );
      expect(overflowing, `${width}`).toEqual([]);
    }
    await page.close();
  });
});
