import { cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixturePath } from '../fixture-files.ts';
import { layersOf, lenetVariant, newestOf, oldestOf } from '../lenet-oracle.ts';
import { openSession, type Session } from '../vscode/session.ts';
import { takePictureOfFailure } from './failure-screenshot.ts';

const variant = lenetVariant('lenet-adam');
const [older, newer] = [oldestOf(variant), newestOf(variant)];
const [OLDER, NEWER] = [older, newer].map(({ path: prefix }) => path.basename(prefix)) as [string, string];
const [layer] = layersOf(variant);
const WEIGHTS = `${variant.config.scope}/${layer?.name}/weights`;

let session: Session;
takePictureOfFailure(() => session);

/** A log folder of another program: two checkpoints of a LeNet that TF-Slim trained, and some event file. */
beforeAll(async () => {
  session = await openSession({
    settings: { 'slimTraining.logFolders': ['runs'] },
    fill: async workspace => {
      const logdir = path.join(workspace, 'runs', 'lenet');
      await mkdir(logdir, { recursive: true });
      await cp(path.dirname(newer.path), logdir, { recursive: true });
      await cp(await anyEventFile(), path.join(logdir, 'events.out.tfevents.1700000000.box'));
    },
  });
});

afterAll(async () => {
  await session.close();
});

async function anyEventFile(): Promise<string> {
  const folder = fixturePath('events');
  const files = await readdir(folder, { recursive: true });
  const [file] = files.filter(name => name.includes('tfevents')).sort();
  if (file === undefined) throw new Error(`${folder} has no event file.`);
  return path.join(folder, file);
}

function row(title: string): Locator {
  const frame = session.workbench.webview();
  return frame.locator('.grid-row', { has: frame.locator(`.row-label[title="${title}"]`) }).first();
}

test('a checkpoint that is opened as a file shows its variables, every checksum checked', async () => {
  const { workbench } = session;
  await workbench.openFile(`${NEWER}.index`);
  const frame = workbench.webview();
  await frame.locator('.soundness', { hasText: 'Verified' }).waitFor();
  expect(await frame.locator('h1').innerText()).toBe(NEWER);
  expect(await row(WEIGHTS).locator('.cell-shape').innerText()).toBe(`[${layer?.weights.join(',')}]`);
  await workbench.runCommand('View: Close All Editors');
});

test('a click on a checkpoint of the run view opens it, and it is compared with the one before', async () => {
  const { workbench } = session;
  await workbench.openContainer('Training');
  await workbench.unfold(workbench.row('lenet').first());
  await workbench.row(NEWER).click();
  const frame = workbench.webview();
  await frame.locator('.soundness', { hasText: 'Verified' }).waitFor();
  await frame.getByRole('combobox', { name: 'Compare with' }).click();
  await frame.getByRole('option', { name: OLDER }).click();
  await expect.poll(() => row(WEIGHTS).locator('.cell-change').innerText()).toMatch(/%$/);
  await row(WEIGHTS).click();
  await frame.getByRole('radio', { name: 'Difference' }).click();
  await expect
    .poll(() => frame.locator('.histogram-legend').innerText())
    .toMatch(new RegExp(`${newer.step}\\s+${older.step}`));
});

test('two checkpoints of the run view are compared as VS Code compares files', async () => {
  const { workbench } = session;
  await workbench.runCommand('View: Close All Editors');
  await workbench.chooseInMenu(workbench.row(OLDER), 'Select for Compare');
  await workbench.chooseInMenu(workbench.row(NEWER), 'Compare with Selected');
  await expect.poll(() => row(WEIGHTS).locator('.cell-change').innerText()).toMatch(/%$/);
  expect(await workbench.webview().locator('h1').innerText()).toBe(NEWER);
});

test('what an open checkpoint is compared with is chosen in the title of its editor', async () => {
  const { workbench } = session;
  await workbench.runCommand('View: Close All Editors');
  await workbench.row(OLDER).click();
  await workbench.webview().locator('.soundness', { hasText: 'Verified' }).waitFor();
  await workbench.page.locator('.editor-actions').getByLabel('Compare Checkpoint with...').click();
  await workbench.pick(NEWER);
  await expect.poll(() => row(WEIGHTS).locator('.cell-change').innerText()).toMatch(/%$/);
});
