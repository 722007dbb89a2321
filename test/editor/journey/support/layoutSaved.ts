import type { Page } from '../../../../tools/vscode-host/browser.ts';

/** Runs in the page: whether VS Code's own store of the open editors mentions a text. */
const mentions = `async wanted => {
  const answer = request =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db')) continue;
    const database = await answer(indexedDB.open(name));
    try {
      const saved = await answer(database.transaction('ItemTable').objectStore('ItemTable').get('memento/workbench.parts.editor'));
      if (String(saved).includes(wanted)) return true;
    } finally {
      database.close();
    }
  }
  return false;
}`;

/**
 * Resolves once VS Code has written down that it shows this. In a browser it does so every few seconds, and a reload before that forgets an
 * editor, whosever it is; the desktop writes as it closes.
 */
export async function layoutSaved(page: Page, wanted: string): Promise<void> {
  while (!(await page.evaluate(`(${mentions})(${JSON.stringify(wanted)})`))) await page.waitForTimeout(100);
}
