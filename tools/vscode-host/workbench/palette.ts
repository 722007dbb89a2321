import type { Page } from '../browser.ts';

/** A list that closes fades out for a moment, inert: it is not the one that a gesture is meant for. */
const input = '.quick-input-widget:not([inert]) input.input';

/** Runs a command by its full title in the palette, category included (`View: Toggle Terminal`). */
export async function runCommand(page: Page, title: string): Promise<void> {
  // While the palette closes VS Code takes it for open still, and F1 does nothing.
  await page.locator('.quick-input-widget[inert]').waitFor({ state: 'detached' });
  await page.keyboard.press('F1');
  await page.locator(input).fill(`>${title}`);
  await clickEntry(page, title);
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

async function clickEntry(page: Page, label: string): Promise<void> {
  // The label's matching letters stand in elements of their own: only the whole label can be compared.
  const whole = new RegExp(`^${label.replaceAll(/[^\w ]/g, '\\$&')}$`);
  const name = page.locator('.quick-input-list .monaco-list-row .label-name', { hasText: whole });
  await name.first().click();
}
