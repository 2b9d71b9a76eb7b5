import { expect, it } from 'vitest';
import type { DashboardRun } from '../../src/protocol/dashboard.ts';
import { changeRun, forgetSent, postChange, sent, settled } from './dashboard-driver.ts';
import { describeInBrowser } from './in-browser.ts';

describeInBrowser('Console', harness => {
  it('shows the text as a terminal does and follows its end until somebody scrolls up', async () => {
    const page = await harness().open({ height: 500 });
    await settled(page);
    await page.getByRole('tab', { name: 'Console' }).click();
    await settled(page);
    const text = page.getByRole('log', { name: 'Console' });
    const lines = page.locator('.console-lines .console-line');
    expect(await lines.last().textContent()).toBe('[==========] 100%');
    const colour = await lines
      .nth(1)
      .locator('span')
      .evaluate(node => getComputedStyle(node).color);
    expect(colour).toBe('rgb(229, 229, 16)');
    const atEnd = (): Promise<boolean> =>
      text.evaluate(node => node.scrollTop + node.clientHeight >= node.scrollHeight - 8);
    expect(await atEnd()).toBe(true);

    const append = (words: string): Promise<void> =>
      page.evaluate(added => {
        const { extension } = window;
        const encoder = new TextEncoder();
        const offset = encoder.encode(extension.scene.console).length;
        Object.assign(extension.scene, { console: extension.scene.console + added });
        return extension.post({ type: 'console', run: 'lenet-warm', offset, text: added });
      }, words);
    await append('nächste Zeile\n');
    await settled(page);
    expect(await lines.last().textContent()).toBe('nächste Zeile');
    expect(await atEnd()).toBe(true);

    await text.evaluate(node => {
      node.scrollTop = 0;
    });
    await settled(page);
    await append('one more\n');
    await settled(page);
    expect(await lines.last().textContent()).toBe('one more');
    expect(await text.evaluate(node => node.scrollTop)).toBe(0);
    await page.getByRole('button', { name: 'Follow' }).click();
    expect(await atEnd()).toBe(true);
    await page.close();
  });

  it('takes in no byte twice, starts again at offset 0, and says what is not here', async () => {
    const page = await harness().open();
    await page.getByRole('tab', { name: 'Console' }).click();
    await settled(page);
    const post = async (offset: number, text: string): Promise<void> => {
      await page.evaluate(
        ([at, words]) =>
          window.extension.post({ type: 'console', run: 'lenet-warm', offset: at, text: words }),
        [offset, text] as const,
      );
      await settled(page);
    };
    const shown = (): Promise<string[]> => page.locator('.console-lines .console-line').allTextContents();
    await post(0, 'ä\nb\n');
    await post(3, 'b\nc\n');
    expect(await shown()).toEqual(['ä', 'b', 'c']);
    await post(0, 'new attempt\n');
    expect(await shown()).toEqual(['new attempt']);
    await post(0, Array.from({ length: 5100 }, (_, i) => `line ${i}`).join('\n') + '\n');
    expect(await page.locator('.console-lines .console-line').count()).toBe(5000);
    expect(await page.locator('.console-note').innerText()).toBe(
      "100 lines before this are in the run's console.log.",
    );
    await page.getByRole('button', { name: 'Copy Console' }).click();
    const [copied] = await sent(page, 'copy');
    expect(copied?.text.split('\n').length).toBe(5001);
    await page.close();
  });

  it('asks for the console of the run that is picked', async () => {
    const page = await harness().open();
    await settled(page);
    expect(await sent(page, 'openConsole')).toEqual([]);
    await page.evaluate(() => window.extension.post({ type: 'reveal', tab: 'console', run: 'lenet-drop' }));
    await settled(page);
    expect(await sent(page, 'openConsole')).toEqual([{ type: 'openConsole', run: 'lenet-drop' }]);
    await page.getByRole('combobox', { name: 'Run' }).click();
    await page.getByRole('option', { name: 'lenet-base' }).click();
    await settled(page);
    expect((await sent(page, 'openConsole')).at(-1)).toEqual({ type: 'openConsole', run: 'lenet-base' });
    await page.close();
  });
});

describeInBrowser('Live strip and failures', harness => {
  it('shows progress, and sends commands', async () => {
    const page = await harness().open();
    await settled(page);
    const row = page.getByRole('group', { name: 'lenet-warm' });
    expect(await row.innerText()).toMatch(
      /lenet-warm\s+attempt 2\s+4,210 \/ 10,000 steps\s+48\.2 steps\/s\s+2m 00s left/,
    );
    expect(await row.locator('.progress-tick').count()).toBe(5);
    await page.evaluate(() => {
      const progress = { step: 5000, numberOfSteps: 10_000, loss: 0.1, stepsPerSec: 50, secondsLeft: 100 };
      return window.extension.post({ type: 'progress', run: 'lenet-warm', state: 'running', progress });
    });
    const bar = page.getByRole('progressbar', { name: 'Progress of lenet-warm' });
    await expect.poll(() => bar.getAttribute('aria-valuenow')).toBe('5000');
    for (const name of ['Pause', 'Save Checkpoint Now', 'Stop'])
      await row.getByRole('button', { name }).click();
    expect((await sent(page, 'command')).map(({ command, run }) => [command, run])).toEqual([
      ['pause', 'lenet-warm'],
      ['save', 'lenet-warm'],
      ['stop', 'lenet-warm'],
    ]);
    await forgetSent(page);
    await changeRun(page, 'lenet-warm', { state: 'paused' });
    await row.getByRole('button', { name: 'Resume' }).click();
    expect((await sent(page, 'command')).map(({ command }) => command)).toEqual(['resume']);
    await changeRun(page, 'lenet-warm', { state: 'stopping' });
    expect(await row.getByRole('button', { name: 'Stop' }).isDisabled()).toBe(true);
    await page.close();
  });

  it('offers nothing that acts on runs in a folder that is not trusted', async () => {
    const page = await harness().open();
    await settled(page);
    const row = page.getByRole('group', { name: 'lenet-warm' });
    await page.evaluate(() => {
      const { extension } = window;
      return extension.post({ type: 'welcome', welcome: { ...extension.scene.welcome, trusted: false } });
    });
    await expect.poll(() => row.getByRole('button').count()).toBe(0);
    expect(await row.getByRole('progressbar').count()).toBe(1);
    await page.close();
  });

  it('has three rows and counts the others', async () => {
    const page = await harness().open({ scene: 'many' });
    await settled(page);
    expect(await page.locator('.live-row').count()).toBe(3);
    await page.getByRole('button', { name: '7 more' }).click();
    expect(await page.locator('.live-row').count()).toBe(10);
    await page.close();
  });

  it('keeps the row of a run that ended for ten seconds', async () => {
    const page = await harness().open({ clock: true });
    await page.clock.runFor(500);
    const started = 1_000_000;
    const ended: Partial<DashboardRun> = { state: 'done', startedAt: started, endedAt: started + 276_000 };
    await postChange(page, 'lenet-warm', ended);
    await page.clock.runFor(1000);
    expect(await page.getByRole('group', { name: 'lenet-warm' }).innerText()).toMatch(/done\s+in 4m 36s/);
    await page.clock.runFor(8000);
    expect(await page.locator('.live-row').count()).toBe(2);
    await page.clock.runFor(2500);
    expect(await page.locator('.live-row').count()).toBe(1);
    await page.close();
  });

  it('says when a run is silent or its process is lost', async () => {
    const page = await harness().open({ clock: true });
    await page.clock.runFor(40_000);
    const row = page.getByRole('group', { name: 'lenet-drop' });
    expect(await row.innerText()).toMatch(/silent \d+s\s+unknown\s+Wait/);
    await row.getByRole('button', { name: 'Wait' }).click();
    await page.clock.runFor(1000);
    expect(await row.innerText()).toMatch(/22\.1 steps\/s/);
    await postChange(page, 'lenet-drop', { state: 'lost' });
    await page.clock.runFor(20_000);
    expect(await row.innerText()).toMatch(/process lost/);
    await row.getByRole('button', { name: 'Dismiss' }).click();
    expect(await row.count()).toBe(0);
    await page.close();
  });

  it('shows a process that was lost before, until somebody has started another run', async () => {
    const page = await harness().open();
    await settled(page);
    const lost = (startedAt: number): Promise<void> =>
      page.evaluate(time => {
        const { extension } = window;
        void extension.postRuns([]);
        return extension.postRuns(
          extension.scene.runs.map(run =>
            run.id === 'lenet-base' ? { ...run, state: 'lost' as const, startedAt: time } : run,
          ),
        );
      }, startedAt);
    const row = page.getByRole('group', { name: 'lenet-base' });
    await lost(0);
    await settled(page);
    expect(await row.count()).toBe(0);
    await lost(Date.now());
    await settled(page);
    expect(await row.innerText()).toMatch(/process lost/);
    await page.close();
  });

  it('says what went wrong, leads there, and tells screen readers', async () => {
    const page = await harness().open();
    await settled(page);
    expect(await page.getByRole('alert').isVisible()).toBe(false);
    await changeRun(page, 'lenet-drop', {
      state: 'failed',
      failure: { message: 'NaN in loss at step 312.', location: { file: 'train.ts', line: 1, column: 1 } },
      // Long ago by the clock: it is news all the same, because the dashboard saw it run.
      endedAt: Date.now() - 600_000,
    });
    const banner = page.getByRole('alert');
    expect(await banner.innerText()).toMatch(
      /^lenet-drop stopped: NaN in loss at step 312\. The weights of step 1,000 are safe\./,
    );
    expect(await page.getByRole('group', { name: 'lenet-drop' }).count()).toBe(0);
    await banner.getByRole('button', { name: 'Open Script' }).click();
    expect(await sent(page, 'openLocation')).toEqual([{ type: 'openLocation', run: 'lenet-drop' }]);
    expect(await page.locator('.dashboard > [aria-live=polite]').innerText()).toMatch(
      /lenet-drop: stopped\. NaN/,
    );
    await banner.getByRole('button', { name: 'Show Console' }).click();
    await settled(page);
    expect(await sent(page, 'openConsole')).toEqual([{ type: 'openConsole', run: 'lenet-drop' }]);
    await page.getByRole('tab', { name: 'Scalars' }).click();
    await banner.getByRole('button', { name: 'Dismiss' }).click();
    expect(await banner.isVisible()).toBe(false);
    await page.close();
  });

  it('says where a log is damaged', async () => {
    const page = await harness().open({ scene: 'states' });
    await settled(page);
    const strip = page.locator('.strip');
    expect(await strip.innerText()).toMatch(
      'lenet-drop: 38 bytes at offset 1,204,332 could not be read; everything before and after is shown.',
    );
    await strip.getByRole('button', { name: 'Details' }).click();
    expect(await strip.locator('li').innerText()).toMatch(/events\.out\.tfevents.*CRC of the record differs/);
    await page.close();
  });
});
