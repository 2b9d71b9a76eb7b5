import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inCache } from '../../scripts/project-folders.ts';
import { exampleWithSteps } from '../vscode/example-with-steps.ts';
import { openSession, type Session } from '../vscode/session.ts';
import { takePictureOfFailure } from './failure-screenshot.ts';
import { DashboardPage } from './dashboard.ts';

/** So many that no machine takes them all while these tests run. */
const STEPS = 50_000;

/** What a person does with the example, in one sitting: each test goes on where the one before it ended. */
let session: Session;
let dashboard: DashboardPage;
let stoppedAt = 0;
takePictureOfFailure(() => session);

beforeAll(async () => {
  session = await openSession({ fill: exampleWithSteps(STEPS) });
  dashboard = new DashboardPage(session.workbench.webview());
});

afterAll(async () => {
  await session.close();
});

test('Start Training from the palette opens the dashboard, with a run that takes steps', async () => {
  await session.workbench.runCommand('Training: Start Training');
  await dashboard.progressBar().waitFor();
  expect(await dashboard.numberOfSteps()).toBe(STEPS);
  await expect.poll(() => dashboard.step()).toBeGreaterThan(10);
  const before = await dashboard.step();
  await expect.poll(() => dashboard.step()).toBeGreaterThan(before);
});

test('the curve grows while the run goes on', async () => {
  const loss = 'total_loss';
  await dashboard.plot(loss).waitFor();
  await expect.poll(async () => (await dashboard.picture(loss)).coloured).toBeGreaterThan(50);
  const first = await dashboard.picture(loss);
  const said = await dashboard.plot(loss).getAttribute('aria-label');
  expect(said).toMatch(/total_loss: digits \d/);
  await expect.poll(async () => (await dashboard.picture(loss)).fingerprint).not.toBe(first.fingerprint);
  await expect.poll(() => dashboard.plot(loss).getAttribute('aria-label')).not.toBe(said);
});

test('the run view shows the run, its step and its loss', async () => {
  await session.workbench.openContainer('Training');
  await session.workbench.row(/digits.*step .* \/ 50,000 · loss/).waitFor();
  await session.workbench.statusBarItem(/digits \d+%/).waitFor();
});

test('a checkpoint appears below the run', async () => {
  await dashboard.button('Save Checkpoint Now').click();
  await session.workbench.unfold(session.workbench.row('digits').first());
  await session.workbench
    .row(/model\.ckpt-[1-9]\d*/)
    .first()
    .waitFor();
});

test('Stop saves and ends the run', async () => {
  await dashboard.button('Stop').click();
  await session.workbench.row(/digits.*stopped at/).waitFor();
  const [record] = await runRecords();
  expect(record).toMatchObject({ state: 'stopped', exitCode: 0 });
  stoppedAt = record?.progress.step ?? 0;
  expect(stoppedAt).toBeGreaterThan(10);
  await session.workbench.row(`model.ckpt-${stoppedAt}`).waitFor();
});

test('a second start resumes from that checkpoint', async () => {
  await session.workbench.runCommand('Training: Start Training');
  await expect.poll(() => dashboard.step()).toBeGreaterThan(stoppedAt);
  // A step may be told before the record that the run has begun is on the disk.
  await expect
    .poll(async () => (await runRecords())[1])
    .toMatchObject({ state: 'running', startStep: stoppedAt });
  expect(await runRecords()).toHaveLength(2);
  await dashboard.openTab('Console');
  await expect.poll(() => dashboard.console().innerText()).toContain(`model.ckpt-${stoppedAt}`);
});

test('the console says which backend computes', async () => {
  const native = existsSync(inCache('native'));
  const words = native ? /^Backend: native \(libtensorflow 2\.15\.1\)/m : /^Backend: embedded \(WebAssembly/m;
  expect(await dashboard.console().innerText()).toMatch(words);
});

test('a run whose process was killed is lost, and Start Again in its row goes on from its newest checkpoint', async () => {
  const running = (await runRecords()).at(-1);
  process.kill(running?.pid ?? NaN, 'SIGKILL');
  const row = session.workbench.row(/digits.*process ended unexpectedly/);
  await row.waitFor();
  await session.workbench.notification(/digits stopped: its process ended/).waitFor();
  await dashboard.frame.getByText('process lost').waitFor();
  await session.workbench.runCommand('Notifications: Clear All Notifications');
  await row.hover();
  await row.getByRole('button', { name: /^Start Again/ }).click();
  await dashboard.frame.getByText('attempt 3').waitFor();
  await expect.poll(() => dashboard.step()).toBeGreaterThan(stoppedAt);
  await expect.poll(async () => (await runRecords())[2]).toMatchObject({ startStep: stoppedAt });
});

test('after a reload of the window the run is still there, and Stop in the palette ends it', async () => {
  await session.reload();
  await session.workbench.openContainer('Training');
  await session.workbench.row(/digits.*step/).waitFor();
  await session.workbench.runCommand('Training: Stop Training');
  await session.workbench.row(/digits.*stopped at/).waitFor();
});

test('nothing was asked of the network', () => {
  expect([...session.browser.foreignOrigins]).toEqual([]);
});

interface WrittenRecord {
  readonly pid: number;
  readonly state: string;
  readonly startedAt: number;
  readonly startStep: number;
  readonly progress: { readonly step: number };
}

/** What the attempts have written of themselves, in the order in which they were started. */
async function runRecords(): Promise<WrittenRecord[]> {
  const folder = path.join(session.workspace, '.slim/runs');
  const texts = (await readdir(folder)).map(id => readFile(path.join(folder, id, 'run.json'), 'utf8'));
  const records = (await Promise.all(texts)).map(text => JSON.parse(text) as WrittenRecord);
  return records.sort((a, b) => a.startedAt - b.startedAt);
}
