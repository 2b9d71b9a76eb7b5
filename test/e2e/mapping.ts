import type { FrameLocator, Locator } from 'playwright-core';

/** The editor of restore mappings as a person, or a screen reader, finds their way in it. */
export class MappingPage {
  readonly frame: FrameLocator;

  constructor(frame: FrameLocator) {
    this.frame = frame;
  }

  /** What comes of the mapping, or what is wrong with it. */
  sentence(words: string | RegExp): Locator {
    return this.frame.locator('.footer-sentence', { hasText: words });
  }

  startButton(): Locator {
    return this.frame.getByRole('button', { name: 'Start Training' });
  }

  async exclude(pattern: string): Promise<void> {
    const field = this.frame.getByRole('textbox', { name: /^Exclude pattern/ }).last();
    await field.fill(pattern);
    await field.press('Enter');
  }

  /** @param rules one after the other, where there is none yet. */
  async rename(...rules: readonly (readonly [pattern: string, replacement: string])[]): Promise<void> {
    for (const [index, [pattern, replacement]] of rules.entries()) {
      if (index > 0) await this.frame.getByRole('button', { name: 'Rule', exact: true }).click();
      const field = (name: string): Locator =>
        this.frame.getByRole('textbox', { name: `Rule ${index + 1}: ${name}` });
      await field('regular expression').fill(pattern);
      await field('replacement').fill(replacement);
      await field('replacement').press('Enter');
    }
  }

  grid(): Locator {
    return this.frame.getByRole('treegrid');
  }

  /** The line of one of the model's variables. */
  row(variable: string): Locator {
    return this.grid()
      .getByRole('row')
      .filter({ has: this.frame.getByTitle(variable, { exact: true }) })
      .first();
  }

  async choose(variable: string, action: string): Promise<void> {
    await this.row(variable).locator('[data-part=action]').click();
    await this.frame
      .getByRole('menuitem', { name: action })
      .or(this.frame.getByRole('menuitemradio', { name: action }))
      .first()
      .click();
  }
}
