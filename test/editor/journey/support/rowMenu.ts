import type { Locator, Page } from '../../../../tools/vscode-host/browser.ts';

/**
 * Opens a row's own menu and chooses from it, through submenus. VS Code takes no click that comes too soon after the menu: a key it takes,
 * from the entry that has the focus. What closes meanwhile may take the focus late, and the menu with it: then it is opened again.
 */
export async function chooseInMenu(page: Page, row: Locator, ...labels: readonly string[]): Promise<void> {
  const menu = page.locator('.monaco-menu');
  const entry = (label: string) => menu.locator('.action-item', { hasText: label }).last();
  const last = labels.at(-1) ?? '';
  do {
    await row.click({ button: 'right' });
    for (const label of labels) await entry(label).hover();
    await page.waitForFunction(`(${settled})(${JSON.stringify(last)})`);
  } while ((await menu.count()) === 0);
  await page.keyboard.press('Enter');
  await menu.first().waitFor({ state: 'detached' });
}

/** Runs in the page: the wanted entry has the focus itself, or the menu has gone. */
const settled = `label => {
  const focused = document.activeElement?.closest('.monaco-menu .action-item.focused');
  return document.querySelector('.monaco-menu') === null || focused?.textContent.includes(label) === true;
}`;
