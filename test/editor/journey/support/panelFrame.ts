import type { Page } from '../../../../tools/vscode-host/browser.ts';

export type Frame = ReturnType<Page['frames']>[number];
export type PanelElement = 'pe-run-panel' | 'pe-planner' | 'pe-tunnel-panel';

/** The document of the panel that shows, found by its element: VS Code removes hidden panels and numbers frames as it likes. */
export async function panelFrame(page: Page, element: PanelElement, timeout = 20_000): Promise<Frame> {
  for (const end = Date.now() + timeout; Date.now() < end; await page.waitForTimeout(50)) {
    for (const frame of page.frames()) {
      const visible = await frame
        .locator(`${element} h1`)
        .isVisible()
        .catch(() => false);
      if (visible) return frame;
    }
  }
  throw new Error(`No ${element} was shown within ${timeout} ms`);
}

/** Panels report what their content security policy refused; there must be nothing. */
export function watchPolicy(page: Page): string[] {
  const refused: string[] = [];
  page.on('console', message => {
    if (/Content Security Policy directive/.test(message.text())) refused.push(message.text());
  });
  return refused;
}
