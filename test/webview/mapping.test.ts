import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeWithHarness } from './in-browser.ts';
import { MappingHarness, type OpenMapping } from './mapping-harness.ts';
import { HOSTILE_NAME, mappingScenes, type MappingSceneName } from './mapping-scenes.ts';

function row(page: Page, text: string): Locator {
  return page.locator('.grid-row').filter({ hasText: text }).filter({ visible: true }).first();
}

async function select(page: Page, text: string): Promise<void> {
  await row(page, text).click({ position: { x: 60, y: 10 } });
}

function labels(page: Page): Promise<(string | null)[]> {
  return page.locator('.grid-row:visible b.ellipsis').allTextContents();
}

async function chips(page: Page): Promise<string[]> {
  const all = await page.locator('.chip:visible').allTextContents();
  return all.map(text => text.replace(/(\d)/, ' $1'));
}

function footer(page: Page): Promise<string | null> {
  return page.locator('.footer-words').textContent();
}

/** What the file says of variables, once it says `expected`. */
async function expectVariables({ host }: OpenMapping, expected: object): Promise<void> {
  await expect
    .poll(() => (JSON.parse(host.text) as { variables?: object }).variables ?? {})
    .toEqual(expected);
}

describeWithHarness(
  'The mapping editor',
  () => MappingHarness.start(),
  harness => {
    const scenes = Object.keys(mappingScenes) as MappingSceneName[];

    it.each(scenes)(
      'keeps to its content security policy, and has no horizontal scroll bar at 320 px: %s',
      async scene => {
        const { page } = await harness().open({ scene, width: 320, height: 800 });
        const first = page.locator('.model-row:visible').first();
        if (await first.isVisible()) await first.click({ position: { x: 30, y: 10 } });
        const wide = await page.evaluate(() =>
          [...document.querySelectorAll('html, body, .mapping, .grid-rows, .patterns, .detail, .notices')]
            .filter(node => node.scrollWidth > node.clientWidth)
            .map(node => node.className || node.tagName),
        );
        expect(wide).toEqual([]);
        expect(await page.evaluate(() => window.mappingExtension.violations)).toEqual([]);
        await page.close();
      },
    );

    it('groups variables by scope, says what becomes of them and why', async () => {
      const { page } = await harness().open();
      expect(await labels(page)).toEqual([
        'conv1',
        'conv2',
        'fc6',
        'fc7',
        'fc7_bn',
        'fc8',
        'Only in the checkpoint',
      ]);
      expect(await chips(page)).toEqual([
        'restored 10',
        'partial 1',
        'initialized 2',
        'skipped 2',
        'unused 3',
      ]);
      expect(await row(page, 'conv1_1/weights').innerText()).toContain('by rule ^vgg_16/ → ""');
      expect(await row(page, 'vgg_16/fc_6/kernel').innerText()).toContain('similar name 0.80');
      expect(await row(page, 'class_embedding').innerText()).toContain('shape differs: rows 0–9 of 1,001');
      expect(await row(page, 'gamma').innerText()).toContain('not in the checkpoint');
      expect(await footer(page)).toBe(
        '11 of 15 variables come from the checkpoint. 4 keep their initial value.',
      );
      await page.getByRole('radio', { name: 'Flat' }).click();
      expect(await labels(page)).toEqual(['Only in the checkpoint']);
      await page.close();
    });

    it('is worked by keyboard alone', async () => {
      const opened = await harness().open();
      const { page } = opened;
      const grid = page.getByRole('treegrid');
      const active = async (): Promise<string> => {
        const id = await grid.getAttribute('aria-activedescendant');
        return (await page.locator(`#${id ?? ''}`).innerText()).split('\n')[0] ?? '';
      };
      await grid.focus();
      expect(await active()).toBe('conv1');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowDown');
      expect(await active()).toBe('conv2');
      await page.keyboard.press('End');
      expect(await active()).toBe('—');
      await page.keyboard.press('Home');
      expect(await row(page, 'conv1').getAttribute('aria-expanded')).toBe('false');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      expect(await active()).toBe('conv1_1/weights');
      await page.keyboard.press('ArrowLeft');
      expect(await active()).toBe('conv1');

      // Space: skip, and restore again.
      const kept = {
        'fc6/weights': { from: 'vgg_16/fc_6/kernel' },
        'fc6/biases': { from: 'vgg_16/fc_6/bias' },
        class_embedding: { action: 'partial' },
      };
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await expectVariables(opened, { ...kept, 'conv1/conv1_1/weights': { action: 'skip' } });
      await expect.poll(() => row(page, 'conv1_1/weights').innerText()).toContain('skipped in the mapping');
      await page.keyboard.press('Space');
      await expectVariables(opened, kept);

      // Delete: unmatch. Enter: choose another source.
      await select(page, 'vgg_16/fc_6/kernel');
      await page.keyboard.press('Delete');
      await expectVariables(opened, {
        'fc6/biases': kept['fc6/biases'],
        class_embedding: kept.class_embedding,
      });
      await expect.poll(() => chips(page)).toContain('initialized 3');
      await page.keyboard.press('Enter');
      const box = page.getByRole('combobox', { name: 'Checkpoint variable for fc6/weights' });
      await box.waitFor();
      const options = page.getByRole('option');
      await expect.poll(() => options.first().textContent()).toContain('vgg_16/fc_6/kernel');
      expect(await page.locator('.picker-option.other-shape').count()).toBeGreaterThan(10);
      await page.keyboard.press('Enter');
      await expectVariables(opened, kept);
      expect(await grid.evaluate(node => node === document.activeElement)).toBe(true);

      // A: the actions that are possible.
      await select(page, 'class_embedding');
      await page.keyboard.press('a');
      expect(await page.getByRole('menuitemradio').allTextContents()).toEqual([
        'Partial: some rows only',
        'Skip: keep the initial value',
      ]);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expectVariables(opened, { ...kept, class_embedding: { action: 'skip' } });

      await page.keyboard.press('Control+f');
      await page.keyboard.type('BN/');
      await expect.poll(() => labels(page)).toEqual(['fc7_bn']);
      await page.keyboard.press('Escape');
      await expect.poll(async () => (await labels(page)).length).toBe(7);
      await page.keyboard.press('Control+Enter');
      await expect.poll(() => opened.host.sentOf('start').length).toBe(1);
      await page.close();
    });

    it('narrows the combobox as one types, and Escape changes nothing', async () => {
      const { page, host } = await harness().open();
      await select(page, 'gamma');
      await page.keyboard.press('Enter');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.type('mean');
      await expect
        .poll(() => page.getByRole('option').allTextContents())
        .toEqual(['vgg_16/mean_rgb[3] f320.20']);
      await page.keyboard.press('Escape');
      expect(host.sentOf('pair')).toEqual([]);
      await page.close();
    });

    it('skips a whole scope and restores it again, by the mouse and by the keyboard', async () => {
      const { page, host } = await harness().open();
      const excluded = (): unknown => (JSON.parse(host.text) as { exclude?: unknown }).exclude;
      await row(page, 'conv1').hover();
      await row(page, 'conv1').getByText('Skip All').click();
      await expect.poll(() => chips(page)).toContain('skipped 6');
      expect(excluded()).toEqual(['fc8', 'conv1/']);
      await page.keyboard.press('Space');
      await expect.poll(() => chips(page)).toContain('skipped 2');
      expect(excluded()).toEqual(['fc8']);
      // Of what a filter leaves, only that.
      await page.getByRole('textbox', { name: 'Find variables' }).fill('weights');
      await row(page, 'conv1').getByText('Skip All').click();
      await expectVariables(
        { page, host },
        {
          'fc6/weights': { from: 'vgg_16/fc_6/kernel' },
          'fc6/biases': { from: 'vgg_16/fc_6/bias' },
          class_embedding: { action: 'partial' },
          'conv1/conv1_1/weights': { action: 'skip' },
          'conv1/conv1_2/weights': { action: 'skip' },
        },
      );
      await page.close();
    });

    it('says what gives the values of a variable that gets none', async () => {
      const { page } = await harness().open({ width: 1400 });
      expect(await row(page, 'gamma').innerText()).toContain('not in the checkpoint');
      expect(await row(page, 'gamma').locator('.initializer').innerText()).toBe('xavier');
      await select(page, 'gamma');
      expect(await page.locator('.detail').innerText()).toContain(
        'Its initializer, xavier, gives its values: not in the checkpoint.',
      );
      await page.close();
    });

    it('pairs by drag', async () => {
      const opened = await harness().open();
      const { page } = opened;
      await page
        .locator('.unused-row [data-source="vgg_16/mean_rgb"]')
        .dragTo(row(page, 'gamma'), { targetPosition: { x: 60, y: 10 } });
      await expect
        .poll(() => opened.host.sentOf('pair'))
        .toEqual([{ type: 'pair', variable: 'fc7_bn/gamma', source: 'vgg_16/mean_rgb' }]);
      await page.close();
    });

    it('shows only the outcomes that are chosen', async () => {
      const { page } = await harness().open();
      await page.getByRole('button', { name: 'skipped 2' }).click();
      expect(await labels(page)).toEqual(['fc8']);
      await page.getByRole('button', { name: 'unused 3' }).click();
      expect(await labels(page)).toEqual(['fc8', 'Only in the checkpoint']);
      expect(await page.getByRole('button', { name: 'skipped 2' }).getAttribute('aria-pressed')).toBe('true');
      await page.close();
    });

    it('counts what a pattern does as it is typed, and refuses one that does nothing', async () => {
      const { page, host } = await harness().open();
      const exclude = page.getByRole('textbox', { name: 'Exclude pattern 1' });
      await exclude.fill('fc9');
      await page.locator('.pattern-count', { hasText: 'matches nothing' }).waitFor();
      expect(await exclude.getAttribute('aria-invalid')).toBe('true');
      expect(await footer(page)).toContain('The pattern "fc9" in exclude matches no variable of the model');
      expect(await page.getByRole('button', { name: 'Start Training' }).isDisabled()).toBe(true);
      await page.keyboard.press('Control+Enter');
      expect(host.sentOf('start')).toEqual([]);
      await exclude.fill('fc[67]');
      await expect.poll(() => chips(page)).toContain('skipped 4');
      // The next field becomes the next pattern.
      await page.getByRole('textbox', { name: 'Exclude pattern 2' }).fill('conv2');
      await expect
        .poll(() => (JSON.parse(host.text) as { exclude: string[] }).exclude)
        .toEqual(['fc[67]', 'conv2']);
      await page.getByRole('button', { name: 'Remove fc[67]' }).click();
      await expect.poll(() => (JSON.parse(host.text) as { exclude: string[] }).exclude).toEqual(['conv2']);
      await expect.poll(() => exclude.inputValue()).toBe('conv2');
      await page.close();
    });

    it('adds, changes and removes rename rules', async () => {
      const { page, host } = await harness().open();
      const rules = (): unknown => (JSON.parse(host.text) as { rename?: unknown }).rename;
      await page.getByRole('textbox', { name: 'Rule 1: regular expression' }).fill('^nowhere/');
      await page.locator('.rule .pattern-count', { hasText: 'changes nothing' }).waitFor();
      await page.getByRole('textbox', { name: 'Rule 1: regular expression' }).fill('(');
      await page.locator('.rule .pattern-count', { hasText: 'not valid' }).waitFor();
      await page.getByRole('textbox', { name: 'Rule 1: regular expression' }).fill('^vgg_16/');
      await page.getByRole('button', { name: 'Rule', exact: true }).click();
      await page.keyboard.type('fc_6');
      await page.getByRole('textbox', { name: 'Rule 2: replacement' }).fill('fc6');
      await expect.poll(rules).toEqual([
        { pattern: '^vgg_16/', replacement: '' },
        { pattern: 'fc_6', replacement: 'fc6' },
      ]);
      await page.getByRole('button', { name: 'Remove Rule 1' }).click();
      await expect.poll(rules).toEqual([{ pattern: 'fc_6', replacement: 'fc6' }]);
      await page.close();
    });

    it('follows undo and edits of the text, also in the field that has the focus', async () => {
      const { page, host } = await harness().open();
      const before = host.text;
      const exclude = page.getByRole('textbox', { name: 'Exclude pattern 1' });
      await exclude.fill('conv');
      await expect.poll(() => host.text).toContain('"conv"');
      await expect.poll(() => chips(page)).toContain('skipped 6');
      await host.setText(before);
      await expect.poll(() => exclude.inputValue()).toBe('fc8');
      expect(await chips(page)).toContain('skipped 2');
      await page.close();
    });

    it('says at which line the text is wrong, and keeps what it showed, closed to edits', async () => {
      const { page, host } = await harness().open();
      const good = host.text;
      await host.setText(good.replace('"script"', 'script'));
      await page.getByText(/^Line 4: This is not JSON/).waitFor();
      expect(await page.locator('.model-row').count()).toBeGreaterThan(10);
      expect(await page.getByRole('textbox', { name: 'Exclude pattern 1' }).isDisabled()).toBe(true);
      expect(await page.getByRole('button', { name: 'Start Training' }).isDisabled()).toBe(true);
      await select(page, 'conv1_1/weights');
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Open Text Editor' }).click();
      await expect.poll(() => host.sentOf('openText')).toMatchObject([{ line: 4 }]);
      expect(host.sentOf('act')).toEqual([]);
      await host.setText(good);
      await expect.poll(() => page.getByRole('button', { name: 'Start Training' }).isDisabled()).toBe(false);
      await page.close();
    });

    it('leads from an error to its row, out of a folded scope', async () => {
      const { page, host } = await harness().open({ scene: 'conflicts' });
      await host.setText(host.text.replace('"fc9"', '"conv2"'));
      await page.getByRole('treegrid').focus();
      await row(page, 'fc8').click({ position: { x: 60, y: 10 } });
      await page.getByRole('button', { name: 'Show Variable' }).click();
      const selected = page.locator('.grid-row.selected');
      await expect.poll(() => selected.innerText()).toContain('weights');
      expect(await selected.innerText()).toContain('shape differs');
      expect(await page.locator('.detail').innerText()).toContain('possible: partial, skip');
      await page.close();
    });

    it('tells what is copied and which values those are', async () => {
      const { page, host } = await harness().open();
      await select(page, 'class_embedding');
      const detail = page.locator('.detail');
      await detail.getByText('No NaN, no infinite values. CRC verified.').waitFor();
      expect(host.sentOf('readValues')).toEqual([
        { type: 'readValues', id: 0, source: 'vgg_16/class_embedding', variable: 'class_embedding' },
      ]);
      const text = await detail.innerText();
      expect(text).toContain('10 rows are copied along axis 0');
      expect(text).toMatch(/Norm\s+3\.098\s+4\.647/);
      expect(await detail.getByRole('img').getAttribute('aria-label')).toBe(
        'Histogram from −0.3140 to 0.3301',
      );
      await detail.getByRole('spinbutton', { name: 'First row in the checkpoint' }).fill('5');
      await page.keyboard.press('Enter');
      await expect
        .poll(() => host.sentOf('setRows'))
        .toMatchObject([{ axis: 0, ranges: [{ from: 5, into: 0, count: 10 }] }]);
      await detail.getByRole('button', { name: 'By label...' }).click();
      await expect.poll(() => host.sentOf('pairLabels').length).toBe(1);
      await page.close();
    });

    it.each([
      ['untrusted', 'This folder is not trusted', 'Manage Trust', 'manageTrust'],
      ['failing', 'RangeError: conv1: 3 axes where 4 are needed', 'Open Script', 'openScript'],
      ['gone', 'There is no checkpoint /runs/vgg_16.ckpt.', 'Choose Checkpoint...', 'chooseCheckpoint'],
    ] as const)('says what stands in the way and what to do: %s', async (scene, words, label, type) => {
      const { page, host } = await harness().open({ scene });
      expect(await page.locator('.notice').innerText()).toContain(words);
      // What can be read is shown, and the patterns of the file.
      expect(await page.getByRole('textbox', { name: 'Exclude pattern 1' }).inputValue()).toBe('fc8');
      expect(await page.getByRole('button', { name: 'Start Training' }).isDisabled()).toBe(true);
      await page.getByRole('button', { name: label }).click();
      await expect.poll(() => host.sentOf(type).length).toBe(1);
      await page.close();
    });

    it('takes names for text only', async () => {
      const { page } = await harness().open({ scene: 'hostile' });
      await page
        .locator('.model-row')
        .first()
        .click({ position: { x: 60, y: 10 } });
      await page.getByRole('heading', { name: HOSTILE_NAME }).waitFor();
      expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
      expect(await page.locator('.mapping img, .mapping script').count()).toBe(0);
      await page.close();
    });

    it('has nodes for the rows that are seen only, and finds its way in 5,000', async () => {
      const { page } = await harness().open({ scene: 'many' });
      expect(await chips(page)).toEqual(['restored 5,000']);
      await page.getByRole('treegrid').focus();
      await page.keyboard.press('End');
      await expect.poll(() => page.locator('.grid-row.selected').innerText()).toContain('block33');
      expect(await page.locator('.grid-row').count()).toBeLessThan(80);
      await page.keyboard.press('Control+f');
      await page.keyboard.type('block7/unit_3');
      await expect.poll(() => page.locator('.filter-count').textContent()).toBe('15 of 5,000');
      await page.close();
    });

    it('remembers what is folded, chosen and selected', async () => {
      const { page } = await harness().open();
      await row(page, 'conv1').click({ position: { x: 60, y: 10 } });
      await page.getByRole('button', { name: 'restored 10' }).click();
      await select(page, 'conv2_1/weights');
      expect(await page.evaluate(() => window.mappingExtension.state)).toMatchObject({
        folded: ['s:slots', 's:conv1/'],
        outcomes: ['restored'],
        selected: 'm:conv2/conv2_1/weights',
      });
      await page.close();
    });

    it('shows again what it remembers', async () => {
      const { page } = await harness().open({
        state: {
          folded: ['s:conv1/'],
          outcomes: ['restored'],
          find: 'weights',
          isFlat: true,
          selected: 'm:conv2/conv2_1/weights',
        },
      });
      await expect.poll(() => page.locator('.grid-row.selected').textContent()).toContain('conv2_1/weights');
      await expect.poll(() => page.locator('.detail-name').textContent()).toContain('conv2_1/weights');
      expect(await page.getByRole('button', { name: 'restored 10' }).getAttribute('aria-pressed')).toBe(
        'true',
      );
      expect(await page.locator('.filter-count').textContent()).toMatch(/^\d+ of \d+$/);
      await page.close();
    });
  },
);
