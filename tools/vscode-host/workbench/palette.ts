import type { Page } from '../browser.ts';

/** A list that closes fades out for a moment, inert: it is not the one that a gesture is meant for. */
const input = '.quick-input-widget:not([inert]) input.input';

/** How long the palette may take to show a command, ms: on a busy machine, with every extension's commands in it. */
const paletteTimeoutMs = 30_000;

/**
 * Runs a command by its full title in the palette, category included (`View: Toggle Terminal`). A panel that had the focus gets it back a
 * moment after a dialog or a list has closed, and the palette closes then, under the hand (microsoft/vscode#93950): it is opened again, as
 * a person does. Nothing was chosen until the entry has been clicked.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  await openPalette(page);
  const end = Date.now() + paletteTimeoutMs;
  for (;;) {
    try {
      await page.locator(input).fill(`>${title}`, { timeout: 1000 });
      await clickEntry(page, title, 2000);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      // An open palette offers what could be run when it was opened; what has become possible since, only a new one does.
      if (await page.locator(input).isVisible()) await page.keyboard.press('Escape');
      await openPalette(page);
    }
  }
}

async function openPalette(page: Page): Promise<void> {
  // While the palette closes VS Code takes it for open still, and F1 does nothing.
  await page.locator('.quick-input-widget[inert]').waitFor({ state: 'detached' });
  await page.keyboard.press('F1');
}

/** Picks the entry with exactly this label from an open quick pick. */
export async function pickEntry(page: Page, label: string): Promise<void> {
  await page.locator(input).fill(label);
  await clickEntry(page, label);
}

/** Types into an open input box and confirms. */
export async function answerInput(page: Page, text: string): Promise<void> {
  await page.locator(input).fill(text);
  await page.locator(input).press('Enter');
}

async function clickEntry(page: Page, label: string, timeout?: number): Promise<void> {
  // The label's matching letters stand in elements of their own: only the whole label can be compared.
  const whole = new RegExp(`^${label.replaceAll(/[^\w ]/g, '\\$&')}$`);
  const name = page.locator('.quick-input-list .monaco-list-row .label-name', { hasText: whole });
  await name.first().click(timeout === undefined ? {} : { timeout });
}
