import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../src/formats/checkpoint-reader.ts';
import { numbersOf } from '../../src/formats/tensor-numbers.ts';
import { eventsIn } from '../unit/slim/log-folder.ts';
import { openSession, type Session } from '../vscode/session.ts';
import { takePictureOfFailure } from './failure-screenshot.ts';
import { fillWithLenets, RECORDED, RENAMED } from './lenet-workspace.ts';
import { MappingPage } from './mapping.ts';

let session: Session;
let mapping: MappingPage;
takePictureOfFailure(() => session);

beforeAll(async () => {
  session = await openSession({ fill: fillWithLenets, settings: { 'explorer.autoReveal': false } });
  mapping = new MappingPage(session.workbench.webview());
});

afterAll(async () => {
  await session.close();
});

const [FIRST, LAST] = [RECORDED.layers.at(0), RECORDED.layers.at(-1)].map(
  name => `${RECORDED.scope}/${name}`,
) as [string, string];

/** Weights and biases of each layer, a slot for each of these, and the global step. */
const VARIABLES = 4 * RECORDED.layers.length + 1;
const fromCheckpoint = (layers: number): string => `${2 * layers} of ${VARIABLES} variables`;
const ALL_LAYERS = fromCheckpoint(RECORDED.layers.length);
const WITHOUT_LAST_LAYER = fromCheckpoint(RECORDED.layers.length - 1);

const inWorkspace = (...names: string[]): string => path.join(session.workspace, ...names);

describe('a warm start from a run', () => {
  const file = 'digits-120.restore.json';
  const text = (): Promise<string> => readFile(inWorkspace(file), 'utf8');
  const ALL = `${ALL_LAYERS} come from the checkpoint.`;
  const WITHOUT_LAST = `${WITHOUT_LAST_LAYER} come from the checkpoint.`;

  test('Warm Start from This, in the menu of a checkpoint, opens a mapping that is filled', async () => {
    const { workbench } = session;
    await workbench.openFile('digits.ts');
    await workbench.runCommand('Training: Start Training');
    await workbench.openContainer('Training');
    const run = workbench.row(/digits.*120 steps/);
    await run.waitFor();
    await workbench.unfold(run);
    await workbench.chooseInMenu(workbench.row('model.ckpt-120'), 'Warm Start from This...');
    await workbench.pick('digits.ts');
    await workbench.tab(file).waitFor();
    await mapping.sentence(ALL).waitFor();
    expect(JSON.parse(await text())).toEqual({
      schemaVersion: 1,
      checkpoint: 'logs/digits/model.ckpt-120',
      script: 'digits.ts',
    });
  });

  test('what is changed in the editor can be undone, done again, and is in the file when it is saved', async () => {
    const { keyboard } = session.workbench.page;
    await mapping.exclude(LAST);
    await mapping.sentence(WITHOUT_LAST).waitFor();
    await mapping.grid().focus();
    await keyboard.press('Control+Z');
    await mapping.sentence(ALL).waitFor();
    await keyboard.press('Control+Shift+Z');
    await mapping.sentence(WITHOUT_LAST).waitFor();
    expect(await text()).not.toContain(LAST);
    await keyboard.press('Control+S');
    await expect.poll(text).toContain(JSON.stringify(LAST));
    await keyboard.press('Control+Z');
    await mapping.sentence(ALL).waitFor();
  });

  test('Start Training saves it, and the curve begins where the first run ended', async () => {
    const { workbench } = session;
    await mapping.startButton().click();
    await workbench.row(/digits-2.*120 steps.*from digits at step 120/).waitFor();
    expect(await text()).not.toContain(LAST);
    const cold = losses('logs/digits');
    const [warm = NaN] = losses('logs/digits-2');
    const last = Math.max(...cold.slice(-5));
    expect(warm).toBeLessThan(((cold[0] ?? NaN) + last) / 2);
  });

  test('the report is offered, and tells of each variable', async () => {
    const { workbench } = session;
    const told = workbench.notification(
      `digits-2 is warm-started from digits at step 120: ${2 * RECORDED.layers.length} restored`,
    );
    await told.getByRole('button', { name: 'Show Report' }).click();
    await workbench.tab('Restore report of digits-2').waitFor();
    const lines = workbench.page.locator('.editor-instance .view-lines');
    await expect
      .poll(() => lines.innerText())
      .toMatch(new RegExp(`restored\\s+${FIRST}/weights\\s+same\\sname\\sand\\sshape`));
  });

  test('its source is shown on request', async () => {
    const { workbench } = session;
    await workbench.chooseInMenu(workbench.row('digits-2').first(), 'Show Source of Warm Start');
    await workbench.row('model.ckpt-120').and(workbench.page.locator('.focused')).first().waitFor();
  });
});

function losses(logdir: string): number[] {
  const values = eventsIn(inWorkspace(logdir)).flatMap(({ summary }) => summary ?? []);
  return values.flatMap(({ tag, simpleValue }) =>
    tag === 'total_loss' && simpleValue !== undefined ? [simpleValue] : [],
  );
}

interface Told {
  readonly features: readonly (readonly number[])[];
  readonly logits: readonly (readonly number[])[];
}

describe('a LeNet that tf_slim trained, from the Explorer', () => {
  const { inference_logits_16: logits } = RECORDED.recorded;
  const file = `lenet-${RECORDED.step}`;
  let mappings = 0;

  async function openMapping(script: string): Promise<void> {
    const { workbench } = session;
    mappings++;
    await workbench.openContainer('Explorer');
    const checkpoint = workbench.row(`${path.basename(RECORDED.path)}.index`);
    // A click on a tree that has just opened may go amiss.
    await expect
      .poll(
        async () => {
          if (!(await checkpoint.isVisible())) await workbench.row(/^lenet$/).click();
          return checkpoint.isVisible();
        },
        { interval: 1000 },
      )
      .toBe(true);
    await workbench.chooseInMenu(checkpoint, 'Warm Start from This...');
    await workbench.pick(`${script}.ts`);
    await workbench
      .tab(mappings === 1 ? `${file}.restore.json` : `${file}-${mappings}.restore.json`)
      .waitFor();
  }

  async function start(script: string, sentence: string): Promise<Told> {
    const { workbench } = session;
    await mapping.sentence(sentence).waitFor();
    await mapping.startButton().click();
    await workbench.openContainer('Training');
    await workbench.row(new RegExp(`${script}.*1 steps.*from lenet at step ${RECORDED.step}`)).waitFor();
    return JSON.parse(await readFile(inWorkspace(`${script}.json`), 'utf8')) as Told;
  }

  test('by equal names gives the recorded logits', async () => {
    await openMapping('same');
    expectClose((await start('same', ALL_LAYERS)).logits, logits);
  });

  test('in other scopes, by rename rules', async () => {
    await openMapping('renamed');
    await mapping.rename([`^${RECORDED.scope}/`, `${RENAMED.top}/`], ...RENAMED.rules);
    expectClose((await start('renamed', ALL_LAYERS)).logits, logits);
  });

  test('with fewer classes: without its last layer, by exclude', async () => {
    await openMapping('fewer');
    await mapping.sentence(/shape/).waitFor();
    await mapping.exclude(LAST);
    const { features } = await start('fewer', WITHOUT_LAST_LAYER);
    expectClose(await lastLayerOf(features), logits);
  });

  test('with more classes: those that both have, by partial rows', async () => {
    await openMapping('more');
    for (const variable of [`${LAST}/weights`, `${LAST}/biases`]) await mapping.choose(variable, 'Partial');
    const told = await start('more', ALL_LAYERS);
    expectClose(
      told.logits.map(row => row.slice(0, RECORDED.classes)),
      logits,
    );
  });

  /** What the recorded last layer makes of these features. */
  async function lastLayerOf(features: Told['features']): Promise<number[][]> {
    const checkpoint = await openCheckpoint(inWorkspace('lenet', path.basename(RECORDED.path)));
    const weights = numbersOf(await checkpoint.read(`${LAST}/weights`));
    const biases = numbersOf(await checkpoint.read(`${LAST}/biases`));
    await checkpoint.close();
    return features.map(row =>
      Array.from(biases, (bias, to) =>
        row.reduce((sum, value, from) => sum + value * (weights[RECORDED.classes * from + to] ?? NaN), bias),
      ),
    );
  }

  function expectClose(ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]): void {
    expect(ours.map(row => row.length)).toEqual(theirs.map(row => row.length));
    const apart = ours.flatMap((row, i) => row.map((value, j) => Math.abs(value - (theirs[i]?.[j] ?? NaN))));
    const largest = Math.max(...theirs.flat().map(Math.abs));
    expect(Math.max(...apart)).toBeLessThan(1e-5 * largest);
  }
});
