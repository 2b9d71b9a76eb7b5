import { expect, it } from 'vitest';
import { settled } from './dashboard-driver.ts';
import { describeInBrowser } from './in-browser.ts';
import type { SceneName } from './scenes.ts';
import { HOSTILE, scenes } from './scenes.ts';

describeInBrowser('The page', harness => {
  const names = Object.keys(scenes) as SceneName[];

  it.each(names)('keeps to its content security policy: %s', async scene => {
    const page = await harness().open({ scene });
    await settled(page);
    const first = page.locator('.card').first();
    if (await first.isVisible()) {
      await first.hover();
      await first.getByRole('button', { name: 'Card Menu' }).click();
      await page.keyboard.press('Escape');
      await first.getByRole('button', { name: 'Expand Card' }).click();
      await page.keyboard.press('Escape');
    }
    const consoleTab = page.getByRole('tab', { name: 'Console' });
    if (await consoleTab.isVisible()) await consoleTab.click();
    await settled(page);
    expect(await page.evaluate(() => window.extension.violations)).toEqual([]);
    await page.close();
  });

  it.each(names)('has no horizontal scroll bar at 320 px: %s', async scene => {
    const page = await harness().open({ scene, width: 320, height: 700 });
    await settled(page);
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll('html, body, .scroll, .console-text, .welcome')]
        .filter(node => node.scrollWidth > node.clientWidth)
        .map(node => node.className || node.tagName),
    );
    const beyond = await page.evaluate(() =>
      [...document.querySelectorAll('.dashboard button, .dashboard tk-button, .dashboard .card')]
        .filter(node => node.getBoundingClientRect().right > innerWidth + 0.5)
        .map(node => node.className || node.textContent),
    );
    expect([wide, beyond]).toEqual([[], []]);
    await page.close();
  });

  it('keeps the toolbar in one row down to 640 px', async () => {
    const page = await harness().open();
    await settled(page);
    const tall: number[] = [];
    for (let width = 640; width <= 1000; width += 20) {
      await page.setViewportSize({ width, height: 600 });
      const height = await page.getByRole('toolbar', { name: 'Curves' }).evaluate(node => node.clientHeight);
      if (height > 40) tall.push(width);
    }
    expect(tall).toEqual([]);
    await page.close();
  });

  it('takes names and tags for text only', async () => {
    const page = await harness().open({ scene: 'hostile', height: 3000 });
    await settled(page);
    const titles = await page
      .locator('.card-title')
      .evaluateAll(nodes => nodes.map(node => node.getAttribute('title')));
    expect(titles.sort()).toEqual([...HOSTILE].sort());
    // Curves of all of them: `__proto__` is a tag as any other.
    await expect.poll(() => page.locator('.card-values > span').count()).toBe(HOSTILE.length);
    await page.getByRole('tab', { name: 'Console' }).click();
    await settled(page);
    expect(await page.locator('.console-line').first().textContent()).toBe(HOSTILE[0]);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(await page.locator('.dashboard img, .dashboard script, .dashboard a').count()).toBe(0);
    await page.close();
  });

  it('says what there is to do while there is no run, with the focus on Start Training', async () => {
    const page = await harness().open({ scene: 'empty' });
    const buttons = page.locator('.tile tk-button');
    expect(await buttons.allTextContents()).toEqual([
      'Start Training...',
      'Create Example',
      'Open Log Folder...',
    ]);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Create Example' }).click();
    await page.getByRole('button', { name: 'Install' }).click();
    const messages = await page.evaluate(() => window.extension.sent);
    expect(messages.filter(({ type }) => type === 'command' || type === 'open')).toEqual([
      { type: 'command', command: 'start', run: null },
      { type: 'open', what: 'createExample' },
      { type: 'open', what: 'installNative' },
    ]);
    await page.close();
  });

  it('offers trust, not training, in a folder that is not trusted', async () => {
    const page = await harness().open({ scene: 'untrusted' });
    expect(await page.locator('.tile tk-button').allTextContents()).toEqual([
      'Manage Trust',
      'Open Log Folder...',
    ]);
    await page.close();
  });

  it('says after 200 ms that it is loading', async () => {
    const page = await harness().open({ unready: true });
    const opacity = (): Promise<string> =>
      page.locator('.loading-line').evaluate(node => getComputedStyle(node).opacity);
    await expect.poll(opacity).toBe('1');
    expect(await page.locator('.placeholder').count()).toBe(3);
    await page.evaluate(() => {
      window.extension.feed.open();
    });
    await settled(page);
    expect(await page.locator('.loading-line').isVisible()).toBe(false);
    expect(await page.locator('.placeholder').count()).toBe(0);
    await page.close();
  });

  it('shows what a run does before its first step', async () => {
    const page = await harness().open({ scene: 'waiting' });
    await settled(page);
    expect(await page.locator('.message').innerText()).toBe(
      'Waiting for the first step\nconv2d: building graph, 12 of 19 variables\nShow Console',
    );
    await page.getByRole('button', { name: 'Show Console' }).click();
    expect(await page.getByRole('tab', { name: 'Console' }).getAttribute('aria-selected')).toBe('true');
    await page.close();
  });

  it('finds what it kept when it is loaded again', async () => {
    const views = { scalars: { sorts: { 'losses/total_loss': 'highest' } } };
    const page = await harness().open({ state: { hidden: ['lenet-drop'], views } });
    await settled(page);
    const drop = page.getByRole('group', { name: 'Runs shown' }).getByRole('button', { name: 'lenet-drop' });
    expect(await drop.getAttribute('aria-pressed')).toBe('false');
    await drop.click();
    expect(await page.evaluate(() => window.extension.state)).toEqual({ hidden: [], views });
    await page.close();
  });

  it('begins anew where what it kept is not what this version keeps', async () => {
    const page = await harness().open({ state: { hidden: 7, views: { scalars: { sorts: 7 } } } });
    await settled(page);
    expect(await page.locator('.card').count()).toBeGreaterThan(0);
    await page.close();
  });

  it('shows the first view for one that it does not have', async () => {
    const page = await harness().open();
    await page.getByRole('tab', { name: 'Console' }).click();
    await settled(page);
    await page.evaluate(() =>
      window.extension.post({ type: 'reveal', tab: 'of a newer version', run: null }),
    );
    await settled(page);
    expect(await page.getByRole('tab', { name: 'Scalars' }).getAttribute('aria-selected')).toBe('true');
    expect(await page.locator('.card').first().isVisible()).toBe(true);
    await page.close();
  });

  it('loads a view that few people look at when somebody does, and says so when it cannot', async () => {
    const page = await harness().open();
    await settled(page);
    const files: string[] = [];
    page.on('request', request => files.push(request.url()));
    const consoleTab = page.getByRole('tab', { name: 'Console' });
    await page.route('**/*.js', route => route.abort());
    await consoleTab.click();
    const panel = page.getByRole('tabpanel', { name: 'Console' });
    await expect
      .poll(() => panel.innerText())
      .toMatch(/^Console could not be loaded: .* Close the dashboard/);
    expect(files).toHaveLength(1);
    await page.close();
  });

  it('takes the colours of a new theme', async () => {
    const page = await harness().open({ theme: 'dark' });
    await settled(page);
    /** Whether a colour of a curve is on the first card's canvas. */
    const has = (colour: readonly [number, number, number]): Promise<boolean> =>
      page
        .locator('.plot canvas')
        .first()
        .evaluate((node, wanted) => {
          const canvas = node as HTMLCanvasElement;
          const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          for (let i = 0; i < data.length; i += 4)
            if (wanted.every((value, channel) => data[i + channel] === value)) return true;
          return false;
        }, colour);
    const dark = [0x6a, 0xa8, 0xf5] as const;
    const light = [0x0b, 0x4f, 0xc9] as const;
    expect([await has(dark), await has(light)]).toEqual([true, false]);
    await page.evaluate(() => {
      document.body.className = 'vscode-light';
    });
    await expect.poll(() => has(light)).toBe(true);
    expect(await has(dark)).toBe(false);
    await page.close();
  });
});
