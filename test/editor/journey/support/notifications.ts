import type { Locator, Page } from '../../../../tools/vscode-host/browser.ts';
import { runCommand } from '../../../../tools/vscode-host/workbench/palette.ts';

/**
 * What the extension has let pop up and nobody has cleared, the latest first. Under its smoke-test driver VS Code shows no toasts: its
 * notification centre, which this opens and closes, is the only place where a test sees them. What other extensions tell is left out.
 */
export async function notifications(page: Page): Promise<string[]> {
  await openCentre(page);
  const texts = await messages(page).allInnerTexts();
  await runCommand(page, 'Notifications: Hide Notifications');
  return texts;
}

/** Waits until nothing of the extension's goes on or waits for an answer; a message that stays fails the test. */
export async function nothingTold(page: Page): Promise<void> {
  await openCentre(page);
  await messages(page).first().waitFor({ state: 'detached' });
  await runCommand(page, 'Notifications: Hide Notifications');
}

/** Waits until a message has popped up, and clears it and all others. */
export async function told(page: Page, text: RegExp): Promise<void> {
  await openCentre(page);
  await messages(page).filter({ hasText: text }).waitFor();
  await runCommand(page, 'Notifications: Clear All Notifications');
  await page.locator('.notifications-center.visible').waitFor({ state: 'detached' });
  // The centre gives the focus back to the editor; a panel that gets it takes it a moment later, and closes a list that opened meanwhile.
  await page.locator('.sidebar .monaco-list').first().focus();
}

export async function openCentre(page: Page): Promise<void> {
  await runCommand(page, 'Notifications: Show Notifications');
  await page.locator('.notifications-center.visible').waitFor();
}

function messages(page: Page): Locator {
  const ours = '.notifications-center .monaco-list-row[aria-label*="source: Private EKS"]';
  return page.locator(`${ours} .notification-list-item-message`);
}

/** Waits until a message has popped up, without clearing it: by the status bar's bell, which takes no focus from a page that opens. */
export async function said(page: Page, text: RegExp): Promise<void> {
  const bell = page.locator('.statusbar-item[id="status.notifications"] a');
  const message = messages(page).filter({ hasText: text }).first();
  // Something has been told: a click before takes the focus from whatever the command still does.
  await bell.locator('.codicon-bell-dot').waitFor();
  await bell.click();
  await message.waitFor();
  await bell.click();
  await page.locator('.notifications-center.visible').waitFor({ state: 'detached' });
}
