import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  answerHeld,
  card,
  changeRun,
  countStrokes,
  forgetSent,
  holdAnswers,
  plot,
  plotArea,
  postChange,
  queries,
  sent,
  settled,
  withNewPoint,
} from './dashboard-driver.ts';
import { describeInBrowser } from './in-browser.ts';

const LOSS = 'losses/total_loss';
// Milliseconds.
const FRAME = 17;
/** A snapshot is acknowledged, even if its answers are slow. */
const ACKNOWLEDGED_WITHIN = 250;
/** The values in a card's header follow its curves. */
const NUMBERS_CHANGE_WITHIN = 300;

describeInBrowser('Scalars: where a warm start came from', harness => {
  it('marks the first point of its curve; a click leads to the checkpoint', async () => {
    const page = await harness().open();
    await settled(page);
    const marks = card(page, LOSS).locator('.mark.origin');
    expect(await marks.allTextContents()).toEqual(['', 'warm start: lenet-base at step 3,000']);
    const area = await plotArea(page, LOSS);
    const box = await marks.first().boundingBox();
    expect(Math.abs((box?.x ?? 0) + 6 - area.x)).toBeLessThan(2);
    await marks.first().click();
    expect(await sent(page, 'openOrigin')).toEqual([{ type: 'openOrigin', run: 'lenet-warm' }]);
    await page.mouse.move(area.x + area.width / 10, area.y + 0.75 * area.height);
    await expect.poll(() => page.locator('.tooltip footer').innerText()).toContain('warm start from');
    await page.close();
  });
});

/** A page whose clock stands still, when the first snapshot is drawn; what it has sent is forgotten. */
async function atStandstill(page: Page): Promise<Page> {
  await expect
    .poll(async () => {
      await page.clock.runFor(FRAME);
      return plot(page, LOSS).getAttribute('aria-label');
    })
    .toMatch(/lenet-warm .*lenet-drop .*lenet-base/);
  await page.clock.runFor(ACKNOWLEDGED_WITHIN);
  await forgetSent(page);
  return page;
}

describeInBrowser('Scalars: what is asked for', harness => {
  it('asks for the cards on the screen, at their width in device pixels', async () => {
    const page = await harness().open({ scale: 2, height: 400 });
    await settled(page);
    const asked = await queries(page);
    const tags = new Set(asked.map(query => query.tag));
    expect(tags).toContain(LOSS);
    // Folded, and far below.
    expect(tags).not.toContain('accuracy/train');
    expect(tags).not.toContain('optimizer/update_ratio');
    const width = await plot(page, LOSS).evaluate(node => node.clientWidth);
    expect(asked.filter(query => query.tag === LOSS)).toEqual(
      ['lenet-warm', 'lenet-drop', 'lenet-base'].map(run => ({
        run,
        tag: LOSS,
        axis: 'step',
        range: null,
        pixels: 2 * width,
        smoothing: 0.6,
      })),
    );
    await page.mouse.move(500, 300);
    await page.mouse.wheel(0, 2000);
    await expect
      .poll(async () => (await queries(page)).map(query => query.tag))
      .toContain('optimizer/update_ratio');
    await page.close();
  });

  it('asks again only for the tag and the run that changed', async () => {
    const page = await harness().open();
    await settled(page);
    await forgetSent(page);
    await changeRun(page, 'lenet-warm', await withNewPoint(page, 'lenet-warm', LOSS));
    expect((await queries(page)).map(({ run, tag }) => [run, tag])).toEqual([['lenet-warm', LOSS]]);
    await page.close();
  });

  it('takes the next snapshot when this one is drawn', async () => {
    const page = await atStandstill(await harness().open({ clock: true }));
    await holdAnswers(page);
    await postChange(page, 'lenet-warm', await withNewPoint(page, 'lenet-warm', LOSS));
    await page.clock.runFor(ACKNOWLEDGED_WITHIN - 50);
    expect(await queries(page)).not.toEqual([]);
    expect(await sent(page, 'runsTaken')).toHaveLength(0);
    await answerHeld(page);
    await page.clock.runFor(FRAME);
    expect(await sent(page, 'runsTaken')).toHaveLength(1);
    await page.close();
  });

  it('waits for slow answers a quarter of a second, anew for each snapshot', async () => {
    const page = await atStandstill(await harness().open({ clock: true }));
    await postChange(page, 'lenet-warm', { name: 'drawn at once' });
    await page.clock.runFor(ACKNOWLEDGED_WITHIN - 1);
    expect(await sent(page, 'runsTaken')).toHaveLength(1);
    await holdAnswers(page);
    await postChange(page, 'lenet-warm', await withNewPoint(page, 'lenet-warm', LOSS));
    await page.clock.runFor(ACKNOWLEDGED_WITHIN - 1);
    expect(await sent(page, 'runsTaken')).toHaveLength(1);
    await page.clock.runFor(1);
    expect(await sent(page, 'runsTaken')).toHaveLength(2);
    await page.close();
  });

  it('draws new points within two frames of their arrival', async () => {
    const page = await harness().open();
    await settled(page);
    await holdAnswers(page);
    await changeRun(page, 'lenet-warm', await withNewPoint(page, 'lenet-warm', LOSS));
    await countStrokes(page);
    const frames = await page.evaluate(async () => {
      const { extension } = window;
      const [held] = extension.held;
      if (!held) return NaN;
      window.strokes = 0;
      await extension.answer(held);
      let count = 0;
      while (window.strokes === 0) {
        await new Promise(requestAnimationFrame);
        count++;
      }
      return count;
    });
    expect(frames).toBeLessThanOrEqual(2);
    await page.close();
  });

  it('zooms by a drag, asks for that range, and shows all again after a double click', async () => {
    const page = await harness().open();
    await settled(page);
    await forgetSent(page);
    const area = await plotArea(page, LOSS);
    const middle = area.y + area.height / 2;
    // The x axis goes from 0 to 6,000.
    await page.mouse.move(area.x + area.width / 4, middle);
    await page.mouse.down();
    await page.mouse.move(area.x + area.width / 2, middle + 4, { steps: 5 });
    await page.mouse.up();
    await settled(page);
    const asked = await queries(page);
    expect(new Set(asked.map(query => query.tag))).toEqual(new Set([LOSS]));
    expect(asked).toHaveLength(3);
    const [from = NaN, to = NaN] = asked[0]?.range ?? [];
    expect(from).toBeCloseTo(1500, -2);
    expect(to).toBeCloseTo(3000, -2);
    await forgetSent(page);
    await page.mouse.dblclick(area.x + area.width / 2, middle);
    await settled(page);
    // Nothing zoomed: all of the axis.
    expect((await queries(page)).map(query => query.range)).toEqual([null, null, null]);
    await page.close();
  });

  it('zooms x with Shift and the wheel, y with Ctrl and the wheel, and scrolls without', async () => {
    const page = await harness().open({ height: 500 });
    await settled(page);
    await forgetSent(page);
    const area = await plotArea(page, LOSS);
    await page.mouse.move(area.x + area.width / 2, area.y + area.height / 2);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Shift');
    await settled(page);
    const [from = NaN, to = NaN] = (await queries(page)).at(-1)?.range ?? [];
    expect(to - from).toBeLessThan(6000);
    expect((from + to) / 2).toBeCloseTo(3000, -2);
    await forgetSent(page);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await settled(page);
    expect(await queries(page)).toEqual([]);
    const scrolled = (): Promise<number> => page.locator('.scroll').evaluate(node => node.scrollTop);
    expect(await scrolled()).toBe(0);
    await page.mouse.wheel(0, 100);
    await expect.poll(scrolled).toBeGreaterThan(0);
    await page.close();
  });

  it('asks with the smoothing and the axis that were chosen, and drops answers on the old axis', async () => {
    const page = await atStandstill(await harness().open({ clock: true }));
    const label = (): Promise<string | null> => plot(page, LOSS).getAttribute('aria-label');
    await holdAnswers(page);
    await page.getByRole('slider', { name: 'Smoothing' }).fill('0.9');
    await page.clock.runFor(NUMBERS_CHANGE_WITHIN);
    expect(new Set((await queries(page)).map(({ smoothing, axis }) => `${smoothing} ${axis}`))).toEqual(
      new Set(['0.9 step']),
    );
    await page.getByRole('radio', { name: 'Wall' }).click();
    // On the old axis: dropped, and then asked on the new one.
    await answerHeld(page);
    await page.clock.runFor(NUMBERS_CHANGE_WITHIN);
    expect(await label()).toBe(LOSS);
    await answerHeld(page);
    await page.clock.runFor(NUMBERS_CHANGE_WITHIN);
    expect(await label()).toMatch(/lenet-warm 0\./);
    expect((await queries(page)).at(-1)).toMatchObject({ axis: 'wall', smoothing: 0.9 });
    await page.close();
  });

  it('draws nothing for folded groups, other tabs and cards that nobody sees', async () => {
    const page = await harness().open({ scene: 'many', height: 500 });
    await settled(page);
    const strokes = await countStrokes(page);
    const touch = (tag: string): Promise<void> =>
      page.evaluate(changed => {
        const { extension } = window;
        return extension.postRuns(
          extension.runs.map(run => ({
            ...run,
            tags: run.tags.map(info => (info.tag === changed ? { ...info, count: info.count + 1 } : info)),
          })),
        );
      }, tag);
    // Below the window.
    await forgetSent(page);
    await touch('group4/tag9');
    await settled(page);
    expect(await queries(page)).toEqual([]);
    // In sight.
    await touch('group0/tag0');
    await settled(page);
    expect(await strokes()).toBeGreaterThan(0);
    expect((await queries(page)).length).toBe(10);
    await page.getByRole('tab', { name: 'Console' }).click();
    await settled(page);
    const before = await strokes();
    await forgetSent(page);
    await touch('group0/tag0');
    await settled(page);
    expect(await strokes()).toBe(before);
    expect(await queries(page)).toEqual([]);
    await page.close();
  });
});

describeInBrowser('Scalars: toolbar and legend', harness => {
  it('filters by a regular expression, counts, and offers the way back from nothing', async () => {
    const page = await harness().open();
    const filter = page.getByRole('textbox', { name: /Filter tags/ });
    await filter.fill('loss(es)?/.*loss$');
    await settled(page);
    const titles = page.locator('.card-title');
    expect(await titles.evaluateAll(nodes => nodes.map(node => node.getAttribute('title')))).toEqual([
      LOSS,
      'losses/log_loss',
    ]);
    expect(await page.locator('.filter-count').innerText()).toBe('2 of 10');
    await filter.fill('los/tota');
    await settled(page);
    expect(await page.locator('.message').innerText()).toBe(
      'No tag matches los/tota. Did you mean losses/total_loss?\nClear Filter',
    );
    await page.getByRole('button', { name: 'losses/total_loss' }).click();
    await settled(page);
    expect(await titles.allTextContents()).toContain('losses/total_loss');
    await filter.fill('no such tag');
    await settled(page);
    expect(await page.locator('.message').innerText()).toBe('No tag matches no such tag.\nClear Filter');
    await page.getByRole('button', { name: 'Clear Filter' }).click();
    await settled(page);
    expect(await filter.inputValue()).toBe('');
    expect(await titles.count()).toBeGreaterThan(6);
    await page.close();
  });

  it('restores preferences and sends what is changed', async () => {
    const page = await harness().open();
    expect(await page.locator('.pinned-group .card').count()).toBe(2);
    await page.getByRole('button', { name: 'Log Y' }).click();
    await page.getByRole('textbox', { name: /^Smoothing/ }).fill('0.25');
    await page.getByRole('button', { name: /^losses\// }).click();
    const last = async (): Promise<unknown> => (await sent(page, 'setPreferences')).at(-1)?.preferences;
    await expect.poll(last).toEqual({
      tab: 'scalars',
      smoothing: 0.25,
      axis: 'step',
      logY: true,
      ignoreOutliers: true,
      cardsPerRow: 'auto',
      pinned: [LOSS, 'accuracy/validation'],
      collapsed: ['accuracy', 'system', 'losses'],
      filter: '',
    });
    expect(await page.getByRole('slider').inputValue()).toBe('0.25');
    await page.close();
  });

  it('sends a slider that moves once, when it has stopped', async () => {
    const page = await harness().open();
    await page.getByRole('slider').evaluate((slider: HTMLInputElement) => {
      for (let percent = 1; percent <= 50; percent++) {
        slider.value = String(percent / 100);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      }
    });
    await expect.poll(async () => (await sent(page, 'setPreferences')).length).toBe(1);
    await settled(page);
    expect((await sent(page, 'setPreferences')).map(({ preferences }) => preferences.smoothing)).toEqual([
      0.5,
    ]);
    await page.close();
  });

  it('takes no smoothing but 0 to 0.99', async () => {
    const page = await harness().open();
    const field = page.getByRole('textbox', { name: /^Smoothing/ });
    for (const typed of ['1', '-0.1', 'x', '']) {
      await field.fill(typed);
      expect(await page.locator('.smoothing-number.invalid').count()).toBe(1);
    }
    await field.fill('0,5');
    const smoothings = async (): Promise<number[]> =>
      (await sent(page, 'setPreferences')).map(({ preferences }) => preferences.smoothing);
    await expect.poll(smoothings).toEqual([0.5]);
    await page.close();
  });

  it('hides a run by a click on the legend, shows only it by Alt+click, and remembers', async () => {
    const page = await harness().open();
    await settled(page);
    const label = (): Promise<string | null> => plot(page, LOSS).getAttribute('aria-label');
    const legend = page.getByRole('group', { name: 'Runs shown' });
    const drop = legend.getByRole('button', { name: 'lenet-drop' });
    await drop.click();
    await expect.poll(label).toMatch(/^losses\/total_loss: lenet-warm [\d.]+, lenet-base [\d.]+$/);
    expect(await drop.getAttribute('aria-pressed')).toBe('false');
    expect(await page.evaluate(() => window.extension.state)).toMatchObject({ hidden: ['lenet-drop'] });
    await drop.click({ modifiers: ['Alt'] });
    await expect.poll(label).toMatch(/^losses\/total_loss: lenet-drop [\d.]+$/);
    await drop.click({ modifiers: ['Alt'] });
    await expect.poll(label).toMatch(/lenet-warm .*lenet-drop .*lenet-base/);
    await page.close();
  });

  it('offers to plot the only run that has a tag', async () => {
    const page = await harness().open({ scene: 'states' });
    await settled(page);
    await page.getByRole('button', { name: 'Plot mlp-64' }).click();
    expect(await sent(page, 'setPlotted')).toEqual([{ type: 'setPlotted', run: 'mlp-64', plotted: true }]);
    await page.close();
  });

  it('exports a tag, copies values and shows a table', async () => {
    const page = await harness().open();
    await settled(page);
    await page.getByRole('button', { name: 'Export CSV...' }).click();
    await page.getByRole('menuitem', { name: 'losses/l2' }).click();
    expect(await sent(page, 'exportCsv')).toEqual([{ type: 'exportCsv', tag: 'losses/l2' }]);
    await card(page, LOSS).hover();
    await card(page, LOSS).getByRole('button', { name: 'Card Menu' }).click();
    await page.getByRole('menuitem', { name: 'Copy Values' }).click();
    const [copied] = await sent(page, 'copy');
    const rows = copied?.text.split('\n').map(line => line.split('\t')) ?? [];
    expect(rows[0]).toEqual(['run', 'step', LOSS, 'smoothed']);
    expect(rows.slice(1).map(([run, step]) => [run, step])).toEqual([
      ['lenet-warm', '4210'],
      ['lenet-drop', '1960'],
      ['lenet-base', '6000'],
    ]);
    await card(page, LOSS).getByRole('button', { name: 'Card Menu' }).click();
    await page.getByRole('menuitem', { name: 'View as Table' }).click();
    await settled(page);
    const table = page.getByRole('region', { name: `${LOSS} as a table` });
    expect(await table.locator('tbody tr').first().innerText()).toMatch(/^lenet-warm\s+4,210\s+0\.\d{4}/);
    await page.close();
  });
});

describeInBrowser('Scalars: crosshair and tooltip', harness => {
  it('says lowest first what each run has there, the nearest in bold, those that ended dim', async () => {
    const page = await harness().open();
    await settled(page);
    const area = await plotArea(page, LOSS);
    await page.mouse.move(area.x + (area.width * 3480) / 6000, area.y + area.height * 0.8);
    await settled(page);
    const tooltip = page.locator('.tooltip');
    expect(await tooltip.locator('h4 span').first().innerText()).toMatch(/^Step 3,4[78]0$/);
    const rows = await tooltip.locator('tbody tr').evaluateAll(nodes =>
      nodes.map(node => ({
        cells: [...node.querySelectorAll('td')].map(cell => cell.textContent),
        classes: [...node.classList],
      })),
    );
    expect(rows.map(({ cells }) => cells[0])).toEqual(['lenet-warm', 'lenet-base', 'lenet-drop']);
    const values = rows.map(({ cells }) => Number(cells[1]));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(rows.filter(({ classes }) => classes.includes('nearest'))).toHaveLength(1);
    expect(rows[2]).toMatchObject({ classes: ['dim'] });
    // Its own step, and the time into the run.
    expect(rows[2]?.cells.slice(3)).toEqual(['1,960', '1m 29s']);
    await page.close();
  });

  it('has the highest first for an accuracy, and the other way when the menu says so', async () => {
    const page = await harness().open();
    await settled(page);
    const names = async (): Promise<string[]> => {
      const area = await plotArea(page, 'accuracy/validation');
      await page.mouse.move(area.x + area.width * 0.3, area.y + 20);
      await settled(page);
      return page.locator('.tooltip tbody td:first-child').allTextContents();
    };
    expect(await names()).toEqual(['lenet-warm', 'lenet-drop', 'lenet-base']);
    await card(page, 'accuracy/validation').getByRole('button', { name: 'Card Menu' }).click();
    await page.getByRole('menuitemradio', { name: 'Tooltip: Lowest First' }).click();
    expect(await names()).toEqual(['lenet-base', 'lenet-drop', 'lenet-warm']);
    expect(await page.evaluate(() => window.extension.state)).toMatchObject({
      views: { scalars: { sorts: { 'accuracy/validation': 'lowest' } } },
    });
    await page.close();
  });

  it('stands beside the line, right or left, and never on it or outside of the window', async () => {
    const page = await harness().open();
    await settled(page);
    const area = await plotArea(page, 'accuracy/validation');
    for (const part of [0.02, 0.3, 0.6, 0.98]) {
      const x = area.x + area.width * part;
      await page.mouse.move(x, area.y + 30);
      await settled(page);
      const box = await page.locator('.tooltip').boundingBox();
      expect(box).not.toBeNull();
      if (!box) continue;
      // The crosshair is on a point near the pointer.
      expect(x < box.x || x > box.x + box.width).toBe(true);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(1000);
    }
    await page.close();
  });

  it('draws the crosshair in every card, and only there', async () => {
    const page = await harness().open();
    await settled(page);
    const inked = (): Promise<number[]> =>
      page.locator('canvas.crosshair').evaluateAll(nodes =>
        nodes.map(node => {
          const canvas = node as HTMLCanvasElement;
          const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          return data.some(value => value !== 0) ? 1 : 0;
        }),
      );
    const strokes = await countStrokes(page);
    const area = await plotArea(page, LOSS);
    await page.mouse.move(area.x + area.width / 2, area.y + 40);
    await settled(page);
    expect(new Set(await inked())).toEqual(new Set([1]));
    await page.mouse.move(5, 5);
    await settled(page);
    expect(new Set(await inked())).toEqual(new Set([0]));
    expect(await page.locator('.tooltip').isVisible()).toBe(false);
    // Curves are not drawn again for it: only the overlays were.
    expect(await strokes()).toBeLessThan(200);
    await page.close();
  });
});

describeInBrowser('Scalars: keys', harness => {
  it('walks over the cards, into one, along its curve and out again', async () => {
    const page = await harness().open();
    await settled(page);
    const focused = (): Promise<string | null> =>
      page.evaluate(
        () =>
          document.activeElement?.closest('.card')?.querySelector('.card-title')?.getAttribute('title') ??
          null,
      );
    await plot(page, LOSS).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('accuracy/validation');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('losses/total_loss_val');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('accuracy/validation');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toBe(LOSS);

    const step = async (): Promise<string> => {
      await settled(page);
      return page.locator('.tooltip h4 span').first().innerText();
    };
    await page.keyboard.press('Enter');
    expect(await step()).toBe('Step 4,210');
    await page.keyboard.press('ArrowLeft');
    expect(await step()).toBe('Step 4,200');
    await page.keyboard.press('Shift+ArrowLeft');
    expect(await step()).toBe('Step 4,100');
    await page.keyboard.press('[');
    expect(await step()).toBe('Step 2,500');
    await page.keyboard.press('Home');
    expect(await step()).toBe('Step 0');
    await page.keyboard.press('End');
    expect(await step()).toBe('Step 4,210');
    const spoken = page.locator('.dashboard > [aria-live=polite]');
    await expect.poll(() => spoken.innerText()).toMatch(/lenet-warm 0\.\d{4} at step 4,210/);
    await page.keyboard.press('Escape');
    expect(await page.locator('.tooltip').isVisible()).toBe(false);
    expect(await focused()).toBe(LOSS);
    await page.close();
  });

  it('is one tab stop, with the tools of the card behind it', async () => {
    const page = await harness().open();
    await settled(page);
    expect(await page.locator('.plot[tabindex="0"]').count()).toBe(1);
    await plot(page, 'losses/l2').focus();
    expect(await page.locator('.plot[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Tab');
    const label = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(label).toBe('Pin');
    await page.close();
  });

  it('has keys for the filter, both scales, the axis, pins, values and zoom', async () => {
    const page = await harness().open();
    await settled(page);
    await plot(page, 'losses/l2').focus();
    for (const key of ['l', 'o', 'x', 'p', 'c']) await page.keyboard.press(key);
    const last = async (): Promise<unknown> => (await sent(page, 'setPreferences')).at(-1)?.preferences;
    await expect.poll(last).toMatchObject({
      logY: true,
      ignoreOutliers: false,
      axis: 'relative',
      pinned: [LOSS, 'accuracy/validation', 'losses/l2'],
    });
    expect(await sent(page, 'copy')).toHaveLength(1);
    // Pinned, it stands elsewhere, and still has the focus.
    const title = await page.evaluate(
      () => document.activeElement?.closest('.pinned-group .card')?.textContent,
    );
    expect(title).toContain('l2');
    await forgetSent(page);
    await page.keyboard.press('+');
    await settled(page);
    expect((await queries(page)).every(({ range, tag }) => range !== null && tag === 'losses/l2')).toBe(true);
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(
      /Filter tags/,
    );
    await page.keyboard.type('lx');
    await expect.poll(last).toMatchObject({ filter: 'lx', logY: true });
    await page.close();
  });

  it('expands a card and comes back with Escape', async () => {
    const page = await harness().open();
    await settled(page);
    await card(page, 'losses/l2').hover();
    await card(page, 'losses/l2').getByRole('button', { name: 'Expand Card' }).click();
    await settled(page);
    const height = async (): Promise<number> => (await plot(page, 'losses/l2').boundingBox())?.height ?? 0;
    expect(await height()).toBeGreaterThan(400);
    await page.keyboard.press('Escape');
    await settled(page);
    expect(await height()).toBeLessThan(150);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('plot');
    await page.close();
  });
});
