/**
 * `npm run screenshots`: the pictures of the README, in media/screenshots/: the example in training, in a light, a dark
 * and a high contrast theme; one of its checkpoints, compared with one before; a warm start from it.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ensurePackaged } from '../../scripts/build.ts';
import { inProject } from '../../scripts/project-folders.ts';
import { exampleWithSteps } from '../vscode/example-with-steps.ts';
import { openSession } from '../vscode/session.ts';
import { DashboardPage } from './dashboard.ts';
import { MappingPage } from './mapping.ts';

const themes = {
  light: 'Default Light Modern',
  dark: 'Default Dark Modern',
  hc: 'Default High Contrast',
} as const;

const folder = inProject('media/screenshots');
await mkdir(folder, { recursive: true });
await ensurePackaged();
for (const [name, theme] of Object.entries(themes)) await takePictures(name, theme);

async function takePictures(name: string, theme: string): Promise<void> {
  const { workbench, close } = await openSession({
    settings: { 'workbench.colorTheme': theme },
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 1.5,
    fill: exampleWithSteps(2000),
  });
  const dashboard = new DashboardPage(workbench.webview());
  const take = async (what: string): Promise<void> => {
    const file = path.join(folder, `${what}-${name}.png`);
    await workbench.page.screenshot({ path: file });
    console.log(file);
  };
  try {
    await workbench.openContainer('Training');
    await workbench.runCommand('Training: Start Training');
    await reach(600);
    await dashboard.button('Save Checkpoint Now').click();
    await workbench.unfold(workbench.row('digits').first());
    await reach(1200);
    await take('dashboard');
    if (name === 'light') {
      await dashboard.openTab('Console');
      await wait(500);
      await take('console');
      await showWarmStart();
      await take('warm-start');
    } else if (name === 'dark') {
      await showComparison();
      await take('checkpoint');
    }
  } finally {
    await close();
  }

  async function showComparison(): Promise<void> {
    const page = workbench.webview();
    await workbench.chooseInMenu(workbench.row('model.ckpt-').last(), 'Select for Compare');
    await workbench.chooseInMenu(workbench.row('model.ckpt-').first(), 'Compare with Selected');
    await page.locator('.cell-change', { hasText: '%' }).first().waitFor();
    await page.getByTitle('conv1/weights').first().click();
    await page.locator('.histogram-legend').waitFor();
    await wait(500);
  }

  async function showWarmStart(): Promise<void> {
    const mapping = new MappingPage(workbench.webview());
    await workbench.chooseInMenu(workbench.row('model.ckpt-').first(), 'Warm Start from This...');
    await mapping.sentence('come from the checkpoint').waitFor();
    await mapping.exclude('logits');
    await mapping.sentence('keep their initial value').waitFor();
    await mapping.row('conv1/weights').click({ position: { x: 60, y: 10 } });
    await workbench.webview().locator('.verdict').waitFor();
    await wait(500);
  }

  async function reach(step: number): Promise<void> {
    await dashboard.progressBar().waitFor();
    while ((await dashboard.step()) < step) await wait(100);
  }
}
