import { errors, type FrameLocator, type Locator, type Page } from 'playwright-core';

/** How long one try of something may take that may have to be tried again: longer each time, as a slow machine asks for. */
const PATIENCE_MS: readonly number[] = [1500, 1500, 3000, 3000, 6000, 12_000, 24_000];

/** VS Code's window as a person sees it. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(address: string): Promise<void> {
    await this.page.goto(address);
    await this.page.locator('.monaco-workbench .part.editor').waitFor();
    await this.page.locator('.part.statusbar .statusbar-item').first().waitFor();
  }

  /**
   * Runs a command from the palette. The commands of extensions come into it some time after the window has opened.
   * @param title as the palette shows it, with its category.
   */
  async runCommand(title: string): Promise<void> {
    for (const timeout of PATIENCE_MS) {
      if (await this.#tryCommand(title, { timeout })) return;
      await this.page.keyboard.press('Escape');
    }
    throw new Error(`The palette does not have the command ${title}.`);
  }

  /** A window that has just opened may take the focus from the palette. */
  async #tryCommand(title: string, soon: { readonly timeout: number }): Promise<boolean> {
    try {
      await this.page.keyboard.press('F1');
      await this.quickInput().fill(`>${title}`, soon);
      await this.quickPickRow(title).click(soon);
      return true;
    } catch (error) {
      if (error instanceof errors.TimeoutError) return false;
      throw error;
    }
  }

  quickPickRow(text: string): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
  }

  quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input');
  }

  /** Chooses the row of the open quick pick that says this. */
  async pick(text: string): Promise<void> {
    await this.quickPickRow(text).click();
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.quickInput().fill(name);
    await this.pick(name);
    await this.tab(name).waitFor();
  }

  tab(title: string): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: title });
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  notifications(): Locator {
    return this.page.locator('.notification-toast');
  }

  /** Shows a view container of the activity bar, if it is not the one that shows. */
  async openContainer(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: title });
    if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
  }

  /** A row of the tree in the side bar. */
  row(text: string | RegExp): Locator {
    return this.page.locator('.sidebar .monaco-list-row', { hasText: text });
  }

  /** Where rows are just moving, as in a tree that has just opened, another row's menu opens: then it is tried again. */
  async chooseInMenu(row: Locator, item: string): Promise<void> {
    for (const timeout of PATIENCE_MS) {
      if (await this.#tryMenu(row, item, { timeout })) return;
      await this.page.keyboard.press('Escape');
    }
    throw new Error(`The menu does not have ${item}.`);
  }

  /** By the mouse's other button; then by the keyboard, since a menu takes no notice of a click that comes too soon. */
  async #tryMenu(row: Locator, item: string, soon: { readonly timeout: number }): Promise<boolean> {
    try {
      await row.click({ button: 'right', ...soon });
      await this.page.locator('.monaco-menu .action-item', { hasText: item }).hover({ force: true, ...soon });
      await this.page.keyboard.press('Enter');
      return true;
    } catch (error) {
      if (error instanceof errors.TimeoutError) return false;
      throw error;
    }
  }

  async unfold(row: Locator): Promise<void> {
    if ((await row.getAttribute('aria-expanded')) === 'false')
      await row.locator('.monaco-tl-twistie').click();
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** The page of the webview that shows in the editor area. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }
}
