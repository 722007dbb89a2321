import type { Locator, Page } from '../../../../tools/vscode-host/browser.ts';

/** Opens a row's own menu and chooses from it, through submenus. VS Code takes no click that comes too soon after the menu: a key it takes. */
export async function chooseInMenu(page: Page, row: Locator, ...labels: readonly string[]): Promise<void> {
  await row.click({ button: 'right' });
  for (const label of labels) {
    await page.locator('.monaco-menu .action-label', { hasText: label }).last().hover();
    await page.locator('.monaco-menu .action-item.focused', { hasText: label }).last().waitFor();
  }
  await page.keyboard.press('Enter');
}
