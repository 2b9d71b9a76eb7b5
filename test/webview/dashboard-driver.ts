/** What tests do with the dashboard, as a person or as the extension. */

import type { Locator, Page } from 'playwright-core';
import type { FromDashboard } from '../../src/protocol/dashboard.ts';
import type { SeriesQuery } from '../../src/protocol/series.ts';
import type { SceneRun } from './scenes.ts';

/** Nothing has been sent for a while, and all that was asked for has been drawn. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { extension } = window;
    let count = -1;
    // A view that is looked at for the first time has a file of its own: until it is there its panel is empty.
    while (
      count !== extension.sent.length ||
      !extension.isIdle ||
      document.querySelector('.panel:not([hidden])')?.childElementCount === 0
    ) {
      count = extension.sent.length;
      await new Promise(resolve => setTimeout(resolve, 60));
      // What a frame's layout tells observers, they have been told before the frame after it.
      await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }
  });
}

export function card(page: Page, title: string): Locator {
  return page.locator('.card').filter({ has: page.locator(`.card-title[title="${title}"]`) });
}

export function plot(page: Page, title: string): Locator {
  return card(page, title).locator('.plot');
}

/** The part of the card in which curves are drawn. */
export async function plotArea(
  page: Page,
  title: string,
): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await card(page, title).locator('.u-over').boundingBox();
  if (!box) throw new Error(`${title} has no chart.`);
  return box;
}

export async function sent<T extends FromDashboard['type']>(
  page: Page,
  type: T,
): Promise<Extract<FromDashboard, { type: T }>[]> {
  const messages = await page.evaluate(() => window.extension.sent);
  return messages.filter((message): message is Extract<FromDashboard, { type: T }> => message.type === type);
}

export async function queries(page: Page): Promise<SeriesQuery[]> {
  return (await sent(page, 'curve')).map(message => message.query);
}

export async function forgetSent(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.extension.sent.length = 0;
  });
}

/** The extension sends the runs again, one of them changed. */
export async function postChange(page: Page, id: string, changes: Partial<SceneRun>): Promise<void> {
  await page.evaluate(
    ([run, changed]) => {
      const { extension } = window;
      return extension.postRuns(
        extension.runs.map(each => (each.id === run ? { ...each, ...changed } : each)),
      );
    },
    [id, changes] as const,
  );
}

export async function changeRun(page: Page, id: string, changes: Partial<SceneRun>): Promise<void> {
  await postChange(page, id, changes);
  await settled(page);
}

/** From now on the extension keeps its answers until {@link answerHeld}. */
export async function holdAnswers(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.extension.holdsAnswers = true;
  });
}

export async function answerHeld(page: Page): Promise<void> {
  await page.evaluate(() => window.extension.answerHeld());
}

/** A run's tags, with one more point in one of them. */
export async function withNewPoint(page: Page, run: string, tag: string): Promise<Pick<SceneRun, 'tags'>> {
  const runs = await page.evaluate(() => window.extension.runs);
  const tags = runs.find(each => each.id === run)?.tags ?? [];
  return { tags: tags.map(info => (info.tag === tag ? { ...info, count: info.count + 1 } : info)) };
}

declare global {
  interface Window {
    /** Drawing operations on canvases since {@link countStrokes}. */
    strokes: number;
  }
}

/** Counts drawing operations on canvases from now on. */
export async function countStrokes(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    window.strokes = 0;
    const { prototype } = CanvasRenderingContext2D;
    for (const name of ['stroke', 'fill', 'fillText', 'clearRect']) {
      const original = Reflect.get(prototype, name) as () => void;
      Reflect.set(prototype, name, function (this: CanvasRenderingContext2D, ...parameters: []) {
        window.strokes++;
        original.apply(this, parameters);
      });
    }
  });
  return () => page.evaluate(() => window.strokes);
}
