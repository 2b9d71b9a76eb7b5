import type { FrameLocator, Locator } from 'playwright-core';

/** The dashboard as a person, or a screen reader, finds their way in it. */
export class DashboardPage {
  readonly frame: FrameLocator;

  constructor(frame: FrameLocator) {
    this.frame = frame;
  }

  button(name: string): Locator {
    return this.frame.getByRole('button', { name, exact: true });
  }

  async openTab(name: 'Scalars' | 'Console'): Promise<void> {
    await this.frame.getByRole('tab', { name }).click();
  }

  console(): Locator {
    return this.frame.getByRole('log', { name: 'Console' });
  }

  progressBar(): Locator {
    return this.frame.getByRole('progressbar', { name: /^Progress of/ }).first();
  }

  /** The step that the progress bar shows. */
  async step(): Promise<number> {
    return Number(await this.progressBar().getAttribute('aria-valuenow'));
  }

  async numberOfSteps(): Promise<number> {
    return Number(await this.progressBar().getAttribute('aria-valuemax'));
  }

  /** The plot of a tag. Its accessible name says the newest values. */
  plot(tag: string): Locator {
    return this.frame.getByRole('img', { name: tag }).first();
  }

  /** A fingerprint of what the plot's canvas shows, and how much of it is coloured: neither empty nor grey as axes are. */
  async picture(tag: string): Promise<{ readonly coloured: number; readonly fingerprint: number }> {
    const canvas = this.plot(tag).locator('canvas').first();
    return await canvas.evaluate(element => {
      const { width, height } = element as unknown as { width: number; height: number };
      const context = (element as unknown as CanvasLike).getContext('2d');
      const { data } = context.getImageData(0, 0, width, height);
      let coloured = 0;
      let fingerprint = 0;
      for (let i = 0; i < data.length; i += 4) {
        const [red, green, blue, alpha] = data.slice(i, i + 4);
        if (alpha === 0 || red === undefined || green === undefined || blue === undefined) continue;
        if (Math.max(red, green, blue) - Math.min(red, green, blue) < 48) continue;
        coloured++;
        fingerprint = (fingerprint * 31 + i) | 0;
      }
      return { coloured, fingerprint };
    });
  }
}

/** Of the browser's canvas, what is used here: these tests are compiled without the browser's types. */
interface CanvasLike {
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}
