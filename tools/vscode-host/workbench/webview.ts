import type { FrameLocator, Page } from '../browser.ts';

/**
 * The document of a webview: VS Code wraps it in two frames. Of several open webviews the one counted by `index`, in the
 * order in which they were opened.
 */
export function webviewFrame(page: Page, index = 0): FrameLocator {
  return page.locator('iframe.webview').nth(index).contentFrame().frameLocator('#active-frame');
}
